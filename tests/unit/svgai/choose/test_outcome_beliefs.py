"""What is believed of tracings, and what a measurement changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from svgai.choose.outcome_beliefs import Belief
from svgai.measure.outcome_scales import BELIEVED, ssim_to_scale
from svgai.measure.promise import Promise


def belief(members: int, seed: int) -> Belief:
    """Any means, and errors that go together somehow."""
    draw = np.random.default_rng(seed)
    root = draw.normal(0, 0.5, (members * BELIEVED, members * BELIEVED))
    return Belief(draw.normal(3, 1, (members, BELIEVED)), root @ root.T + 0.05 * np.eye(members * BELIEVED))


@given(st.integers(1, 6), st.integers(0, 50))
def test_what_was_measured_is_believed(members: int, seed: int) -> None:
    """The measured tracing is where it was measured, nearly without a doubt; no other becomes more doubtful."""
    before = belief(members, seed)
    outcome = before.mean[0] + [1.0, 0.7, -0.5, 0.3]
    after = before.measured(0, outcome)
    assert after.mean[0] == pytest.approx(outcome, abs=0.1)
    assert (after.deviation[0] < 0.05).all()
    assert (after.deviation <= before.deviation + 1e-9).all()


def test_others_follow_as_their_errors_go_together() -> None:
    """One that always errs alike moves by as much, one that errs by itself stays."""
    alike = np.kron(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), np.eye(BELIEVED))
    before = Belief(np.zeros((3, BELIEVED)), alike)
    after = before.measured(0, np.array([1.0, 0.0, 0.0, 0.0]))
    assert after.mean[1] == pytest.approx([1, 0, 0, 0], abs=0.01)
    assert after.mean[2] == pytest.approx([0, 0, 0, 0])


def test_conditioning_is_that_of_the_normal_distribution() -> None:
    """The density of two tracings is that of the first times that of the second given the first."""
    before = belief(2, 7)
    first, second = np.array([2.5, 2.0, 3.0, 2.0]), np.array([3.5, 3.0, 2.0, 4.0])
    after = before.measured(0, first)
    own = slice(BELIEVED, None)
    noisy = before.covariance.copy()
    noisy[:BELIEVED, :BELIEVED] += 1e-3 * np.eye(BELIEVED)
    together = multivariate_normal(before.mean.ravel(), noisy).logpdf(np.concatenate([first, second]))
    alone = multivariate_normal(before.mean[0], noisy[:BELIEVED, :BELIEVED]).logpdf(first)
    given_first = multivariate_normal(after.mean[1], after.covariance[own, own]).logpdf(second)
    assert together == pytest.approx(alone + given_first)


def test_chances_are_of_meeting_all_that_is_promised() -> None:
    """Even odds at the target; half of that where the poorest place is even, too; none where a measure surely fails."""
    at, sure, lost = float(ssim_to_scale(0.95)), float(ssim_to_scale(0.99)), float(ssim_to_scale(0.2))
    even = float(ssim_to_scale(0.8))
    mean = np.array(
        [[at, sure, 0, 7], [at, even, 0, 7], [at, lost, 0, 7], [at, sure, np.log1p(30), 7], [sure, sure, 0, 7]]
    )
    chances = Belief(mean, 0.01 * np.eye(len(mean) * BELIEVED)).chances(Promise(0.95, 0.8, 3.0))
    assert chances == pytest.approx([0.5, 0.25, 0, 0, 1], abs=1e-3)


@given(st.integers(0, 50), st.lists(st.floats(0.001, 1), min_size=2, max_size=2))
def test_chances_fall_with_the_least_worst(seed: int, limits: list[float]) -> None:
    """The more is asked of the poorest place the less likely a tracing keeps the promise; most likely if nothing is."""
    believed = belief(4, seed)
    least, most = sorted(limits)
    free, some, much = (believed.chances(Promise(0.9, worst, 3.0)) for worst in (0.0, least, most))
    assert (free >= some).all()
    assert (some >= much).all()
    assert (much >= 0).all()


def test_without_a_least_worst_the_poorest_place_is_no_matter() -> None:
    """However surely something is lost."""
    lost = np.array([[ssim_to_scale(0.95), ssim_to_scale(-0.5), 0.0, 7.0]])
    assert Belief(lost, 0.01 * np.eye(BELIEVED)).chances(Promise(0.95, 0.0, 3.0)) == pytest.approx([0.5], abs=1e-3)


@given(st.floats(2, 9), st.floats(0.05, 1), st.floats(10, 5000))
def test_savings_are_what_is_expected_below_the_size(mean: float, deviation: float, size: float) -> None:
    """The mean of what is saved, over the distribution of ln(bytes)."""
    believed = Belief(np.array([[0, 0, 0, mean]]), deviation**2 * np.eye(BELIEVED))
    steps = np.linspace(-8, 8, 20_001)
    saved = np.maximum(0, np.log(size) - (mean + deviation * steps))
    expected = float((saved * norm.pdf(steps)).sum() * (steps[1] - steps[0]))
    assert float(believed.savings(size)[0]) == pytest.approx(expected, abs=1e-3)
