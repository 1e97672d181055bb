"""Which tracings are made, in which order, and when no further one is worth it: with scripted measurements."""

import time
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.belief import Belief
from svgai.errors import RenderingFailed, TracingFailed
from svgai.optimizer import Prediction
from svgai.quality import Quality
from svgai.tracing_parameters import TracingParameters
from svgai.walk import WORTHWHILE, Goal, Trial, best_trial, in_order, walk
from tests.serving_fakes import prediction

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


def attempts(
    answers: Mapping[TracingParameters, Quality | None], tried: list[TracingParameters]
) -> Callable[..., Trial]:
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
    told = prediction(*((TRACINGS[n], *row[:3]) for n, row in enumerate(script)), doubt=0.1)
    answers = {TRACINGS[n]: quality for n, (_, _, _, quality) in enumerate(script)}
    tried: list[TracingParameters] = []
    goal = Goal(target, 3.0, most, time.perf_counter() + 60)
    if all(quality is None for quality in answers.values()):
        with pytest.raises(TracingFailed, match="scripted"):
            walk(told.portfolio, told.belief, attempts(answers, tried), goal)
        assert len(tried) == len(script)
        return
    trials = walk(told.portfolio, told.belief, attempts(answers, tried), goal)
    best = best_trial(trials, goal)
    assert 1 <= len(trials) <= most
    assert len(set(tried)) == len(tried)
    assert goal.met(best.quality) == any(goal.met(trial.quality) for trial in trials)
    for trial in trials:
        ours, other = best.quality, trial.quality
        worse = ours.ssim < other.ssim and ours.bytes > other.bytes
        assert not worse or (ours.delta_e <= 3.0 < other.delta_e)
        if goal.met(best.quality) and goal.met(trial.quality):
            assert ours.bytes <= other.bytes


def test_fixed_tracings_survive_the_failure_of_one() -> None:
    """A tracing that VTracer gives up on is followed by the next."""
    good = Quality(0.99, 0.9, 0.1, 100, 1)
    tried: list[TracingParameters] = []
    goal = Goal(0.9, 3.0, 4, time.perf_counter() + 60)
    answers = {TRACINGS[0]: None, TRACINGS[1]: good, TRACINGS[2]: good}
    (trial,) = in_order(TRACINGS[:3], attempts(answers, tried), goal)
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

    in_order(TRACINGS[:3], attempt, Goal(0.9, 3.0, 4, time.perf_counter() + 0.2))
    assert tried == list(TRACINGS[:2])


@pytest.mark.parametrize("fault", [TracingFailed("no"), RenderingFailed("no")])
def test_without_one_success_the_fault_is_told(fault: TracingFailed | RenderingFailed) -> None:
    """The last reason is what the caller gets."""

    def attempt(_: TracingParameters) -> Trial:
        raise fault

    goal = Goal(0.9, 3.0, 4, time.perf_counter() + 60)
    told = prediction((TRACINGS[0], 0.9, 1.0, 100))
    with pytest.raises(type(fault)):
        in_order(TRACINGS[:3], attempt, goal)
    with pytest.raises(type(fault)):
        walk(told.portfolio, told.belief, attempt, goal)


def made(told: Prediction, answers: Mapping[TracingParameters, Quality | None], target: float, most: int) -> list[int]:
    """The numbers of the tracings that a walk makes."""
    goal = Goal(target, 3.0, most, time.perf_counter() + 60)
    trials = walk(told.portfolio, told.belief, attempts(answers, []), goal)
    return [told.portfolio.index(trial.parameters) for trial in trials]


def quality(ssim: float, size: int) -> Quality:
    return Quality(ssim, 0.5, 0.5, size, 1)


def test_the_smallest_that_is_sure_to_suit_comes_first() -> None:
    """It meets the target, nothing smaller may, and so it is the only one."""
    told = prediction(
        (TRACINGS[0], 0.80, 0.5, 300), (TRACINGS[1], 0.97, 0.5, 600), (TRACINGS[2], 0.99, 0.5, 900), doubt=0.01
    )
    answers = {TRACINGS[1]: quality(0.97, 600)}
    assert made(told, answers, 0.95, 4) == [1]


def test_a_risk_is_taken_only_where_another_trial_is_left() -> None:
    """A small tracing that may well miss is worth a first trial of two, but not the only one."""
    told = prediction((TRACINGS[0], 0.95, 0.5, 300), (TRACINGS[1], 0.99, 0.5, 900), doubt=0.1)
    answers = {TRACINGS[0]: quality(0.94, 300), TRACINGS[1]: quality(0.99, 900)}
    assert made(told, answers, 0.95, 2) == [0, 1]
    assert made(told, answers, 0.95, 1) == [1]


@pytest.mark.parametrize("saving, trials", [(WORTHWHILE / 2, 1), (WORTHWHILE * 2, 2)])
def test_a_smaller_one_is_tried_while_that_is_worth_it(saving: float, trials: int) -> None:
    """An image that is easier than believed makes a smaller tracing believable; it is made where it saves enough."""
    sizes = (10_000, round(10_000 * np.exp(-saving)))
    told = prediction((TRACINGS[0], 0.97, 0.5, sizes[0]), (TRACINGS[1], 0.90, 0.5, sizes[1]))
    belief = Belief(told.belief.mean, np.kron(np.ones((2, 2)), np.diag([0.05, 1e-6, 1e-6])).astype(np.float64))
    answers = {TRACINGS[n]: quality(0.995, size) for n, size in enumerate(sizes)}
    goal = Goal(0.96, 3.0, 4, time.perf_counter() + 60)
    made_trials = walk(told.portfolio, belief, attempts(answers, []), goal)
    assert [trial.parameters for trial in made_trials] == list(TRACINGS[:trials])


def test_where_nothing_can_suit_the_best_is_made() -> None:
    """An unreachable target still gets the highest quality first."""
    told = prediction((TRACINGS[0], 0.5, 0.5, 300), (TRACINGS[1], 0.6, 0.5, 900))
    assert made(told, {TRACINGS[1]: quality(0.6, 900)}, 1.0, 1) == [1]


def test_a_walk_of_failures_ends_at_the_deadline() -> None:
    """An image that no tracing can do does not take all of them."""
    told = prediction(*((tracing, 0.9, 0.5, 300) for tracing in TRACINGS))
    tried: list[TracingParameters] = []
    late = Goal(0.9, 3.0, 4, time.perf_counter() - 1)
    attempt = attempts(dict.fromkeys(TRACINGS), tried)
    with pytest.raises(TracingFailed):
        walk(told.portfolio, told.belief, attempt, late)
    with pytest.raises(TracingFailed):
        in_order(TRACINGS, attempt, late)
    assert len(tried) == 2
