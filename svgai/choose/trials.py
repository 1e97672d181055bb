"""Makes and measures tracings of one image, and picks the best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from svgai.array_types import Pixels
from svgai.choose.deadlines import NO_DEADLINE, Deadline
from svgai.choose.refinement import drawings
from svgai.measure.promise import Promise
from svgai.measure.quality import Inspection, Quality, Reference
from svgai.measure.tiled_reference import MEASURED_SIDE, reference_of
from svgai.stages import stage
from svgai.trace.parameters import Strokes, TracingParameters
from svgai.trace.tracer import Tracer

WORTH_OF_A_STEP = 2.0 / math.log((1 - 0.5) / (1 - 0.8))
"""
What a step of `Promise.shortfall` is worth in ln(bytes), where the promise is not kept anyway.

Between a `worst` of .8, where nobody sees a difference, and .5, where what is wrong is plain to see, lies a whole miss,
which costs 2.0 wherever misses are weighed against bytes. So half as much lost is worth a file four times as large, and
a hundredth of `worst` at .76, which nobody sees, a tenth.
"""

_SOUND = 0.8
"""The measured map's value above which differences are invisible."""

_WORTH_OF_TORN, _MUCH_TORN, _WORTH_BEYOND = 25.0, 0.05, 2.5
"""
What a share of the picture that falls short is worth in ln(bytes); and above which share more of it is worth less.

`worst` is the same whether one letter is broken or all are, one of many contour lines is missing or half of them.
"""


@dataclass(frozen=True)
class Trial:
    """
    One tracing, made and measured.

    `empty`: it shows nothing of an image that shows something. `torn`: the share of the picture in which a difference
    is seen. `without_noise`: its quality measured against the image without its noise, as `torn` is then; None where
    there is none.
    """

    parameters: TracingParameters
    svg: str
    quality: Quality
    empty: bool = False
    torn: float = 0.0
    without_noise: Quality | None = None

    @property
    def judged(self) -> Quality:
        """The quality that choices are based on: the promise is about an image's content, not about its noise."""
        return self.without_noise or self.quality


class TrialMaker:
    """
    Makes trials of one image; their common parts are computed once.

    Args:
        rgba: straight-alpha pixels (height, width, 4).
        strokes: whether lines become strokes.
        measured_side: the longest side, in pixels, at which the image is compared; larger ones are reduced to it.
        least_width: see Tracer.
    """

    def __init__(
        self,
        rgba: Pixels,
        strokes: Strokes = "auto",
        measured_side: int = MEASURED_SIDE,
        least_width: float | None = None,
    ) -> None:
        with stage("score"):
            self.reference = reference_of(rgba, measured_side)
        with stage("trace"):
            self._tracer = Tracer(rgba, strokes, least_width)
        self._shown = Reference(self._tracer.working) if self._tracer.noisy else self.reference

    def measured(self, parameters: TracingParameters, svg: str) -> Trial:
        """
        Measure an SVG of the image, however it was made.

        Raises:
            RenderingFailed: the SVG cannot be rendered.
        """
        trial = _inspected(parameters, svg, self.reference.inspect(svg))
        if self._shown is self.reference:
            return trial
        shown = self._shown.inspect(svg)
        return replace(trial, torn=_torn(shown), without_noise=shown.quality)

    def made(
        self, parameters: TracingParameters, promise: Promise | None = None, deadline: Deadline = NO_DEADLINE
    ) -> Trial:
        """
        Trace, and draw again with more care until `worst` is what is promised, where `parameters` ask for that at all.

        Of the drawings it is the best for the promise; without one, for what `parameters` ask for. None begins after
        `deadline` but the first.

        Raises:
            TracingFailed, RenderingFailed: it cannot be done.
        """
        promise = promise or Promise(0.0, parameters.refine_to, math.inf)
        least_worst = promise.min_worst if parameters.refine_to else 0.0
        with stage("trace"):
            tracing = self._tracer.tracing(parameters)
        made = drawings(tracing, self._shown, least_worst, deadline)
        # The reported parameters must reproduce this drawing without a promise.
        own = parameters.model_copy(update={"refine_to": least_worst})
        best = best_trial([_inspected(own, one.svg, one.inspection) for one in made], promise)
        return best if self._shown is self.reference else self.measured(own, best.svg)


def best_trial(trials: Sequence[Trial], promise: Promise) -> Trial:
    """
    Of at least one, the smallest that keeps the promise; else the one that comes near to it for its bytes.

    Where the promise limits the size, which is then what a caller wants to spend, it is the nearest that fits; where
    none fits, the smallest. An empty trial is taken only where all are empty.
    """
    drawn = [trial for trial in trials if not trial.empty] or trials
    fitting = [trial for trial in drawn if promise.fits(trial.judged)]
    if not fitting:
        return min(drawn, key=lambda trial: (trial.judged.bytes, promise.shortfall(trial.judged)))
    # A trial that misses a limit by less than the scales resolve must not rank equal to one that keeps it.
    kept = [trial for trial in fitting if promise.met(trial.judged)]
    if kept or promise.max_bytes is not None:
        return min(kept or fitting, key=lambda trial: (promise.shortfall(trial.judged), trial.judged.bytes))
    return min(fitting, key=lambda trial: _loss(trial, promise))


def _loss(trial: Trial, promise: Promise) -> float:
    """A trial's size and its shortfall, in ln(bytes)."""
    loss = math.log(trial.judged.bytes) + WORTH_OF_A_STEP * promise.shortfall(trial.judged)
    if not promise.min_worst:
        return loss
    return loss + _WORTH_OF_TORN * min(trial.torn, _MUCH_TORN) + _WORTH_BEYOND * max(trial.torn - _MUCH_TORN, 0.0)


def _inspected(parameters: TracingParameters, svg: str, inspection: Inspection) -> Trial:
    return Trial(parameters, svg, inspection.quality, inspection.empty, _torn(inspection))


def _torn(inspection: Inspection) -> float:
    return float((inspection.local < _SOUND).mean())
