"""
Traces one image by every method that is compared, at every target.

    default             VTracer's own defaults, as its own writer writes them
    default, our writer the same tracing through our writer: same path precision, fewer bytes
    default, enlarged   VTracer's defaults on the image enlarged four times
    potrace             potrace on the image enlarged four times, where it is of one colour
    single best         the single tracing of least cost on the training images at the target
    best per type       the same for each type, by the type that the classifier names
    ours, 1 trial       what convert answers when it may try one tracing
    ours                what convert answers
    random search       the best of as many random tracings as ours may try
    Optuna              the best that TPE finds in as many trials as ours may take
    Optuna, 40          the same in ten times as many
    oracle              the best of the whole portfolio

The portfolio and the random tracings are traced once and used for every target. A search's answer is chosen as in
convert: the smallest that meets the promise, else the nearest to it.
"""

import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from evaluation.judge.judged_answers import JudgedAnswers
from evaluation.judge.outside_programs import Programs
from evaluation.methods.enlarged_tracings import potrace_enlarged, trace_enlarged
from evaluation.methods.fixed_tracings import FixedTracings
from evaluation.methods.one_colour import one_colour
from evaluation.methods.optuna_search import search_with_optuna
from svgai.choose.trials import best_trial
from svgai.convert.conversion import FIXED_TRACINGS, ConversionOptions, convert
from svgai.errors import TracingFailed
from svgai.logo_types import LogoType
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.model_files.model_pair import Models, model_input
from svgai.trace.parameters import TracingParameters
from svgai.trace.vtracer.shapes import trace_with_defaults
from training.data.datasets import Sample
from training.search.tracing_bench import Bench, Timed
from training.search.tracing_pool import random_pool

METHODS = (
    "default",
    "default, our writer",
    "default, enlarged",
    "single best",
    "best per type",
    "ours, 1 trial",
    "ours",
    "random search",
    "Optuna",
    "Optuna, 40",
    "oracle",
)
"""The methods that can trace every image."""

POTRACE = "potrace"
"""The method that can only trace images of one colour."""

TRIALS = 4
"""Maximum trials of ours, and of every search with the same budget."""

_OPTUNA = {"Optuna": TRIALS, "Optuna, 40": 10 * TRIALS}

DEFAULT_TRACING = TracingParameters(
    upscale=1,
    colour_models="none",
    clustering="color-cluster",
    color_precision=6,
    layer_difference=16,
    filter_speckle=4,
    corner_threshold=60,
    simplify=0,
    path_precision=2,
)
"""VTracer's defaults, for our writer."""


@dataclass(frozen=True)
class Question:
    """
    The request to every method.

    Attributes:
        asked: Its name: a target ssim, or `default` for that of each type.
        targets: The target ssim by type; without a classifier the highest is used, as in convert.
        fixed: The best tracings for the training images at this target.
        optuna: Whether Optuna searches at this target, which is slow.
    """

    asked: str
    targets: Mapping[LogoType, float]
    fixed: FixedTracings
    optuna: bool = False


@dataclass(frozen=True)
class Comparison:
    """
    The whole comparison; `oracle`: whether the whole portfolio is traced, which is slow.

    `judge`: the judge's programs, and potrace; None: nothing is judged, and no image is enlarged.
    """

    questions: tuple[Question, ...]
    max_delta_e: float
    min_worst: float
    oracle: bool
    judge: Programs | None = None


@dataclass(frozen=True)
class Outcome:
    """
    One image by one method at one target. `type` is the label if there is one, else empty.

    `predicted_type` is empty and `probabilities` (in the order of LOGO_TYPES) are none without a classifier. `seconds`
    is the time to the method's answer: a search and ours also measure their tracings, and so does a fixed tracing with
    refinement. The judge's metrics are NaN if it was not used.
    """

    image: str
    brand: str
    type: str
    predicted_type: str
    probabilities: tuple[float, ...]
    asked: str
    target: float
    method: str
    ssim: float
    worst: float
    edge_ssim: float
    delta_e: float
    bytes: int
    paths: int
    met: bool
    seconds: float
    trials: int
    judge_ssim: float = math.nan
    judge_butteraugli: float = math.nan
    judge_edge: float = math.nan


@dataclass(frozen=True)
class _Answer:
    """The result of a method."""

    svg: str
    quality: Quality
    seconds: float
    trials: int = 1


def compare(sample: Sample, models: Models | None, comparison: Comparison) -> list[Outcome]:
    """
    One image by every method at every target, in the order of METHODS, with potrace after VTracer's.

    Raises:
        TracingFailed, RenderingFailed: a method has no result at all for this image.
        ProgramFailed: butteraugli or potrace failed.
    """
    rgba = sample.rgba()
    bench = Bench(rgba)
    began = time.perf_counter()
    analysis = models.analyse([model_input(rgba)])[0] if models else None
    analysing = time.perf_counter() - began
    kind = analysis.logo_type if analysis else None
    seed = int.from_bytes(hashlib.sha256(sample.name.encode()).digest()[:4], "big")
    rewritten = bench.traced(DEFAULT_TRACING)
    drawn = bench.all_traced(random_pool(TRIALS, seed))
    portfolio = models.optimizer.portfolio if models else FIXED_TRACINGS
    every = bench.all_traced(portfolio) if comparison.oracle else []
    judge = JudgedAnswers(sample, rgba, comparison.judge)
    by_others = {
        "default": _made(bench, lambda: trace_with_defaults(rgba)),
        "default, our writer": _answer(rewritten, rewritten.tracing),
        **_enlarged(bench, comparison.judge),
    }
    outcomes = []
    for question in comparison.questions:
        target = question.targets[kind] if kind else max(question.targets.values())
        promise = Promise(target, comparison.min_worst, comparison.max_delta_e)
        answers = {
            **by_others,
            "single best": _fixed(bench, question.fixed.single),
            "best per type": _fixed(bench, question.fixed.of(kind), analysing),
            "ours, 1 trial": _ours(bench, models, promise, trials=1),
            "ours": _ours(bench, models, promise, trials=TRIALS),
            "random search": _best_of(bench, drawn, promise),
        }
        if question.optuna:
            answers |= {name: _by_optuna(bench, trials, promise, seed) for name, trials in _OPTUNA.items()}
        if comparison.oracle:
            answers["oracle"] = _best_of(bench, every, promise)
        outcomes += [
            Outcome(
                image=sample.name,
                brand=sample.brand,
                type=sample.kind or "",
                predicted_type=kind or "",
                probabilities=analysis.probabilities if analysis else (),
                asked=question.asked,
                target=target,
                method=method,
                **asdict(answer.quality),
                met=promise.met(answer.quality),
                seconds=answer.seconds,
                trials=answer.trials,
                **asdict(judge.judged(method, answer.svg)),
            )
            for method, answer in answers.items()
        ]
    return outcomes


def _fixed(bench: Bench, parameters: TracingParameters, choosing: float = 0.0) -> _Answer:
    timed = bench.traced(parameters)
    return _answer(timed, choosing + timed.tracing)


def _answer(timed: Timed, seconds: float, trials: int = 1) -> _Answer:
    return _Answer(timed.trial.svg, timed.trial.quality, seconds, trials)


def _enlarged(bench: Bench, programs: Programs | None) -> dict[str, _Answer]:
    """The results of other tracers on the enlarged image."""
    if programs is None:
        return {}
    answers = {"default, enlarged": _made(bench, lambda: trace_enlarged(bench.rgba))}
    potrace = programs.potrace
    found = one_colour(bench.rgba) if potrace else None
    if potrace and found:
        answers[POTRACE] = _made(bench, lambda: potrace_enlarged(found, potrace))
    return answers


def _made(bench: Bench, make: Callable[[], str]) -> _Answer:
    timed = bench.timed(DEFAULT_TRACING, make)
    return _answer(timed, timed.tracing)


def _ours(bench: Bench, models: Models | None, promise: Promise, trials: int) -> _Answer:
    # The target is given, so that the types' own are not used.
    options = ConversionOptions(
        {},
        max_delta_e=promise.max_delta_e,
        min_worst=promise.min_worst,
        target_quality=promise.target,
        max_trials=trials,
    )
    began = time.perf_counter()
    converted = convert(bench.rgba, models, options)
    seconds = time.perf_counter() - began
    return _Answer(converted.svg, converted.quality, seconds, converted.trials)


def _best_of(bench: Bench, timed: Sequence[Timed], promise: Promise) -> _Answer:
    if not timed:
        raise TracingFailed("not one tracing of a search succeeded")
    chosen = best_trial([one.trial for one in timed], promise)
    return _Answer(chosen.svg, chosen.quality, bench.preparing + sum(one.seconds for one in timed), len(timed))


def _by_optuna(bench: Bench, trials: int, promise: Promise, seed: int) -> _Answer:
    tried: list[Timed] = []

    def attempt(parameters: TracingParameters) -> Quality:
        # Traced again even if it is known: its seconds are measured.
        tried.append(bench.traced_anew(parameters))
        return tried[-1].trial.quality

    began = time.perf_counter()
    search_with_optuna(attempt, trials, promise, seed)
    searching = time.perf_counter() - began
    return replace(_best_of(bench, tried, promise), seconds=bench.preparing + searching)
