"""What follows from an experiment, of made-up figures."""

import numpy as np
import pytest

from learning.experiments.evaluation import evaluate
from learning.experiments.metrics import ATTAINMENT, BYTES, METRICS, RATING, SECONDS, WORST, Metric, Observations

ITEMS = 1000
SHARE = 0.3


def test_a_smaller_answer_is_better() -> None:
    """Where bytes are certainly fewer and no guardrail is broken it is better, from the first look on that knew."""
    found = evaluate(_pairs({BYTES: -0.1}))

    assert found.verdict == "better"
    assert found.broken == ""
    assert (found.items, found.of_challenger, found.ratio_p) == (ITEMS, ITEMS, None)
    effect = found.effects[0]
    assert effect.better_at == 100
    estimate, low, high = effect.last
    assert low < np.exp(-0.1) - 1 < high < 0
    assert estimate == pytest.approx(np.exp(-0.1) - 1, abs=0.02)


def test_a_broken_guardrail_goes_before_fewer_bytes() -> None:
    """It is told by how much, at least and after how many, and what is tolerated."""
    found = evaluate(_pairs({BYTES: -0.1, WORST: -0.04}))

    assert found.verdict == "guardrail broken"
    assert found.broken.startswith("worst fell by 0.0")
    assert found.broken.endswith("after 100; 0.005 is tolerated")
    assert ";" not in found.broken.removesuffix("; 0.005 is tolerated")


def test_slower_answers_break_a_guardrail_in_per_cent() -> None:
    """Seconds are compared as a ratio."""
    found = evaluate(_pairs({SECONDS: float(np.log(1.5))}))

    assert found.broken.startswith("seconds rose by ")
    assert found.broken.endswith("10.0% is tolerated")


def test_what_recovers_stays_broken() -> None:
    """A guardrail that was certainly broken at one look is broken, whatever comes later."""
    seen = _pairs({})
    seen.values[ATTAINMENT][:300] -= 0.3
    seen.values[ATTAINMENT][300:] += 0.3

    assert evaluate(seen).verdict == "guardrail broken"


@pytest.mark.parametrize("effect, verdict", [(0.1, "worse"), (0.0, "undecided")])
def test_larger_answers_are_worse_and_equal_ones_undecided(effect: float, verdict: str) -> None:
    """Bytes decide where no guardrail is broken."""
    assert evaluate(_pairs({BYTES: effect})).verdict == verdict


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_one_arm_alone_says_nothing(share: float) -> None:
    """A split that gives one arm all images has nothing to compare; that is no fault."""
    values = {metric: np.zeros(ITEMS) for metric in METRICS}
    found = evaluate(Observations(values, np.full(ITEMS, share == 1), share))

    assert (found.verdict, found.broken, found.ratio_p) == ("too few", "", None)


def test_few_items_say_nothing() -> None:
    """Before the first look there is no effect."""
    found = evaluate(_pairs({BYTES: -1}, items=99))

    assert (found.verdict, found.looks, found.effects, found.broken) == ("too few", (), (), "")


def test_arms_of_another_size_than_meant_allow_no_verdict() -> None:
    """However much smaller the answers are; that of an intended size is one."""
    assert evaluate(_samples({BYTES: -0.5}, SHARE)).verdict == "better"
    skewed = evaluate(_samples({BYTES: -0.5}, 1.5 * SHARE))
    assert skewed.verdict == "sample ratio wrong"
    assert skewed.ratio_p is not None
    assert skewed.ratio_p < 0.001


def test_ratings_decide_nothing() -> None:
    """They are shown, and better ones alone are no verdict."""
    found = evaluate(_samples({RATING: 1.0}, SHARE))

    assert found.verdict == "undecided"
    assert next(effect for effect in found.effects if effect.metric is RATING).better_at is not None


def _pairs(effects: dict[Metric, float], items: int = ITEMS) -> Observations:
    rng = np.random.default_rng(3)
    noise = {BYTES: 0.1, ATTAINMENT: 0.1, WORST: 0.01, SECONDS: 0.1, RATING: 1.0}
    values = {metric: rng.normal(effects.get(metric, 0.0), noise[metric], items) for metric in METRICS}
    return Observations(values | {RATING: np.full(items, np.nan)})


def _samples(effects: dict[Metric, float], share: float, items: int = 4 * ITEMS) -> Observations:
    rng = np.random.default_rng(4)
    of_challenger = rng.random(items) < share
    values = {metric: rng.normal(0, 1, items) + effects.get(metric, 0.0) * of_challenger for metric in METRICS}
    # As far apart as no guardrail would mind.
    for metric in (ATTAINMENT, WORST, SECONDS):
        values[metric] = rng.normal(0, 0.01, items)
    return Observations(values, of_challenger, SHARE)
