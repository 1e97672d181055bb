import numpy as np
import pytest

from learning.experiments.sample_ratio import CONCENTRATION, sample_ratio_p_values
from svgai.array_types import Indices

LOOKS = np.arange(100, 5001, 100)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_chance_is_no_alarm(share: float) -> None:
    """Of 1,000 experiments with the intended share at most one in twenty has an alarm at any of 50 looks."""
    p_values = sample_ratio_p_values(_counts(share), LOOKS, share)

    assert (p_values[:, -1] <= 0.05).mean() <= 0.05


def test_another_share_is_an_alarm() -> None:
    """A share of an eighth in the place of a tenth is found within 5,000 images, in nine of ten experiments."""
    p_values = sample_ratio_p_values(_counts(0.125), LOOKS, 0.1)

    assert (p_values[:, -1] <= 0.01).mean() >= 0.9


def test_an_alarm_stays() -> None:
    """What was said once is not taken back."""
    in_challenger = np.array([60, 60, 100, 500])

    p_values = sample_ratio_p_values(in_challenger, np.array([100, 200, 1000, 5000]), 0.1)

    assert p_values[0] < 1e-15
    assert (np.diff(p_values) <= 0).all()


def test_it_is_the_ratio_of_the_likelihoods() -> None:
    """The evidence is the intended share's likelihood against the mean one over the Beta distribution."""
    shares = np.random.default_rng(5).beta(CONCENTRATION * 0.5, CONCENTRATION * 0.5, 2_000_000)
    by_sampling = np.mean((shares / 0.5) ** 14 * ((1 - shares) / 0.5) ** 6)

    found = sample_ratio_p_values(np.array([14]), np.array([20]), 0.5)

    assert found[0] == pytest.approx(1 / by_sampling, rel=0.01)


def _counts(share: float) -> Indices:
    in_challenger = np.random.default_rng(2).random((1000, 5000)) < share
    return np.cumsum(in_challenger, axis=-1, dtype=np.intp)[:, LOOKS - 1]
