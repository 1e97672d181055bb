"""One image to one SVG: which tracings are tried, and which is returned."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.classifier import Classifier
from svgai.conversion import FIXED_TRACINGS, ConversionOptions, Trial, _Goal, _in_order, _walk, best_trial, convert
from svgai.errors import RenderingFailed, TracingFailed
from svgai.images import Pixels
from svgai.logo_types import LogoType
from svgai.models import Models
from svgai.optimizer import Candidate, Optimizer
from svgai.quality import Quality, Reference
from svgai.rendering import render
from svgai.tracing import trace
from svgai.tracing_parameters import TracingParameters
from tests.serving_fakes import RednessNetwork
from tests.tiny_models import drawn_logo
from tests.tracing_inputs import coverage

TARGETS: dict[LogoType, float] = {"simple": 0.95, "text": 0.9, "gradient": 0.85, "complex": 0.75}
COARSE = TracingParameters(upscale=1, colour_models="flat", simplify=16, filter_speckle=16, merge_distance=20)
GOOD = TracingParameters(upscale=3, colour_models="flat", simplify=1)
FINE = TracingParameters(upscale=4, colour_models="flat", simplify=0.0, path_precision=2)


@dataclass(frozen=True)
class Script:
    """An optimizer that proposes what it was told."""

    candidates: tuple[Candidate, ...]
    version: str = "2"
    portfolio: tuple[TracingParameters, ...] = ()

    def predict(self, features: npt.NDArray[np.float32], types: Sequence[LogoType]) -> list[tuple[Candidate, ...]]:
        assert len(features) == len(types)
        return [self.candidates for _ in types]


def scripted(*candidates: Candidate) -> Models:
    return Models(Classifier(RednessNetwork(), "1"), cast("Optimizer", Script(candidates)), {})


def believed(parameters: TracingParameters, ssim: float, size: int, delta_e: float = 0.5) -> Candidate:
    return Candidate(parameters, ssim, ssim - 0.02, delta_e, size)


def logo() -> Pixels:
    """A blue disc with a fine ring on white: fine detail that a coarse tracing loses."""
    rgb = np.full((64, 64, 3), 255, np.uint8)
    cv2.circle(rgb, (32, 32), 16, (30, 40, 180), -1, cv2.LINE_AA)
    cv2.circle(rgb, (32, 32), 26, (30, 120, 60), 2, cv2.LINE_AA)
    return np.dstack([rgb, np.full((64, 64), 255, np.uint8)])


def measured(parameters: TracingParameters) -> Quality:
    return Reference(logo()).measure(trace(logo(), parameters))


@pytest.mark.parametrize("seed", range(4))
def test_easy_images_meet_the_target_without_models(seed: int) -> None:
    """Flat shapes reach the highest of the targets, and the numbers are those of the SVG that is returned."""
    rgba = drawn_logo(seed, 48)
    done = convert(rgba, None, ConversionOptions(TARGETS))
    assert done.met_target
    assert done.target_quality == 0.95
    assert (done.logo_type, done.model_version) == (None, "none")
    assert done.quality == Reference(rgba).measure(done.svg)
    assert done.parameters in FIXED_TRACINGS
    assert set(done.seconds) == {"classifier", "optimizer", "tracing"}


@pytest.mark.parametrize("seed", range(4))
def test_easy_images_meet_their_types_target_with_models(seed: int, tiny_models: Models) -> None:
    """The type that the classifier names sets the target; the SVG comes from the portfolio."""
    done = convert(drawn_logo(seed, 48), tiny_models, ConversionOptions(TARGETS))
    assert done.logo_type is not None
    assert done.target_quality == TARGETS[done.logo_type]
    assert done.met_target
    assert done.parameters in tiny_models.optimizer.portfolio
    assert done.model_version == tiny_models.version


def test_a_target_of_ones_own_goes_first(tiny_models: Models) -> None:
    """Named targets replace the type's."""
    done = convert(logo(), tiny_models, ConversionOptions(TARGETS, target_quality=0.5))
    assert done.target_quality == 0.5


@pytest.mark.parametrize("with_models", [False, True])
def test_given_parameters_are_traced_once(with_models: bool) -> None:
    """Exactly they, once, met or not; the type is still named where there are models."""
    models = scripted(believed(GOOD, 0.99, 100)) if with_models else None
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=1, parameters=COARSE))
    assert (done.parameters, done.trials, done.met_target) == (COARSE, 1, False)
    assert done.svg == trace(logo(), COARSE)
    assert done.logo_type == ("simple" if with_models else None)


def test_the_walk_goes_on_until_the_target_is_met() -> None:
    """A tracing that was believed to suffice and does not is followed by a better one."""
    reached = measured(GOOD)
    assert measured(COARSE).ssim < 0.97 < reached.ssim
    models = scripted(believed(COARSE, 0.99, 200), believed(GOOD, 0.995, 900))
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=0.97))
    assert (done.parameters, done.trials, done.met_target) == (GOOD, 2, True)
    assert done.quality == reached


@pytest.mark.parametrize("share, trials", [(0.5, 2), (0.98, 1)])
def test_the_walk_goes_down_while_that_is_worth_it(share: float, trials: int) -> None:
    """A surprisingly good trial makes a smaller tracing believable: tried if it may save a twentieth, not for less."""
    size = measured(GOOD).bytes
    models = scripted(believed(FINE, 0.93, int(size * share)), believed(GOOD, 0.95, size))
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=0.94))
    assert (done.parameters, done.trials, done.met_target) == (GOOD, trials, True)


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("with_models", [False, True])
def test_no_more_trials_than_allowed(most: int, with_models: bool) -> None:
    """An unreachable target ends the search at the limit, with the best that was found."""
    tracings = [GOOD.model_copy(update={"merge_distance": float(step)}) for step in range(5)]
    models = scripted(*(believed(p, 0.9 + n / 100, 500 + n) for n, p in enumerate(tracings))) if with_models else None
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=1.0, max_trials=most))
    assert (done.trials, done.met_target) == (most, False)


@pytest.mark.parametrize("with_models", [False, True])
def test_no_trial_begins_after_the_time_limit(with_models: bool) -> None:
    """There is always one, so that there is an answer."""
    models = scripted(believed(COARSE, 0.9, 200), believed(GOOD, 0.9, 900)) if with_models else None
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=1.0, time_limit_s=0))
    assert done.trials == 1


def test_transparent_images_stay_transparent(tiny_models: Models) -> None:
    """What is clear in the source is clear in the SVG, down to an image that is nothing but clear."""
    rgba = np.full((64, 64, 4), (30, 40, 180, 255), np.uint8)
    rgba[..., 3] = coverage(64, 20)
    done = convert(rgba, tiny_models, ConversionOptions(TARGETS, target_quality=0.9))
    assert done.met_target
    assert not render(done.svg, 64, 64)[:8, :8, 3].any()
    nothing = convert(np.zeros((20, 30, 4), np.uint8), tiny_models, ConversionOptions(TARGETS))
    assert (nothing.met_target, nothing.quality.paths) == (True, 0)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 2)])
@pytest.mark.parametrize("with_models", [False, True])
def test_the_smallest_images_convert(size: tuple[int, int], with_models: bool, tiny_models: Models) -> None:
    """A single pixel and thin lines are images too."""
    rgba = np.full((*size, 4), (200, 10, 10, 255), np.uint8)
    done = convert(rgba, tiny_models if with_models else None, ConversionOptions(TARGETS))
    assert done.met_target


# The walk on its own, with scripted measurements.

qualities = st.builds(
    Quality,
    ssim=st.floats(0, 1),
    edge_ssim=st.just(0.5),
    delta_e=st.floats(0, 6),
    bytes=st.integers(50, 20_000),
    paths=st.just(1),
)
TRACINGS = tuple(TracingParameters(palette_size=size) for size in range(10))
scripts = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 6), st.integers(1, 20_000), st.none() | qualities), min_size=1, max_size=10
)


def attempts(answers: dict[TracingParameters, Quality | None], tried: list[TracingParameters]) -> Callable[..., Trial]:
    def attempt(parameters: TracingParameters) -> Trial:
        tried.append(parameters)
        quality = answers[parameters]
        if quality is None:
            raise TracingFailed("scripted")
        return Trial(parameters, "<svg/>", quality)

    return attempt


@given(scripts, st.floats(0, 1), st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_the_best_of_what_was_made_is_returned(
    script: list[tuple[float, float, int, Quality | None]], target: float, most: int
) -> None:
    """Whatever is believed and measured: nothing is tried twice or too often, and nothing made was better."""
    candidates = [
        Candidate(TRACINGS[n], ssim, ssim, delta_e, size) for n, (ssim, delta_e, size, _) in enumerate(script)
    ]
    answers = {TRACINGS[n]: quality for n, (_, _, _, quality) in enumerate(script)}
    tried: list[TracingParameters] = []
    goal = _Goal(target, 3.0, most, time.perf_counter() + 60)
    if all(quality is None for quality in answers.values()):
        with pytest.raises(TracingFailed, match="scripted"):
            _walk(candidates, attempts(answers, tried), goal)
        assert len(tried) == len(candidates)
        return
    trials = _walk(candidates, attempts(answers, tried), goal)
    best = best_trial(trials, target, 3.0)
    assert 1 <= len(trials) <= most
    assert len(set(tried)) == len(tried)
    assert goal.met(best) == any(goal.met(trial) for trial in trials)
    for trial in trials:
        ours, other = best.quality, trial.quality
        worse = ours.ssim < other.ssim and ours.bytes > other.bytes
        assert not worse or (ours.delta_e <= 3.0 < other.delta_e)
        if goal.met(best) and goal.met(trial):
            assert ours.bytes <= other.bytes


def test_fixed_tracings_survive_the_failure_of_one() -> None:
    """A tracing that VTracer gives up on is followed by the next."""
    good = Quality(0.99, 0.9, 0.1, 100, 1)
    tried: list[TracingParameters] = []
    goal = _Goal(0.9, 3.0, 4, time.perf_counter() + 60)
    answers = {TRACINGS[0]: None, TRACINGS[1]: good, TRACINGS[2]: good}
    (trial,) = _in_order(TRACINGS[:3], attempts(answers, tried), goal)
    assert trial.parameters == TRACINGS[1]
    assert tried == list(TRACINGS[:2])


def test_a_failure_past_the_time_limit_ends_the_fixed_tracings() -> None:
    """With a result in hand, a tracing that fails late is not followed by another."""
    fair = Quality(0.5, 0.5, 0.1, 100, 1)
    tried: list[TracingParameters] = []
    scripted_attempt = attempts({TRACINGS[0]: fair, TRACINGS[1]: None, TRACINGS[2]: fair}, tried)

    def attempt(parameters: TracingParameters) -> Trial:
        if parameters == TRACINGS[1]:
            time.sleep(0.3)
        return scripted_attempt(parameters)

    _in_order(TRACINGS[:3], attempt, _Goal(0.9, 3.0, 4, time.perf_counter() + 0.2))
    assert tried == list(TRACINGS[:2])


@pytest.mark.parametrize("fault", [TracingFailed("no"), RenderingFailed("no")])
def test_without_one_success_the_fault_is_told(fault: TracingFailed | RenderingFailed) -> None:
    """The last reason is what the caller gets."""

    def attempt(_: TracingParameters) -> Trial:
        raise fault

    goal = _Goal(0.9, 3.0, 4, time.perf_counter() + 60)
    with pytest.raises(type(fault)):
        _in_order(TRACINGS[:3], attempt, goal)
    with pytest.raises(type(fault)):
        _walk([Candidate(TRACINGS[0], 0.9, 0.9, 1.0, 100)], attempt, goal)
