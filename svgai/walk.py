"""
Which tracings of one image are made, one after the other, until no further one is worth it.

Until the promise is kept, the next tracing is the one that is expected to cost least, in ln(bytes): its own bytes where
it keeps it, else what the best other tracing is expected to cost as the last one. Once the promise is kept, it is
the one expected to save most (constrained expected improvement: Schonlau, Welch and Jones 1998), while that is worth a
trial. Every measurement changes what is believed of the tracings not yet made.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtr

from svgai.belief import Belief
from svgai.errors import RenderingFailed, TracingFailed
from svgai.promise import Promise
from svgai.quality import Quality, Reference
from svgai.scales import Scaled, believed_scales
from svgai.tracing_parameters import TracingParameters

WORTHWHILE = 0.05
"""What a further trial costs, in ln(bytes): it must be expected to save as much."""

MISSED = 2.0
"""What a missed target costs, in ln(bytes): as much as a file seven times as large."""

_HOPELESS = 1e-4


@dataclass(frozen=True)
class Trial:
    """One tracing, made and measured. `empty`: it shows nothing of an image that shows something."""

    parameters: TracingParameters
    svg: str
    quality: Quality
    empty: bool = False

    @classmethod
    def measured(cls, parameters: TracingParameters, svg: str, reference: Reference) -> Self:
        """
        What came of a tracing of the reference's image.

        Raises:
            RenderingFailed: the SVG cannot be rendered.
        """
        inspection = reference.inspect(svg)
        return cls(parameters, svg, inspection.quality, inspection.empty)


Attempt = Callable[[TracingParameters], Trial]


@dataclass(frozen=True)
class Goal:
    """What is to be reached, in how many trials; none begins after `deadline`, on time.perf_counter's clock."""

    promise: Promise
    max_trials: int = 1
    deadline: float = math.inf

    def met(self, trial: Trial) -> bool:
        """Whether a trial keeps the promise. An empty one is no answer, however weak the promise is."""
        return not trial.empty and self.promise.met(trial.quality)

    def spent(self, tried: int, made: int) -> bool:
        """Whether no further tracing may begin after so many, of which some were made. There is always one."""
        return made >= self.max_trials or (tried > 0 and time.perf_counter() > self.deadline)


def best_trial(trials: Sequence[Trial], promise: Promise) -> Trial:
    """
    Of at least one, the smallest that keeps the promise; else the nearest to it among those that fit into its size.

    Where none fits it is the smallest. An empty trial is taken only where all are empty.
    """
    drawn = [trial for trial in trials if not trial.empty] or trials
    fitting = [trial for trial in drawn if promise.fits(trial.quality)]
    if not fitting:
        return min(drawn, key=lambda trial: (trial.quality.bytes, promise.shortfall(trial.quality)))
    # One that misses a limit by less than the scales can tell is no equal of one that keeps it.
    return min(
        fitting,
        key=lambda trial: (not promise.met(trial.quality), promise.shortfall(trial.quality), trial.quality.bytes),
    )


def in_order(tracings: Sequence[TracingParameters], attempt: Attempt, goal: Goal) -> list[Trial]:
    """
    Make tracings in their order until one meets the goal.

    Raises:
        TracingFailed, RenderingFailed: not one succeeded; the last one's fault.
    """
    trials: list[Trial] = []
    fault: TracingFailed | RenderingFailed | None = None
    for tried, parameters in enumerate(tracings):
        if goal.spent(tried, len(trials)) or (trials and goal.met(trials[-1])):
            break
        try:
            trials.append(attempt(parameters))
        except (TracingFailed, RenderingFailed) as failure:
            fault = failure
    return _some(trials, fault)


def walk(tracings: Sequence[TracingParameters], belief: Belief, attempt: Attempt, goal: Goal) -> list[Trial]:
    """
    Make the tracings that are worth it; `belief` is of `tracings`, in their order.

    Raises:
        TracingFailed, RenderingFailed: not one succeeded; the last one's fault.
    """
    trials: list[Trial] = []
    fault: TracingFailed | RenderingFailed | None = None
    remaining = list(range(len(tracings)))
    while remaining and not goal.spent(len(tracings) - len(remaining), len(trials)):
        chosen = _next(belief, remaining, trials, goal)
        if chosen is None:
            break
        remaining.remove(chosen)
        try:
            trial = attempt(tracings[chosen])
        except (TracingFailed, RenderingFailed) as failure:
            fault = failure
            continue
        belief = belief.measured(chosen, believed_scales(trial.quality))
        trials.append(trial)
    return _some(trials, fault)


def _some(trials: list[Trial], fault: TracingFailed | RenderingFailed | None) -> list[Trial]:
    if not trials:
        raise fault or TracingFailed("no tracing was tried")
    return trials


def _next(belief: Belief, remaining: Sequence[int], trials: Sequence[Trial], goal: Goal) -> int | None:
    """The next tracing worth a trial, or None."""
    chances = _chances(belief, trials, goal.promise)[remaining]
    met = [trial.quality.bytes for trial in trials if goal.met(trial)]
    if met:
        savings = chances * belief.savings(min(met))[remaining]
        return remaining[int(savings.argmax())] if savings.max() >= WORTHWHILE else None
    sizes = belief.mean[remaining, 2]
    if chances.max() < _HOPELESS:
        fits = _fits(belief, goal.promise)[remaining]
        if fits.max() < _HOPELESS:
            return remaining[int(sizes.argmin())]
        return remaining[int(np.where(fits >= min(0.5, fits.max()), belief.mean[remaining, 0], -np.inf).argmax())]
    costs = chances * sizes + (1 - chances) * (sizes[chances.argmax()] + MISSED)
    if len(trials) + 1 < goal.max_trials and len(remaining) > 1:
        best, second = np.partition(costs, 1)[:2]
        otherwise = np.where(np.arange(len(costs)) == costs.argmin(), second, best) + WORTHWHILE
        costs = chances * sizes + (1 - chances) * otherwise
    return remaining[int(costs.argmin())]


def _chances(belief: Belief, trials: Sequence[Trial], promise: Promise) -> Scaled:
    """
    The probability (m,) that each tracing keeps the promise.

    Nothing is predicted of `worst`: a tracing that is no closer than one that lost something is taken to lose it, too.
    """
    lost = [trial.quality.ssim for trial in trials if "worst" in promise.missed(trial.quality)]
    return belief.chances(max((promise.target, *lost)), promise.max_delta_e) * _fits(belief, promise)


def _fits(belief: Belief, promise: Promise) -> Scaled:
    """The probability (m,) that each tracing is small enough."""
    if promise.max_bytes is None:
        return np.ones(len(belief.mean))
    return np.asarray(ndtr((math.log(promise.max_bytes) - belief.mean[:, 2]) / belief.deviation[:, 2]))
