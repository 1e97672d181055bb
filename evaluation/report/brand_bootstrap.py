"""
Confidence intervals of figures over images grouped by brand.

Images of one brand are correlated, so whole brands are resampled, not images: the cluster bootstrap (Davison and
Hinkley 1997, Bootstrap Methods and their Application, section 3.8) with percentile intervals.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from svgai.array_types import Doubles, Flags


@dataclass(frozen=True)
class Interval:
    """A figure with the bounds of its 95 % interval; NaN without data."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Resamples:
    """
    The weight of each image in each resample of the brands.

    Attributes:
        weights: (1 + resamples, images); the first row counts every image once and gives the figure itself.
    """

    weights: Doubles

    @classmethod
    def of(cls, brands: Sequence[str], resamples: int = 1000, seed: int = 0) -> "Resamples":
        """Resample all brands with replacement, repeatedly; `brands` has one entry an image."""
        names, brand_of = np.unique(np.asarray(brands, dtype=str), return_inverse=True)
        every = np.full(len(names), 1 / len(names))
        counts = np.random.default_rng(seed).multinomial(len(names), every, size=resamples)
        return cls(np.vstack([np.ones(len(brand_of)), counts[:, brand_of]]).astype(np.float64))

    def mean(self, values: Doubles, among: Flags | None = None) -> Doubles:
        """The mean of values (images,), or of those of only some images, in each resample (1 + resamples,)."""
        chosen = np.ones(len(values), np.bool_) if among is None else among
        weights = self.weights[:, chosen]
        return divided(weights @ values[chosen], weights.sum(axis=1))


def divided(numerator: Doubles, denominator: Doubles) -> Doubles:
    """The quotient; NaN for a zero divisor."""
    zero = np.abs(denominator) < 1e-12
    return np.where(zero, np.nan, numerator / np.where(zero, 1, denominator))


def interval(resampled: Doubles) -> Interval:
    """The figure and its interval from its value in every resample; the first is that of the original images."""
    value, rest = float(resampled[0]), resampled[1:]
    rest = rest[np.isfinite(rest)]
    if not np.isfinite(value) or not len(rest):
        return Interval(float("nan"), float("nan"), float("nan"))
    low, high = np.percentile(rest, (2.5, 97.5))
    return Interval(value, float(low), float(high))
