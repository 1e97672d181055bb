"""
One image to one SVG: choose tracings, trace, measure, and walk on until the target is met.

The walk corrects what the surrogate believes of this image by what each trial measured. While the target is missed it
tries the smallest tracing that is now believed to reach it; once met, it tries smaller ones while that is worth it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from svgai.errors import RenderingFailed, TracingFailed
from svgai.images import Pixels
from svgai.logo_types import LogoType
from svgai.models import Models
from svgai.optimizer import Candidate, shifted, ssim_to_scale
from svgai.quality import Quality, Reference
from svgai.tracing import trace
from svgai.tracing_parameters import TracingParameters

WORTHWHILE = 0.95
"""A smaller tracing is tried only where it is believed to need at most this share of the best one's bytes."""

_SSIM_SHARE, _BYTES_SHARE = 0.65, 0.35
"""How much of a surprise is taken to be the image's and holds for its other tracings; the rest is the tracing's."""

FIXED_TRACINGS = (
    TracingParameters(simplify=3.0, grid=2),
    TracingParameters(simplify=0.5, grid=4, merge_distance=1.5),
    TracingParameters(upscale=4, simplify=0.25, grid=6, merge_distance=1.5, filter_speckle=2),
)
"""What is tried, in this order, where no models are in use."""


@dataclass(frozen=True)
class ConversionOptions:
    """
    What a caller asks for. `targets` are the default ssim by type; without models the highest of them counts.

    With `parameters` exactly these are traced, once. `time_limit_s`: once there is a result, no trial begins after so
    many seconds.
    """

    targets: dict[LogoType, float]
    max_delta_e: float = 3.0
    target_quality: float | None = None
    parameters: TracingParameters | None = None
    max_trials: int = 4
    time_limit_s: float = 6.0


@dataclass(frozen=True)
class Conversion:
    """An SVG with its measured quality. `logo_type` is None where no models were in use."""

    svg: str
    parameters: TracingParameters
    quality: Quality
    target_quality: float
    met_target: bool
    trials: int
    logo_type: LogoType | None
    model_version: str
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """One tracing, made and measured."""

    parameters: TracingParameters
    svg: str
    quality: Quality


def convert(rgba: Pixels, models: Models | None, options: ConversionOptions) -> Conversion:
    """
    Convert straight-alpha pixels.

    Raises:
        TracingFailed, RenderingFailed: not one tracing of this image succeeded; the last one's fault.
    """
    start = time.perf_counter()
    analysis = models.analyse([rgba])[0] if models else None
    logo_type = analysis.logo_type if analysis else None
    target = options.target_quality
    if target is None:
        target = options.targets[logo_type] if logo_type else max(options.targets.values())
    classified = time.perf_counter()
    candidates: tuple[Candidate, ...] = ()
    if models and analysis and options.parameters is None:
        candidates = models.optimizer.predict(analysis.features[None], [analysis.logo_type])[0]
    predicted = time.perf_counter()
    reference = Reference(rgba)

    def attempt(parameters: TracingParameters) -> Trial:
        svg = trace(rgba, parameters)
        return Trial(parameters, svg, reference.measure(svg))

    deadline = start + options.time_limit_s
    goal = _Goal(target, options.max_delta_e, options.max_trials, deadline)
    if candidates:
        trials = _walk(candidates, attempt, goal)
    else:
        trials = _in_order((options.parameters,) if options.parameters else FIXED_TRACINGS, attempt, goal)
    best = best_trial(trials, target, options.max_delta_e)
    return Conversion(
        svg=best.svg,
        parameters=best.parameters,
        quality=best.quality,
        target_quality=target,
        met_target=goal.met(best),
        trials=len(trials),
        logo_type=logo_type,
        model_version=models.version if models else "none",
        seconds={
            "classifier": classified - start,
            "optimizer": predicted - classified,
            "tracing": time.perf_counter() - predicted,
        },
    )


def best_trial(trials: Sequence[Trial], target: float, max_delta_e: float) -> Trial:
    """The smallest of at least one that meets the target; else the one that misses it least, colour faults counting."""
    met = [trial for trial in trials if trial.quality.meets(target, max_delta_e)]
    if met:
        return min(met, key=lambda trial: trial.quality.bytes)
    return max(trials, key=lambda t: (t.quality.delta_e <= max_delta_e, t.quality.ssim, -t.quality.bytes))


@dataclass(frozen=True)
class _Goal:
    target: float
    max_delta_e: float
    max_trials: int
    deadline: float

    def met(self, trial: Trial) -> bool:
        return trial.quality.meets(self.target, self.max_delta_e)

    def spent(self, trials: Sequence[Trial]) -> bool:
        return bool(trials) and (len(trials) >= self.max_trials or time.perf_counter() > self.deadline)


def _in_order(
    tracings: Sequence[TracingParameters], attempt: Callable[[TracingParameters], Trial], goal: _Goal
) -> list[Trial]:
    trials: list[Trial] = []
    fault: TracingFailed | RenderingFailed | None = None
    for parameters in tracings:
        if goal.spent(trials) or (trials and goal.met(trials[-1])):
            break
        try:
            trials.append(attempt(parameters))
        except (TracingFailed, RenderingFailed) as failure:
            fault = failure
    if not trials:
        raise fault or TracingFailed("no tracing was tried")
    return trials


def _walk(candidates: Sequence[Candidate], attempt: Callable[[TracingParameters], Trial], goal: _Goal) -> list[Trial]:
    trials: list[Trial] = []
    fault: TracingFailed | RenderingFailed | None = None
    remaining = list(candidates)
    while remaining and not goal.spent(trials):
        chosen = _next(remaining, trials, goal)
        if chosen is None:
            break
        remaining = [candidate for candidate in remaining if candidate.parameters != chosen.parameters]
        try:
            trial = attempt(chosen.parameters)
        except (TracingFailed, RenderingFailed) as failure:
            fault = failure
            continue
        shift = float(ssim_to_scale(trial.quality.ssim) - ssim_to_scale(chosen.ssim))
        factor = trial.quality.bytes / chosen.bytes
        remaining = [shifted(c, shift * _SSIM_SHARE, factor**_BYTES_SHARE) for c in remaining]
        trials.append(trial)
    if not trials:
        raise fault or TracingFailed("no tracing was tried")
    return trials


def _next(remaining: Sequence[Candidate], trials: Sequence[Trial], goal: _Goal) -> Candidate | None:
    """The next tracing worth a trial, or None."""
    hopeful = [c for c in remaining if c.ssim >= goal.target and c.delta_e <= goal.max_delta_e]
    met = [trial for trial in trials if goal.met(trial)]
    if met:
        limit = WORTHWHILE * min(trial.quality.bytes for trial in met)
        hopeful = [c for c in hopeful if c.bytes <= limit]
        return min(hopeful, key=lambda c: c.bytes) if hopeful else None
    if hopeful:
        return min(hopeful, key=lambda c: c.bytes)
    fair = [c for c in remaining if c.delta_e <= goal.max_delta_e] or list(remaining)
    return max(fair, key=lambda c: c.ssim)
