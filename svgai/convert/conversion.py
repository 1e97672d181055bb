"""One image to one SVG: chooses tracings, traces and measures until the promise is kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from svgai.array_types import Pixels
from svgai.choose.deadlines import Deadline
from svgai.choose.trial_selection import Goal, Offers, by_belief, in_order
from svgai.choose.trials import Trial, TrialMaker, best_trial
from svgai.convert.background import with_background
from svgai.convert.cutter import TOO_WIDE, Cutter, as_cut
from svgai.convert.finishing.finish import Finish
from svgai.convert.monochrome import in_one_ink
from svgai.convert.real_units import SizeOnPaper, Units
from svgai.convert.trial_loop import make_trials
from svgai.convert.tried_tracings import TrialLog, TriedTracing
from svgai.decode.image_resolution import Resolution
from svgai.errors import InvalidParameters
from svgai.logo_types import LogoType
from svgai.measure.promise import Measure, Promise
from svgai.measure.quality import Quality
from svgai.measure.tiled_reference import MEASURED_SIDE, AnyReference
from svgai.model_files.model_pair import Analysis, Models, model_input
from svgai.stages import stage
from svgai.trace.parameters import Strokes, TracingParameters
from svgai.trace.pixel_art.recognition import Squares, squares

FIXED_TRACINGS = (
    TracingParameters(simplify=1.25, grid=4, merge_distance=1.5, filter_speckle=2),
    TracingParameters(upscale=4, simplify=1.0, grid=4, merge_distance=1.5, filter_speckle=2),
    TracingParameters(upscale=4, simplify=0.5, grid=6, merge_distance=1.0, filter_speckle=2),
)
"""Tracings to try, in this order, without models."""

PIXELS = TracingParameters(mode="pixels", refine_to=0)
"""Tried first for pixel art, and last for any other image of few pixels."""


@dataclass(frozen=True)
class ConversionOptions:
    """
    Options of a conversion, see Promise. `targets` are the default ssim by type; without models the highest counts.

    With `parameters` only these are traced, in one trial. `time_limit_s`: trials after the first, and redraws, are not
    started if they would end later. `background`: of the image that is converted and that the SVG is measured against,
    as for `with_background`. `monochrome`: the colour to reduce the image to first, as for `in_one_ink`. `cutter`:
    parts to cut are made, in flat colours. `units`: of the SVG's width and height; a cutter's are mm in place of px.
    `finish`: what is done to the SVG at the end, after which it is measured again. `measured_side`: see TrialMaker.
    """

    targets: dict[LogoType, float]
    max_delta_e: float = 3.0
    min_worst: float = 0.8
    max_bytes: int | None = None
    target_quality: float | None = None
    parameters: TracingParameters | None = None
    max_trials: int = 4
    strokes: Strokes = "auto"
    background: str = "keep"
    monochrome: str | None = None
    cutter: Cutter | None = None
    units: Units = "px"
    finish: Finish = Finish()  # noqa: RUF009 - frozen
    measured_side: int = MEASURED_SIDE
    time_limit_s: float = 6.0

    def promise(self, logo_type: LogoType | None) -> Promise:
        """The promise for an image of a type, or of an unknown one."""
        target = self.target_quality
        if target is None:
            target = self.targets[logo_type] if logo_type else max(self.targets.values())
        return Promise(target, self.min_worst, self.max_delta_e, self.max_bytes)


@dataclass(frozen=True)
class Conversion:
    """
    An SVG with its measured quality. `logo_type`, `confidence` and `features` are None where no models were in use.

    `measured_px`: longest side, in pixels, of the pictures that were compared. `confidence`: the type's probability.
    `features`: the optimizer's input, in the order of FEATURE_NAMES; None also for a cutter, from whose tracings
    nothing is learned about others. `tried`: all trials, in order. `processor_s`: processor time that all of it took,
    which depends little on what else runs. `cut_short`: whether trials or drawings were left out for lack of time.
    """

    svg: str
    parameters: TracingParameters
    quality: Quality
    promise: Promise
    measured_px: int
    trials: int
    empty: bool
    logo_type: LogoType | None
    model_version: str
    cut_short: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    confidence: float | None = None
    features: tuple[float, ...] | None = None
    tried: tuple[TriedTracing, ...] = ()
    processor_s: float = 0.0

    @property
    def missed(self) -> tuple[Measure, ...]:
        """The missed limits; none where the promise is kept. An empty SVG always misses one."""
        return self.promise.missed(self.quality) or (("worst",) if self.empty else ())


def convert(
    rgba: Pixels, models: Models | None, options: ConversionOptions, resolution: Resolution | None = None
) -> Conversion:
    """
    Convert straight-alpha pixels; the resolution is used if `options` have real units.

    Raises:
        InvalidParameters: nothing of the image is as wide as the cutter's least width.
        TracingFailed, RenderingFailed: not one tracing of this image succeeded; the last one's fault.
    """
    start = time.perf_counter()
    cutter = options.cutter
    least_width = cutter.least_pixels(resolution) if cutter else None
    if least_width and least_width > min(rgba.shape[:2]):
        raise InvalidParameters(TOO_WIDE)
    if options.monochrome:
        rgba = in_one_ink(rgba, options.monochrome)
    rgba = with_background(rgba, options.background)
    analysis = _analysed(rgba, models) if models else None
    logo_type = analysis.logo_type if analysis else None
    classified = time.perf_counter()
    prediction = None
    if models and analysis and options.parameters is None:
        with stage("predict"):
            prediction = models.optimizer.predict(analysis.features[None], [analysis.logo_type])[0]
    predicted = time.perf_counter()
    units = "mm" if cutter and options.units == "px" else options.units
    size = SizeOnPaper(rgba.shape[1], rgba.shape[0], units, resolution)
    asked = options.promise(logo_type)
    promise = asked.keeping_free(size.more_bytes)
    goal = Goal(promise, options.max_trials)
    deadline = Deadline(start + options.time_limit_s)
    maker = TrialMaker(rgba, options.strokes, options.measured_side, least_width)
    likely = prediction.for_promise(promise) if prediction else None

    def offered(goal: Goal) -> Offers:
        return by_belief(likely.portfolio, likely.belief, goal) if likely else in_order(FIXED_TRACINGS, goal)

    log = TrialLog(prediction.candidates if prediction else ())

    def made(parameters: TracingParameters) -> Trial:
        began = time.perf_counter()
        trial = maker.made(as_cut(parameters) if cutter else parameters, promise, deadline)
        return log.note(parameters, trial, time.perf_counter() - began)

    given = options.parameters
    if given:
        offers = in_order((given,), goal)
    else:
        offers = offered(goal) if cutter else _with_squares(squares(rgba), offered, goal)
    trials = make_trials(offers, made, deadline)
    best = best_trial(trials, promise)
    if best.empty and least_width:
        raise InvalidParameters(TOO_WIDE)
    drawn, quality = _finished(best, replace(options.finish, cut=least_width), maker.reference)
    svg = size.of(drawn)
    return Conversion(
        svg=svg,
        parameters=best.parameters,
        quality=replace(quality, bytes=quality.bytes + len(svg) - len(drawn)),
        promise=asked,
        measured_px=maker.reference.measured_px,
        trials=len(trials),
        empty=best.empty,
        logo_type=logo_type,
        model_version=models.version if models else "none",
        cut_short=deadline.cut_short,
        seconds={
            "classifier": classified - start,
            "optimizer": predicted - classified,
            "tracing": time.perf_counter() - predicted,
        },
        confidence=analysis.confidence if analysis else None,
        # Through text: the shortest decimals of 32-bit floats, not the 17 digits of 64-bit ones.
        features=tuple(float(str(value)) for value in analysis.features) if analysis and not cutter else None,
        tried=log.tried(best),
    )


def _analysed(rgba: Pixels, models: Models) -> Analysis:
    with stage("features"):
        seen = model_input(rgba)
    with stage("classify"):
        return models.analyse([seen])[0]


def _finished(best: Trial, finish: Finish, reference: AnyReference) -> tuple[str, Quality]:
    """The finished SVG and its measurements, which its comment also has."""
    plain = replace(finish, pretty=False)
    drawn = plain.of(best.svg, best.quality)
    quality = reference.measure(drawn) if plain.asks else best.quality
    if not finish.pretty:
        return drawn, quality
    drawn = Finish(pretty=True).of(drawn, quality)  # shows the same
    return drawn, replace(quality, bytes=len(drawn.encode()))


def _with_squares(found: Squares, offered: Callable[[Goal], Offers], goal: Goal) -> Offers:
    """
    Pixel art as squares, which are the image, and as tracings only where squares take too many bytes.

    Other images of few pixels are traced, and drawn as squares only where no tracing meets the goal.
    """
    rest = replace(goal, max_trials=goal.max_trials - 1)
    if found.are_pixel_art:
        squared = yield PIXELS
        if squared is None:
            return (yield from offered(goal))
        return [squared] if goal.promise.fits(squared.quality) else [squared, *(yield from offered(rest))]
    if not found.are_few or not rest.max_trials:
        return (yield from offered(goal))
    trials = yield from offered(rest)
    if any(map(goal.met, trials)):
        return trials
    squared = yield PIXELS
    return [*trials, squared] if squared else trials
