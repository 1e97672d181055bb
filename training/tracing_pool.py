"""Which tracings are tried: a random pool, and the portfolio that is grown from what the pool measured."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from svgai.errors import DatasetFault
from svgai.tracing_parameters import TracingParameters

TARGETS = (0.75, 0.85, 0.9, 0.95, 0.97, 0.985)
"""Target ssim values that the portfolio is grown for."""

_VTRACER_SHARE = 0.06

Option = TypeVar("Option", int, float)

MAX_DELTA_E = 3.0
MISSED = 2.0
"""Loss, in ln(bytes), of an image that the portfolio cannot bring to a target that the pool can."""


class Draw(Protocol):
    """Where the choices that make a tracing come from: chance, or a search that learns from earlier ones."""

    def choice(self, name: str, options: Sequence[Option]) -> Option:
        """One of the options of the choice of this name; an option that is named twice is twice as likely."""
        ...

    def chance(self, name: str, probability: float) -> bool:
        """Whether something of this name is so."""
        ...


@dataclass(frozen=True)
class RandomDraw:
    """Choices by chance, as likely as the space says."""

    source: random.Random

    def choice(self, name: str, options: Sequence[Option]) -> Option:
        del name
        return self.source.choice(options)

    def chance(self, name: str, probability: float) -> bool:
        del name
        return self.source.random() < probability


def random_pool(size: int, seed: int) -> list[TracingParameters]:
    """`size` different tracings, drawn where experience says that tracings are good."""
    draw = RandomDraw(random.Random(seed))
    pool: dict[TracingParameters, None] = {}
    while len(pool) < size:
        pool[draw_tracing(draw)] = None
    return list(pool)


def draw_tracing(draw: Draw) -> TracingParameters:
    """A tracing of the space that is searched: each choice of it has one name, wherever it comes from."""
    return _by_vtracer(draw) if draw.chance("by_vtracer", _VTRACER_SHARE) else _by_regions(draw)


def _by_regions(draw: Draw) -> TracingParameters:
    return TracingParameters(
        colour_models="flat" if draw.chance("flat", 0.2) else "gradient",
        upscale=draw.choice("upscale", (1, 2, 2, 2, 3, 4)),
        gradient_stops=draw.choice("gradient_stops", (2, 3, 5, 8)),
        merge_distance=draw.choice("merge_distance", (1.5, 3.0, 3.0, 5.0, 8.0, 12.0)),
        palette_size=draw.choice("palette_size", (0, 0, 0, 0, 4, 8, 16)),
        thin_strokes=draw.chance("thin_strokes", 0.5),
        grid=draw.choice("grid", (1, 2, 2, 3, 4, 6)),
        filter_speckle=draw.choice("filter_speckle", (2, 4, 4, 8, 12, 16)),
        mode="polygon" if draw.chance("polygon", 0.08) else "spline",
        corner_threshold=draw.choice("corner_threshold", (25, 40, 40, 60)),
        simplify=draw.choice("simplify", (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)),
    )


def _by_vtracer(draw: Draw) -> TracingParameters:
    return TracingParameters(
        colour_models="none",
        upscale=draw.choice("vtracer_upscale", (1, 2, 3)),
        palette_size=draw.choice("vtracer_palette_size", (0, 4, 8, 16, 32)),
        watershed_detail=draw.choice("watershed_detail", (64, 96, 128, 160, 200)),
        filter_speckle=draw.choice("vtracer_filter_speckle", (2, 4, 6, 10)),
        corner_threshold=draw.choice("vtracer_corner_threshold", (30, 40, 60, 80)),
        length_threshold=draw.choice("length_threshold", (4.0, 6.0, 8.0)),
        splice_threshold=draw.choice("splice_threshold", (30, 45, 60)),
        simplify=draw.choice("vtracer_simplify", (0.5, 1.0, 1.5, 2.0, 3.0)),
    )


def log_bytes_at(table: pd.DataFrame, target: float) -> pd.DataFrame:
    """ln(bytes) by image (rows) and tracing (columns), infinite where the target is not met."""
    met = (table["ssim"] >= target) & (table["delta_e"] <= MAX_DELTA_E)
    cost = np.log(table["bytes"]).where(met, np.inf)
    costs = table.assign(cost=cost).pivot_table(index="image", columns="tracing", values="cost", dropna=False)
    return costs.fillna(np.inf)  # a tracing that failed on an image has no row


def grow_portfolio(table: pd.DataFrame, size: int) -> list[int]:
    """
    Choose tracings greedily so that the best of them loses least against the best of the whole pool.

    `table` has one row an image and tracing: image, tracing (a number), ssim, delta_e, bytes. The loss is the mean over
    images and targets of the excess ln(bytes), MISSED where only the pool reaches the target.

    Raises:
        DatasetFault: no tracing reaches any of the targets on any image.
    """
    costs = np.stack([log_bytes_at(table, target).to_numpy() for target in TARGETS])
    best = costs.min(axis=2)
    reachable = np.isfinite(best)
    if not reachable.any():
        raise DatasetFault(f"no tracing reaches an ssim of {TARGETS[0]} on any of the images")
    excess = np.minimum(costs - np.where(reachable, best, 0)[..., None], MISSED)[reachable]
    chosen: list[int] = []
    state = np.full(len(excess), MISSED)
    for _ in range(min(size, excess.shape[1])):
        losses = np.minimum(state[:, None], excess).mean(axis=0)
        losses[chosen] = np.inf
        chosen.append(int(losses.argmin()))
        state = np.minimum(state, excess[:, chosen[-1]])
    columns = log_bytes_at(table, TARGETS[0]).columns
    return [int(columns[index]) for index in chosen]


def portfolio_loss(table: pd.DataFrame, chosen: Sequence[int]) -> float:
    """The loss that grow_portfolio minimises, of given tracings."""
    costs = [log_bytes_at(table, target) for target in TARGETS]
    losses = []
    for cost in costs:
        best = cost.min(axis=1)
        excess = (cost[list(chosen)].min(axis=1) - best)[np.isfinite(best)]
        losses.append(np.minimum(excess, MISSED))
    return float(pd.concat(losses).mean())
