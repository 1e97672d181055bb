"""
Compares two versions item by item: how much worse the new one may be, by a paired bootstrap.

Items of one brand resemble each other, so whole brands are drawn anew (Davison and Hinkley 1997, Bootstrap Methods and
their Application, section 3.8). The bound is the one-sided 95 % percentile bound of the mean loss.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from registry.gates.evidence import HeldOutOutcomes
from svgai.array_types import Doubles

CONFIDENCE = 0.95
RESAMPLES = 4999
_SEED = 0
_BATCH = 500


@dataclass(frozen=True)
class PairedLoss:
    """
    How much worse a version is than another.

    Attributes:
        mean: Mean over the items; negative where it is better.
        at_most: Upper bound of the mean loss, with CONFIDENCE.
        items: How many items were compared.
    """

    mean: float
    at_most: float
    items: int


def paired_loss(
    new: HeldOutOutcomes, old: HeldOutOutcomes, metric: str, *, higher_is_better: bool
) -> PairedLoss | None:
    """
    Compare two versions in one metric that is a mean over held-out items.

    None where they were not measured on the same items with the same truth, or the metric is no mean over items.
    """
    if new.digest != old.digest or not {metric} <= set(new.table.column_names) & set(old.table.column_names):
        return None
    former = dict(zip(*_columns(old, "item", metric), strict=True))
    by_brand: dict[str, list[float]] = defaultdict(list)
    for item, brand, value in zip(*_columns(new, "item", "brand", metric), strict=True):
        other = former.get(item)
        if value is not None and other is not None and not math.isnan(loss := other - value):
            by_brand[brand].append(loss if higher_is_better else -loss)
    if not by_brand:
        return None
    brands = [by_brand[brand] for brand in sorted(by_brand)]
    sums, sizes = np.array([sum(brand) for brand in brands]), np.array([len(brand) for brand in brands], np.float64)
    mean = float(sums.sum() / sizes.sum())
    return PairedLoss(mean, _bound(sums, sizes, mean), int(sizes.sum()))


def _columns(outcomes: HeldOutOutcomes, *names: str) -> list[list[Any]]:
    return [outcomes.table[name].to_pylist() for name in names]


def _bound(sums: Doubles, sizes: Doubles, mean: float) -> float:
    if len(sums) < 2 or np.ptp(sums / sizes) == 0:
        return mean  # every resample is the same
    from scipy.stats import bootstrap  # noqa: PLC0415 - takes a while, and most checks of a gate need none

    found = bootstrap(
        (sums, sizes),
        lambda total, size, axis: total.sum(axis=axis) / size.sum(axis=axis),
        paired=True,
        vectorized=True,
        alternative="less",
        confidence_level=CONFIDENCE,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    )
    return float(found.confidence_interval.high)
