"""The metrics of an A/B test, and how much worse a challenger may be."""

from dataclasses import dataclass

import numpy as np

from learning.experiments.confidence_sequences import ConfidenceSequence, difference_sequence, mean_sequence
from svgai.array_types import Doubles, Flags, Indices

LOOK_EVERY = 100
"""Items, pairs or conversions, between two looks."""

LEAST = 100
"""Pairs, or conversions of each arm, before the first evaluation: the sequences are asymptotic."""

ALPHA = 0.01
"""
Error probability at any look of each of five, together 5 %: bytes, three guardrails, the sample ratio test.

No decision rests on ratings. A guardrail is one-sided, so its sequence has twice as much.
"""


@dataclass(frozen=True)
class Metric:
    """
    One figure of a conversion.

    Attributes:
        name: As in tables.
        better: 1 if more is better, -1 if less is.
        tolerance: How much worse a challenger may be; a guardrail is broken if it is significantly worse by more. None:
            this is not a guardrail.
        narrowest_at: Conversions of the challenger after which the sequence is narrowest.
        logarithmic: Whether the values are logarithms, so that their differences are ratios.
    """

    name: str
    better: int
    tolerance: float | None = None
    narrowest_at: float = 300
    logarithmic: bool = False

    @property
    def alpha(self) -> float:
        """Of its sequence, which has two sides."""
        return ALPHA if self.tolerance is None else 2 * ALPHA


BYTES = Metric("bytes", -1, narrowest_at=2_000, logarithmic=True)
ATTAINMENT = Metric("attainment", 1, tolerance=0.005)
WORST = Metric("worst", 1, tolerance=0.005)
SECONDS = Metric("seconds", -1, tolerance=float(np.log(1.1)), logarithmic=True)
RATING = Metric("rating", 1)
METRICS = (BYTES, ATTAINMENT, WORST, SECONDS, RATING)


@dataclass(frozen=True, eq=False)
class Observations:
    """
    Outcomes of an A/B test's arms, in order of time.

    Attributes:
        values: By metric (..., items): for pairs the challenger's value minus the champion's, else the value itself.
            NaN for missing values.
        of_challenger: Whether a value is the challenger's (..., items); None for pairs.
        share: The intended share of images for the challenger.
    """

    values: dict[Metric, Doubles]
    of_challenger: Flags | None = None
    share: float = 0.5

    @property
    def items(self) -> int:
        return int(self.values[BYTES].shape[-1])


def looks_at(items: int) -> Indices:
    """The numbers of items at each look."""
    return np.arange(LOOK_EVERY, items + 1, LOOK_EVERY)


def sequence_of(metric: Metric, seen: Observations) -> ConfidenceSequence:
    """The effect of the challenger on a metric, its value minus the champion's, at all looks."""
    looks = looks_at(seen.items)
    values = seen.values[metric]
    if seen.of_challenger is None:
        return mean_sequence(values, looks, alpha=metric.alpha, narrowest_at=metric.narrowest_at, least=LEAST)
    # The number of conversions of both arms that contains so many of the challenger's.
    narrowest_at = metric.narrowest_at / seen.share
    return difference_sequence(
        values, seen.of_challenger, looks, alpha=metric.alpha, narrowest_at=narrowest_at, least=LEAST
    )


def certainly_better(metric: Metric, sequence: ConfidenceSequence) -> Flags:
    """At which looks the whole sequence is on the better side (..., looks)."""
    return sequence.lows > 0 if metric.better > 0 else sequence.highs < 0


def certainly_worse(metric: Metric, sequence: ConfidenceSequence) -> Flags:
    """At which looks the whole sequence is on the worse side, beyond the tolerance (..., looks)."""
    tolerance = metric.tolerance or 0
    return sequence.highs < -tolerance if metric.better > 0 else sequence.lows > tolerance
