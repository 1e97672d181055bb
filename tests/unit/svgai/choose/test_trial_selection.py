"""Which tracings are made, in which order, and when no further one is worth it: with scripted measurements."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.choose.optimizer import Prediction
from svgai.choose.outcome_beliefs import Belief
from svgai.choose.trial_selection import WORTHWHILE, Goal, by_belief, in_order
from svgai.choose.trials import Trial, best_trial
from svgai.convert.trial_loop import make_trials
from svgai.errors import TracingFailed
from svgai.measure.outcome_scales import ssim_to_scale
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.trace.parameters import TracingParameters
from tests.fakes.serving_fakes import prediction
from tests.inputs.measured_qualities import qualities

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


def promise(target: float, max_bytes: int | None = None) -> Promise:
    return Promise(target, 0.8, 3.0, max_bytes)


@pytest.mark.slow
@given(scripts, st.floats(0, 1), st.none() | st.integers(1, 20_000), st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_the_best_of_what_was_made_is_returned(
    script: list[tuple[float, float, int, Quality | None]], target: float, max_bytes: int | None, most: int
) -> None:
    """Whatever is believed and measured: nothing is tried twice or too often, and nothing made was better."""
    told = prediction(*((TRACINGS[n], *row[:3]) for n, row in enumerate(script)), doubt=0.1)
    answers = {TRACINGS[n]: quality for n, (_, _, _, quality) in enumerate(script)}
    tried: list[TracingParameters] = []
    goal = Goal(promise(target, max_bytes), most)
    if all(quality is None for quality in answers.values()):
        with pytest.raises(TracingFailed, match="scripted"):
            make_trials(by_belief(told.portfolio, told.belief, goal), attempts(answers, tried))
        assert len(tried) == len(script)
        return
    trials = make_trials(by_belief(told.portfolio, told.belief, goal), attempts(answers, tried))
    best = best_trial(trials, goal.promise)
    assert 1 <= len(trials) <= most
    assert len(set(tried)) == len(tried)
    assert best in trials


@pytest.mark.parametrize("worst, size, made", [(0.3, None, 2), (0.6, None, 4), (0.3, 2000, 4)])
def test_what_tracings_fail_at_alike_is_not_tried_to_the_end(worst: float, size: int | None, made: int) -> None:
    """After two trials that lose what is plain to see none is made, unless it was the size that cost them it."""
    told = prediction(*((tracing, 0.97, 0.5, 900) for tracing in TRACINGS), doubt=0.1)
    answers = dict.fromkeys(TRACINGS, Quality(0.9, worst, 0.5, 1.0, 900, 4))
    trials = make_trials(by_belief(told.portfolio, told.belief, Goal(promise(0.95, size), 4)), attempts(answers, []))
    assert len(trials) == made


def test_noise_that_no_tracing_reaches_asks_for_no_further_one() -> None:
    """A tracing that keeps the promise for the image without its noise is an end."""
    noisy, shown = Quality(0.7, 0.3, 0.5, 1.0, 900, 4), Quality(0.97, 0.9, 0.9, 0.2, 900, 4)
    tried: list[TracingParameters] = []

    def attempt(parameters: TracingParameters) -> Trial:
        tried.append(parameters)
        return Trial(parameters, "<svg/>", noisy, without_noise=shown)

    make_trials(in_order(TRACINGS, Goal(promise(0.9), 4)), attempt)
    assert tried == [TRACINGS[0]]


@pytest.mark.parametrize("with_belief", [False, True])
def test_an_empty_answer_ends_no_search(with_belief: bool) -> None:
    """Though it keeps a promise that asks for no worst."""
    answers = {TRACINGS[0]: Quality(0.99, 0.1, 0.0, 0.1, 60, 0), TRACINGS[1]: Quality(0.95, 0.5, 0.5, 0.1, 400, 1)}

    def attempt(parameters: TracingParameters) -> Trial:
        return Trial(parameters, "<svg/>", answers[parameters], empty=parameters == TRACINGS[0])

    goal = Goal(Promise(0.9, 0, 3.0), 4)
    if with_belief:
        told = prediction((TRACINGS[0], 0.95, 0.5, 300), (TRACINGS[1], 0.96, 0.5, 600))
        trials = make_trials(by_belief(told.portfolio, told.belief, goal), attempt)
    else:
        trials = make_trials(in_order(TRACINGS[:2], goal), attempt)
    assert [trial.parameters for trial in trials] == list(TRACINGS[:2])


def test_where_something_was_lost_a_closer_tracing_is_next() -> None:
    """An image whose poorest place is poorer than believed is so in all tracings; those no closer are passed over."""
    told = prediction(
        *((TRACINGS[n], ssim, 0.5, size) for n, (ssim, size) in enumerate([(0.96, 300), (0.955, 310), (0.99, 900)]))
    )
    belief = Belief(told.belief.mean, np.kron(np.ones((3, 3)), np.diag([1e-6, 0.5, 1e-6, 1e-6])).astype(np.float64))
    answers = {TRACINGS[0]: Quality(0.96, 0.2, 0.5, 0.5, 300, 1), TRACINGS[2]: quality(0.99, 900)}
    trials = make_trials(by_belief(told.portfolio, belief, Goal(promise(0.95), 2)), attempts(answers, []))
    assert [trial.parameters for trial in trials] == [TRACINGS[0], TRACINGS[2]]


def test_a_tracing_believed_to_lose_a_place_is_passed_over() -> None:
    """Its mean and its size are not enough where a least worst is promised; else they are."""
    told = prediction((TRACINGS[0], 0.97, 0.5, 300), (TRACINGS[1], 0.97, 0.5, 900))
    mean = told.belief.mean.copy()
    mean[:, 1] = ssim_to_scale([0.3, 0.9])
    belief = Belief(mean, told.belief.covariance)
    answers = {TRACINGS[0]: Quality(0.97, 0.3, 0.5, 0.5, 300, 1), TRACINGS[1]: quality(0.97, 900)}
    for min_worst, expected in ((0.8, TRACINGS[1]), (0.0, TRACINGS[0])):
        goal = Goal(Promise(0.95, min_worst, 3.0), 1)
        (trial,) = make_trials(by_belief(told.portfolio, belief, goal), attempts(answers, []))
        assert trial.parameters == expected


def test_what_is_believed_too_large_is_not_tried_first() -> None:
    """With a size to fit into, the tracing that may suit goes before the one that is sure to be good and large."""
    told = prediction((TRACINGS[0], 0.93, 0.5, 400), (TRACINGS[1], 0.99, 0.5, 5000), doubt=0.02)
    answers = {TRACINGS[0]: quality(0.93, 400), TRACINGS[1]: quality(0.99, 5000)}
    assert made(told, answers, 0.95, 1) == [1]
    assert made(told, answers, 0.95, 1, max_bytes=500) == [0]


def test_where_nothing_can_fit_the_smallest_is_made() -> None:
    """It comes nearest to the size that was asked for."""
    told = prediction((TRACINGS[0], 0.99, 0.5, 5000), (TRACINGS[1], 0.93, 0.5, 400))
    assert made(told, {TRACINGS[1]: quality(0.93, 400)}, 0.9, 1, max_bytes=50) == [1]


def made(
    told: Prediction,
    answers: Mapping[TracingParameters, Quality | None],
    target: float,
    most: int,
    max_bytes: int | None = None,
) -> list[int]:
    """The numbers of the tracings that are made."""
    goal = Goal(promise(target, max_bytes), most)
    trials = make_trials(by_belief(told.portfolio, told.belief, goal), attempts(answers, []))
    return [told.portfolio.index(trial.parameters) for trial in trials]


def quality(ssim: float, size: int) -> Quality:
    return Quality(ssim, 0.9, 0.5, 0.5, size, 1)


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
    belief = Belief(told.belief.mean, np.kron(np.ones((2, 2)), np.diag([0.05, 1e-6, 1e-6, 1e-6])).astype(np.float64))
    answers = {TRACINGS[n]: quality(0.995, size) for n, size in enumerate(sizes)}
    goal = Goal(promise(0.96), 4)
    made_trials = make_trials(by_belief(told.portfolio, belief, goal), attempts(answers, []))
    assert [trial.parameters for trial in made_trials] == list(TRACINGS[:trials])


def test_where_nothing_can_suit_the_best_is_made() -> None:
    """An unreachable target still gets the highest quality first."""
    told = prediction((TRACINGS[0], 0.5, 0.5, 300), (TRACINGS[1], 0.6, 0.5, 900))
    assert made(told, {TRACINGS[1]: quality(0.6, 900)}, 1.0, 1) == [1]
