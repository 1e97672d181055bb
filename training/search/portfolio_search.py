"""Selects a portfolio from a random pool of tracings by successive halving, and measures it on many images."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from svgai.measure.promise import Promise
from training.data.datasets import Sample
from training.data.progress import Progress
from training.search.parameter_search import search
from training.search.tracing_pool import PROMISES, grow_portfolio, portfolio_loss, random_pool
from training.search.workers import Workers

_FIRST_ROUND = 1 / 4
"""Share of the pool's images on which the whole pool is measured."""

_KEPT = 1 / 3
"""Share of the pool that is also measured on the rest of them."""

_QUARTERS = 4


@dataclass(frozen=True)
class SearchSizes:
    """
    Numbers of tracings tried and kept, and of images that each is measured on.

    `quarter_images` are measured with only a quarter of the portfolio: the optimizer learns more from another image
    than from another tracing of the same one.
    """

    pool: int
    pool_images: int
    portfolio: int
    images: int
    quarter_images: int = 0

    @property
    def all_images(self) -> int:
        return self.pool_images + self.images + self.quarter_images


@dataclass(frozen=True)
class Loss:
    """
    ln(bytes) above the best tracing that was measured on an image, mean over images; None if none was good enough.

    Attributes:
        promise: The promise; None: over all.
        single_best: Of the single tracing of least loss.
        portfolio: Of the best of the portfolio.
    """

    promise: Promise | None
    single_best: float | None
    portfolio: float | None


@dataclass(frozen=True, eq=False)
class PortfolioSearch:
    """
    A portfolio and how it was selected.

    Attributes:
        table: One row an image and member, as parameter_search gives it.
        pool: Tracings in the pool.
        kept: Those of them that were measured on all of the pool's images.
        portfolio: Members of the portfolio.
        images: Images that the portfolio was measured on.
        losses: By promise, and over all, on the pool's images.
        left_out: Number of tracings of an image, including the pool's, without a row, by reason.
        images_per_second: Images of the table measured per second; None if all were reused.
    """

    table: pd.DataFrame
    pool: int
    kept: int
    portfolio: int
    images: int
    losses: tuple[Loss, ...]
    left_out: dict[str, int]
    images_per_second: float | None

    def as_dict(self) -> dict[str, object]:
        """Everything but the table, for JSON."""
        return {
            "pool": self.pool,
            "kept": self.kept,
            "portfolio": self.portfolio,
            "images": self.images,
            "rows": len(self.table),
            "losses": list(self.losses),
            "left_out": self.left_out,
            "images_per_second": self.images_per_second,
        }


def search_portfolio(
    samples: Sequence[Sample], sizes: SearchSizes, seed: int, folder: Path, workers: Workers, progress: Progress
) -> PortfolioSearch:
    """
    Halve a random pool, grow a portfolio from the rest, and measure it on the remaining images.

    The first `sizes.pool_images` samples are only for the pool, so that the portfolio is not chosen on the images that
    the optimizer is trained on. The whole pool is measured on the first quarter of them; the third that the greedy
    choice takes first continues to the others. The portfolio is measured on the next `sizes.images`, and a quarter of
    it on each of the last. Finished parts are in `folder`.

    Raises:
        DatasetFault: no tracing succeeded, or none meets any of the promises.
    """
    tracings = random_pool(sizes.pool, seed)
    numbers = {tracing.model_dump_json(): number for number, tracing in enumerate(tracings)}
    first = math.ceil(sizes.pool_images * _FIRST_ROUND)
    begun = search(samples[:first], tracings, folder / "pool", workers, progress, "Measuring the pool")
    on_first = _numbered(begun.table, numbers)
    kept = grow_portfolio(on_first, max(sizes.portfolio, math.ceil(sizes.pool * _KEPT)))
    going_on = [tracings[number] for number in kept]
    others = samples[first : sizes.pool_images]
    rest = search(others, going_on, folder / "kept", workers, progress, "Measuring its best third")
    everything = pd.concat([on_first, _numbered(rest.table, numbers)], ignore_index=True)
    chosen = grow_portfolio(everything[everything["tracing"].isin(kept)], sizes.portfolio)
    members = [tracings[number] for number in chosen]
    learnt_from = samples[sizes.pool_images : sizes.pool_images + sizes.images]
    final = [search(learnt_from, members, folder / "portfolio", workers, progress, "Measuring the portfolio")]
    for number, images in enumerate(_in_quarters(samples[sizes.pool_images + sizes.images : sizes.all_images])):
        some, stage = members[number::_QUARTERS], f"Measuring quarter {number + 1} of it"
        if images and some:
            final.append(search(images, some, folder / "quarters", workers, progress, stage))
    left_out: Counter[str] = Counter()
    for part in (begun, rest, *final):
        left_out.update(part.left_out)
    table = pd.concat([part.table for part in final], ignore_index=True)
    measured = sum(part.measured for part in final)
    return PortfolioSearch(
        table=table,
        pool=len(tracings),
        kept=len(kept),
        portfolio=len(members),
        images=table["image"].nunique(),
        losses=tuple(_loss(everything, chosen, promise) for promise in (*PROMISES, None)),
        left_out=dict(left_out),
        images_per_second=measured / sum(part.seconds for part in final) if measured else None,
    )


def _in_quarters(samples: Sequence[Sample]) -> list[Sequence[Sample]]:
    """Consecutive ones, because types may alternate."""
    size = math.ceil(len(samples) / _QUARTERS)
    return [samples[number * size : (number + 1) * size] for number in range(_QUARTERS)]


def _numbered(table: pd.DataFrame, numbers: dict[str, int]) -> pd.DataFrame:
    return table.assign(tracing=table["tracing"].map(numbers))


def _loss(table: pd.DataFrame, chosen: Sequence[int], promise: Promise | None) -> Loss:
    promises = PROMISES if promise is None else (promise,)
    return Loss(promise, portfolio_loss(table, chosen[:1], promises), portfolio_loss(table, chosen, promises))
