"""
Compares two versions item by item: how much worse the new one may be, by a paired bootstrap.

Items of one brand resemble each other, so whole brands are drawn anew (Davison and Hinkley 1997, Bootstrap Methods and
their Application, section 3.8). The bound is the one-sided 95 % percentile bound of the mean loss.
"""

from dataclasses import dataclass

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
    if new.digest != old.digest or metric not in new.table.columns or metric not in old.table.columns:
        return None
    ours, theirs = new.table.set_index("item"), old.table.set_index("item")[metric]
    loss = (theirs.reindex(ours.index) - ours[metric]) * (1 if higher_is_better else -1)
    known = loss.notna()
    if not known.any():
        return None
    by_brand = loss[known].groupby(ours["brand"][known]).agg(["sum", "size"])
    sums, sizes = (by_brand[name].to_numpy(np.float64) for name in ("sum", "size"))
    mean = float(loss[known].mean())
    return PairedLoss(mean, _bound(sums, sizes, mean), int(known.sum()))


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
