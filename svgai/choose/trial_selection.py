"""
Selects the tracings of one image to try, one after the other, until no further one is worth its cost.

Until the promise is kept, the next tracing is the one that is expected to cost least, in ln(bytes): its own bytes where
it keeps it, else what the best other tracing is expected to cost as the last one. Once the promise is kept, it is the
one expected to save most (constrained expected improvement: Schonlau, Welch and Jones 1998), while that is worth a
trial. Every measurement updates the beliefs about the tracings not yet made.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from svgai.choose.outcome_beliefs import Belief
from svgai.choose.trials import Trial
from svgai.measure.outcome_scales import SIZE, Scaled, believed_scales, ssim_to_scale
from svgai.measure.promise import Promise
from svgai.trace.parameters import TracingParameters

WORTHWHILE = 0.12
"""What a further trial costs, in ln(bytes): it must be expected to save as much."""

MISSED = 2.0
"""What a missed target costs, in ln(bytes): as much as a file seven times as large."""

_HOPELESS = 1e-4
_ENOUGH_TRIALS, _LOST = 2, 0.5
"""After so many trials that are all below this `worst`, where the loss is obvious, no further one is made."""


Offers = Generator[TracingParameters, Trial | None, list[Trial]]
"""
Tracings to make, one after the other. The result of the last one is sent in: its trial, or None if it failed.

It ends, with all trials, when no further tracing is worth one.
"""


@dataclass(frozen=True)
class Goal:
    """The target, and the most trials."""

    promise: Promise
    max_trials: int = 1

    def met(self, trial: Trial) -> bool:
        """Whether a trial keeps the promise. An empty one never does."""
        return not trial.empty and self.promise.met(trial.judged)


def in_order(tracings: Sequence[TracingParameters], goal: Goal) -> Offers:
    """Offer tracings in their order until one meets the goal."""
    trials: list[Trial] = []
    for parameters in tracings:
        if len(trials) >= goal.max_trials or (trials and goal.met(trials[-1])):
            break
        trial = yield parameters
        if trial is not None:
            trials.append(trial)
    return trials


def by_belief(tracings: Sequence[TracingParameters], belief: Belief, goal: Goal) -> Offers:
    """Offer the tracings that are worth a trial; `belief` is about `tracings`, in their order."""
    trials: list[Trial] = []
    remaining = list(range(len(tracings)))
    while remaining and len(trials) < goal.max_trials and not _lost(trials, goal):
        chosen = _next(belief, remaining, trials, goal)
        if chosen is None:
            break
        remaining.remove(chosen)
        trial = yield tracings[chosen]
        if trial is not None:
            belief = belief.measured(chosen, believed_scales(trial.judged))
            trials.append(trial)
    return trials


def _lost(trials: Sequence[Trial], goal: Goal) -> bool:
    """Whether the image itself defeats tracing, so that others would fail, too: noise, photographs, finest lines."""
    if goal.promise.min_worst <= _LOST or goal.promise.max_bytes is not None:
        return False
    made = [trial.judged.worst for trial in trials if not trial.empty]
    return len(made) >= _ENOUGH_TRIALS and max(made) < _LOST


def _next(belief: Belief, remaining: Sequence[int], trials: Sequence[Trial], goal: Goal) -> int | None:
    """The next tracing worth a trial, or None."""
    fits = _fits(belief, goal.promise)[remaining]
    chances = belief.chances(goal.promise)[remaining] * fits
    met = [trial.quality.bytes for trial in trials if goal.met(trial)]
    if met:
        savings = chances * belief.savings(min(met))[remaining]
        return remaining[int(savings.argmax())] if savings.max() >= WORTHWHILE else None
    sizes = belief.mean[remaining, SIZE]
    if chances.max() < _HOPELESS:
        if fits.max() < _HOPELESS:
            return remaining[int(sizes.argmin())]
        closeness = _closeness(belief, goal.promise)[remaining]
        return remaining[int(np.where(fits >= min(0.5, fits.max()), closeness, -np.inf).argmax())]
    costs = chances * sizes + (1 - chances) * (sizes[chances.argmax()] + MISSED)
    if len(trials) + 1 < goal.max_trials and len(remaining) > 1:
        best, second = np.partition(costs, 1)[:2]
        otherwise = np.where(np.arange(len(costs)) == costs.argmin(), second, best) + WORTHWHILE
        costs = chances * sizes + (1 - chances) * otherwise
    return remaining[int(costs.argmin())]


def _closeness(belief: Belief, promise: Promise) -> Scaled:
    """The expected distance of each tracing (m,) from the promise, on the scales; 0 where it is kept."""
    short = np.minimum(belief.mean[:, 0] - ssim_to_scale(promise.target), 0)
    lost = np.minimum(belief.mean[:, 1] - ssim_to_scale(promise.min_worst), 0) if promise.min_worst else 0.0
    return np.asarray(short + lost)


def _fits(belief: Belief, promise: Promise) -> Scaled:
    """The probability (m,) that each tracing is small enough."""
    if promise.max_bytes is None:
        return np.ones(len(belief.mean))
    return np.asarray(ndtr((math.log(promise.max_bytes) - belief.mean[:, SIZE]) / belief.deviation[:, SIZE]))
