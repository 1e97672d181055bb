"""Evaluates an A/B test so far: the effect on each metric, and the verdict."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from learning.experiments.confidence_sequences import ConfidenceSequence
from learning.experiments.metrics import (
    ALPHA,
    BYTES,
    METRICS,
    Metric,
    Observations,
    certainly_better,
    certainly_worse,
    looks_at,
    sequence_of,
)
from learning.experiments.sample_ratio import sample_ratio_p_values

Verdict = Literal["too few", "undecided", "better", "worse", "guardrail broken", "sample ratio wrong"]


@dataclass(frozen=True, eq=False)
class Effect:
    """
    The challenger's effect on a metric, at all looks.

    Attributes:
        better_at, worse_at: The first significant look; None: none. Worse means beyond the tolerance.
    """

    metric: Metric
    sequence: ConfidenceSequence
    better_at: int | None
    worse_at: int | None

    @property
    def last(self) -> tuple[float, float, float]:
        """The estimate at the last look, and its bounds; ratios less 1 for logarithms."""
        ends = self.sequence.means[-1], self.sequence.lows[-1], self.sequence.highs[-1]
        estimate, low, high = (float(np.expm1(end) if self.metric.logarithmic else end) for end in ends)
        return estimate, low, high


@dataclass(frozen=True, eq=False)
class Evaluation:
    """
    An A/B test at its last look.

    Attributes:
        looks: Numbers of pairs, or conversions of both arms, at each look; none before there are enough.
        items: Their number.
        of_challenger: Number of the challenger's; with pairs all of them.
        ratio_p: p-value of the sample ratio test; None for pairs.
    """

    looks: tuple[int, ...]
    items: int
    of_challenger: int
    effects: tuple[Effect, ...]
    ratio_p: float | None

    @property
    def verdict(self) -> Verdict:
        """The verdict: a broken guardrail takes precedence, and skewed arms allow none."""
        if not self.looks:
            return "too few"
        if any(effect.metric.tolerance is not None and effect.worse_at for effect in self.effects):
            return "guardrail broken"
        if self.ratio_p is not None and self.ratio_p <= ALPHA:
            return "sample ratio wrong"
        size = next(effect for effect in self.effects if effect.metric is BYTES)
        if size.better_at and not size.worse_at:
            return "better"
        return "worse" if size.worse_at else "undecided"

    @property
    def broken(self) -> str:
        """The broken guardrails, and by how much; empty if none is."""
        return "; ".join(
            _said(effect, effect.worse_at, self.looks)
            for effect in self.effects
            if effect.metric.tolerance is not None and effect.worse_at
        )


def evaluate(seen: Observations) -> Evaluation:
    """Evaluate an A/B test at all looks that it has items for; none where a split gives one arm all of them."""
    looks = looks_at(seen.items)
    challenged = seen.items if seen.of_challenger is None else int(seen.of_challenger.sum())
    one_arm = seen.of_challenger is not None and not 0 < seen.share < 1
    if one_arm or not len(looks):
        return Evaluation((), seen.items, challenged, (), None)
    ratio_p = None
    if seen.of_challenger is not None:
        p_values = sample_ratio_p_values(np.cumsum(seen.of_challenger, dtype=np.intp)[looks - 1], looks, seen.share)
        ratio_p = float(p_values[-1])
    effects = tuple(_effect(metric, seen) for metric in METRICS)
    return Evaluation(tuple(map(int, looks)), seen.items, challenged, effects, ratio_p)


def _effect(metric: Metric, seen: Observations) -> Effect:
    sequence = sequence_of(metric, seen)
    ends = (certainly(metric, sequence) for certainly in (certainly_better, certainly_worse))
    better_at, worse_at = (int(looks_at(seen.items)[np.argmax(found)]) if found.any() else None for found in ends)
    return Effect(metric, sequence, better_at, worse_at)


def _said(effect: Effect, at: int, looks: tuple[int, ...]) -> str:
    """For example: attainment fell by .098, by .021 at least, after 300; .005 is tolerated."""
    place = looks.index(at)
    metric, sequence = effect.metric, effect.sequence
    near = sequence.highs[place] if metric.better > 0 else sequence.lows[place]
    values = [abs(value) for value in (sequence.means[place], near, metric.tolerance or 0.0)]
    change, least, tolerated = (f"{np.expm1(value):.1%}" if metric.logarithmic else f"{value:.3f}" for value in values)
    word = "fell" if metric.better > 0 else "rose"
    return f"{metric.name} {word} by {change}, by {least} at least, after {at}; {tolerated} is tolerated"
