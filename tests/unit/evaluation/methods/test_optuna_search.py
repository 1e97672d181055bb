"""Optuna's search over tracings, on a made-up image."""

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.methods.optuna_search import penalised, search_with_optuna
from svgai.errors import TracingFailed
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.trace.parameters import TracingParameters
from training.search.tracing_pool import random_pool

PROMISE = Promise(0.9, 0.8, 3.0)


def of_simplify(parameters: TracingParameters) -> Quality:
    """The more it is simplified, the fewer bytes at less ssim: .9 is reached up to 1."""
    return Quality(0.98 - 0.08 * parameters.simplify, 0.9, 0.9, 1.0, int(4000 / (1 + parameters.simplify)), 3)


def tried(trials: int, seed: int, failing: bool = False) -> list[TracingParameters]:
    found: list[TracingParameters] = []

    def attempt(parameters: TracingParameters) -> Quality:
        found.append(parameters)
        if failing:
            raise TracingFailed("no way")
        return of_simplify(parameters)

    search_with_optuna(attempt, trials, PROMISE, seed)
    return found


def test_a_search_takes_as_many_trials_as_it_may() -> None:
    """Also where every one of them fails, and the same for the same seed."""
    assert len(tried(6, 1)) == 6
    assert len(tried(6, 1, failing=True)) == 6
    assert tried(6, 1) == tried(6, 1)
    assert tried(6, 1) != tried(6, 2)


def test_it_begins_as_the_random_pool_does() -> None:
    """The first trials are those of a random search with this seed."""
    assert tried(8, 3)[:2] == random_pool(2, 3)


def test_it_learns_what_is_small_at_the_target() -> None:
    """Of the later half, more are within the target than of the first."""
    met = [PROMISE.met(of_simplify(parameters)) for parameters in tried(40, 5)]
    assert sum(met[20:]) > sum(met[:20])


def qualities(
    ssim: st.SearchStrategy[float], worst: st.SearchStrategy[float], delta_e: st.SearchStrategy[float]
) -> st.SearchStrategy[Quality]:
    return st.builds(Quality, ssim, worst, st.just(0.5), delta_e, st.integers(50, 10**7), st.integers(0, 9))


met = qualities(st.floats(0.9, 1), st.floats(0.8, 1), st.floats(0, 3))
missed = (
    qualities(st.floats(0, 0.9, exclude_max=True), st.floats(-1, 1), st.floats(0, 20))
    | qualities(st.floats(0, 1), st.floats(-1, 0.8, exclude_max=True), st.floats(0, 20))
    | qualities(st.floats(0, 1), st.floats(-1, 1), st.floats(3, 20, exclude_min=True))
)


@settings(deadline=None)
@given(met, missed)
def test_what_meets_the_target_is_better_than_all_that_does_not(one: Quality, other: Quality) -> None:
    """However large it is."""
    assert penalised(one, PROMISE) < penalised(other, PROMISE)


@settings(deadline=None)
@given(met, met)
def test_of_two_that_meet_the_target_the_smaller_is_better(one: Quality, other: Quality) -> None:
    """Whatever their ssim."""
    assert (penalised(one, PROMISE) < penalised(other, PROMISE)) == (one.bytes < other.bytes)
