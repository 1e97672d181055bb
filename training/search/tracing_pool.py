"""The tracings to try: a random pool, and the portfolio grown from the pool's measurements."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from svgai.choose.trial_selection import MISSED
from svgai.errors import DatasetFault
from svgai.measure.promise import Promise
from svgai.trace.parameters import TracingParameters

MAX_DELTA_E = 3.0
"""The limit of the colour difference, as in the default settings."""

PROMISES = (
    *(Promise(target, 0.8, MAX_DELTA_E) for target in (0.75, 0.9, 0.95, 0.985)),
    *(Promise(target, 0.0, MAX_DELTA_E) for target in (0.85, 0.95, 0.985)),
)
"""The promises that the portfolio is grown for: targets with the default `min_worst`, and without."""

_VTRACER_SHARE = 0.05
_REFINED_SHARE = 0.6

Option = TypeVar("Option", int, float)

_SECOND = 0.2
"""The cost of a second of tracing, in ln(bytes), when members of a portfolio are chosen."""


class Draw(Protocol):
    """The source of the choices that make a tracing: random, or a search that learns from earlier ones."""

    def choice(self, name: str, options: Sequence[Option]) -> Option:
        """One of the options for the choice of this name; an option listed twice is twice as likely."""
        ...

    def chance(self, name: str, probability: float) -> bool:
        """A boolean choice of this name."""
        ...


@dataclass(frozen=True)
class RandomDraw:
    """Random choices, with the probabilities of the space."""

    source: random.Random

    def choice(self, name: str, options: Sequence[Option]) -> Option:
        del name
        return self.source.choice(options)

    def chance(self, name: str, probability: float) -> bool:
        del name
        return self.source.random() < probability


def random_pool(size: int, seed: int) -> list[TracingParameters]:
    """`size` different random tracings, from the range in which tracings are known to be good."""
    draw = RandomDraw(random.Random(seed))
    pool: dict[TracingParameters, None] = {}
    while len(pool) < size:
        pool[draw_tracing(draw)] = None
    return list(pool)


def draw_tracing(draw: Draw) -> TracingParameters:
    """A tracing of the search space: each choice has one name, whatever its source."""
    if draw.chance("by_vtracer", _VTRACER_SHARE):
        return _by_vtracer(draw)
    return _by_refined_regions(draw) if draw.chance("refined", _REFINED_SHARE) else _by_regions(draw)


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
        refine_to=0,
    )


def _by_refined_regions(draw: Draw) -> TracingParameters:
    """Smooth at any size from the start, and refined where that is not enough."""
    return TracingParameters(
        colour_models="flat" if draw.chance("refined_flat", 0.15) else "gradient",
        upscale=draw.choice("refined_upscale", (2, 2, 3, 3, 4)),
        gradient_stops=draw.choice("refined_gradient_stops", (3, 5, 8)),
        merge_distance=draw.choice("refined_merge_distance", (1.5, 1.5, 3.0)),
        palette_size=draw.choice("refined_palette_size", (0, 0, 0, 8, 16)),
        thin_strokes=draw.chance("refined_thin_strokes", 0.7),
        grid=draw.choice("refined_grid", (4, 4, 5, 6)),
        filter_speckle=draw.choice("refined_filter_speckle", (2, 4, 4, 6)),
        corner_threshold=draw.choice("refined_corner_threshold", (25, 40, 40, 60)),
        simplify=draw.choice("refined_simplify", (1.0, 1.25, 1.6, 1.6)),
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


def log_bytes_at(table: pd.DataFrame, promise: Promise) -> pd.DataFrame:
    """ln(bytes) by image (rows) and tracing (columns), infinite where the promise is missed."""
    return _where_met(table, np.log(table["bytes"]), promise)


def _where_met(table: pd.DataFrame, cost: pd.Series, promise: Promise) -> pd.DataFrame:
    met = (table["ssim"] >= promise.target) & (table["delta_e"] <= promise.max_delta_e)
    if promise.min_worst:
        met &= table["worst"] >= promise.min_worst
    costs = table.assign(cost=cost.where(met, np.inf))
    pivoted = costs.pivot_table(index="image", columns="tracing", values="cost", dropna=False)
    return pivoted.fillna(np.inf)  # a tracing that failed on an image has no row


def grow_portfolio(table: pd.DataFrame, size: int) -> list[int]:
    """
    Choose tracings greedily so that the best of them has the least loss against the best of the whole table.

    `table` has one row an image and tracing: image, tracing (a number), ssim, worst, delta_e, bytes, seconds. The loss
    is the mean over images and PROMISES of the excess ln(bytes), a second costing a fifth of one, and MISSED where only
    others meet the promise. Among tracings of equal gain, such as zero, the one of least loss by itself comes first.

    Raises:
        DatasetFault: no tracing meets any of the promises on any image.
    """
    cost = np.log(table["bytes"]) + _SECOND * table["seconds"]
    by_promise = [_where_met(table, cost, promise) for promise in PROMISES]
    costs = np.stack([costs_at.to_numpy() for costs_at in by_promise])
    best = costs.min(axis=2)
    reachable = np.isfinite(best)
    if not reachable.any():
        raise DatasetFault(f"no tracing reaches an ssim of {min(p.target for p in PROMISES)} on any of the images")
    excess = np.minimum(costs - np.where(reachable, best, 0)[..., None], MISSED)[reachable]
    alone = excess.mean(axis=0)
    chosen: list[int] = []
    state = np.full(len(excess), MISSED)
    for _ in range(min(size, excess.shape[1])):
        losses = np.minimum(state[:, None], excess).mean(axis=0)
        losses[chosen] = np.inf
        chosen.append(int(np.lexsort((alone, losses))[0]))
        state = np.minimum(state, excess[:, chosen[-1]])
    columns = by_promise[0].columns
    return [int(columns[index]) for index in chosen]


def portfolio_loss(table: pd.DataFrame, chosen: Sequence[int], promises: Sequence[Promise] = PROMISES) -> float | None:
    """The loss of given tracings in ln(bytes), ignoring their time; None if nothing meets any of the promises."""
    losses = []
    for promise in promises:
        cost = log_bytes_at(table, promise)
        best = cost.min(axis=1)
        excess = (cost[list(chosen)].min(axis=1) - best)[np.isfinite(best)]
        losses.append(np.minimum(excess, MISSED))
    together = pd.concat(losses)
    return None if together.empty else float(together.mean())
