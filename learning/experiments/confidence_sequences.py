"""
Confidence sequences: intervals that are valid at all times simultaneously, so that frequent looks do not increase the
error rate.

Asymptotic ones by Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic
confidence sequences" (arXiv 2103.06476v7): the half width is eq. 9, its tuning eq. 161. GrowthBook's sequential engine
(gbstats 0.8.0, `SequentialTwoSidedTTest`) is the same with means of two samples, which the tests compare.

Arrays have items along their last axis, in order of arrival; simulations put runs before it. An item without a value is
NaN.
"""

from dataclasses import dataclass

import numpy as np

from svgai.array_types import Doubles, Flags, Indices


@dataclass(frozen=True, eq=False)
class ConfidenceSequence:
    """
    A mean at several looks, with bounds that hold at all of them with probability 1 - alpha.

    Attributes:
        counts: Number of values at each look (..., looks); for two samples the total.
        means: The estimate; NaN with too few values.
        half_widths: Infinite there.
    """

    counts: Indices
    means: Doubles
    half_widths: Doubles

    @property
    def lows(self) -> Doubles:
        return np.where(np.isnan(self.means), -np.inf, self.means - self.half_widths)

    @property
    def highs(self) -> Doubles:
        return np.where(np.isnan(self.means), np.inf, self.means + self.half_widths)


def tuning(alpha: float, narrowest_at: float) -> float:
    """The rho for which the sequence is narrowest after so many values (eq. 161)."""
    return float(np.sqrt((-2 * np.log(alpha) + np.log(-2 * np.log(alpha) + 1)) / narrowest_at))


def half_width(variance: Doubles, count: Doubles | Indices, *, alpha: float, narrowest_at: float) -> Doubles:
    """Half the width of the sequence after `count` values of this variance (eq. 9)."""
    spread = count * tuning(alpha, narrowest_at) ** 2
    width: Doubles = np.sqrt(variance / count * 2 * (spread + 1) / spread * np.log(np.sqrt(spread + 1) / alpha))
    return width


def mean_sequence(
    values: Doubles, looks: Indices, *, alpha: float, narrowest_at: float, least: int
) -> ConfidenceSequence:
    """
    The mean of values (..., items), such as differences of pairs, after each number of items in `looks`.

    There is no estimate before there are `least` values.
    """
    return _sequence(*_moments(values, looks), alpha, narrowest_at, least)


def difference_sequence(
    values: Doubles, of_second: Flags, looks: Indices, *, alpha: float, narrowest_at: float, least: int
) -> ConfidenceSequence:
    """
    The mean of the second sample minus that of the first; `of_second` (..., items) marks its values.

    There is no estimate before each sample has `least` values. `narrowest_at` counts the values of both.
    """
    first = _moments(np.where(of_second, np.nan, values), looks)
    second = _moments(np.where(of_second, values, np.nan), looks)
    counts, means = first[0] + second[0], second[1] - first[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        variances = (first[2] / first[0] + second[2] / second[0]) * counts
    enough = np.minimum(first[0], second[0])
    return _sequence(counts, means, variances, alpha, narrowest_at, least, enough)


def _sequence(
    counts: Indices,
    means: Doubles,
    variances: Doubles,
    alpha: float,
    narrowest_at: float,
    least: int,
    enough: Indices | None = None,
) -> ConfidenceSequence:
    known = (counts if enough is None else enough) >= least
    widths = np.full(means.shape, np.inf)
    widths[known] = half_width(variances[known], counts[known], alpha=alpha, narrowest_at=narrowest_at)
    return ConfidenceSequence(counts, np.where(known, means, np.nan), widths)


def _moments(values: Doubles, looks: Indices) -> tuple[Indices, Doubles, Doubles]:
    """Number, mean and variance of the values up to each look."""
    there = ~np.isnan(values)
    filled = np.where(there, values, 0)
    starts = np.concatenate([[0], looks[:-1]])
    # Values after the last look are ignored; those between two looks are summed once.
    end = int(looks[-1])

    def until_looks(one: Doubles) -> Doubles:
        total: Doubles = np.cumsum(np.add.reduceat(one[..., :end], starts, axis=-1), axis=-1)
        return total

    counts = until_looks(there.astype(np.float64)).astype(np.intp)
    sums, squares = until_looks(filled), until_looks(filled**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums / counts
        variances = np.maximum(squares - counts * means**2, 0) / (counts - 1)
    return counts, means, variances
