import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.experiments.confidence_sequences import (
    ConfidenceSequence,
    difference_sequence,
    half_width,
    mean_sequence,
    tuning,
)
from svgai.array_types import Doubles

Moments = tuple[int, float, float]
"""Number, mean and variance of a sample."""

GROWTHBOOK = [
    # n, mean, variance of a; of b; alpha, tuned for; low, high. By SequentialTwoSidedTTest of gbstats 0.8.0, absolute.
    ((900, 6.8, 1.1), (100, 6.77, 1.2), 0.05, 5000, (-0.4168064596681363, 0.3568064596681358)),
    ((2500, 6.8, 1.1), (2500, 6.77, 1.2), 0.01, 5000, (-0.13833290080540855, 0.07833290080540806)),
    ((150, 0.93, 0.0655), (150, 0.83, 0.142), 0.0083, 300, (-0.23492645602755283, 0.03492645602755265)),
    ((100, 1.2, 4.0), (4000, 0.9, 9.0), 0.05, 500, (-0.9609174802894446, 0.3609174802894447)),
]


@pytest.mark.parametrize("a, b, alpha, tuned_for, interval", GROWTHBOOK)
def test_two_samples_have_growthbooks_interval(
    a: Moments, b: Moments, alpha: float, tuned_for: float, interval: tuple[float, float]
) -> None:
    """Two samples have the interval that GrowthBook's sequential engine gives for their moments."""
    values = np.concatenate([_sample(*a), _sample(*b)])
    of_b = np.arange(len(values)) >= a[0]

    found = difference_sequence(values, of_b, np.array([len(values)]), alpha=alpha, narrowest_at=tuned_for, least=2)

    assert (found.lows[0], found.highs[0]) == pytest.approx(interval, rel=1e-9)


def test_the_tuning_is_growthbooks() -> None:
    """The tuning is GrowthBook's, to the last digits."""
    assert tuning(0.05, 5000) == pytest.approx(0.03984006677137368, rel=1e-12)
    assert tuning(0.0083, 300) == pytest.approx(0.19951815643281579, rel=1e-12)


def test_a_look_knows_no_later_values() -> None:
    """What is said at a look is what is said where nothing comes after it."""
    values = np.random.default_rng(0).normal(size=500)

    def sequence(some: Doubles, *looks: int) -> ConfidenceSequence:
        return mean_sequence(some, np.array(looks), alpha=0.05, narrowest_at=200, least=10)

    all_looks = sequence(values, 100, 300, 500)
    first_alone = sequence(values[:100], 100)

    assert (all_looks.counts[0], all_looks.means[0]) == (100, first_alone.means[0])
    assert all_looks.half_widths[0] == first_alone.half_widths[0]
    assert all_looks.means[-1] == pytest.approx(values.mean())


def test_values_that_are_not_there_count_for_nothing() -> None:
    """Items without a value neither count nor move the mean."""
    values = np.tile([1.0, np.nan, 3.0, np.nan], 50)

    found = mean_sequence(values, np.array([100, 200]), alpha=0.05, narrowest_at=200, least=10)

    assert found.counts.tolist() == [50, 100]
    assert found.means.tolist() == [2.0, 2.0]


def test_few_values_say_nothing() -> None:
    """Before there are enough values, of either sample, nothing is excluded."""
    values, of_second = np.ones(200), np.arange(200) >= 180

    found = difference_sequence(values, of_second, np.array([200]), alpha=0.05, narrowest_at=200, least=50)

    assert np.isnan(found.means[0])
    assert (found.lows[0], found.highs[0]) == (-np.inf, np.inf)


@given(st.floats(1e-6, 1e6), st.integers(10, 100_000), st.floats(0.001, 0.2), st.floats(50, 10_000))
def test_it_is_wider_than_an_interval_for_one_look(variance: float, count: int, alpha: float, tuned_for: float) -> None:
    """No sequence is as narrow as an interval for one look, nor narrower elsewhere than where it is tuned for."""
    width = half_width(np.array(variance), np.array(count), alpha=alpha, narrowest_at=tuned_for)

    at_its_best = half_width(np.array(variance), np.array(count), alpha=alpha, narrowest_at=count)
    assert width >= at_its_best * (1 - 1e-3)
    assert at_its_best > np.sqrt(variance / count * 2 * np.log(1 / alpha))


@pytest.mark.slow
def test_it_covers_at_all_looks_at_once() -> None:
    """Of 1,000 sequences of skewed values at most one in twenty misses the mean at any of 50 looks."""
    values = np.random.default_rng(3).exponential(size=(1000, 5000)) - 1

    found = mean_sequence(values, np.arange(100, 5001, 100), alpha=0.05, narrowest_at=1000, least=100)

    missed = ((found.lows > 0) | (found.highs < 0)).any(axis=-1)
    assert 0 < missed.mean() <= 0.05


def _sample(count: int, mean: float, variance: float) -> Doubles:
    """Values of exactly this mean and sample variance."""
    values = np.random.default_rng(count).normal(size=count)
    scaled: Doubles = mean + (values - values.mean()) / values.std(ddof=1) * np.sqrt(variance)
    return scaled
