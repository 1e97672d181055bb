"""Intervals that resample brands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.report.brand_bootstrap import Resamples, divided, interval


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_an_interval_holds_the_mean(values: list[float]) -> None:
    """Of images that are each a brand of their own."""
    numbers = np.array(values)
    resamples = Resamples.of([str(index) for index in range(len(values))], resamples=400)
    found = interval(resamples.mean(numbers))
    assert found.value == pytest.approx(numbers.mean())
    assert found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high


def test_images_of_one_brand_are_drawn_together() -> None:
    """So ten images of two brands tell no more than two images."""
    values = np.array([0.0] * 5 + [1.0] * 5)
    apart = interval(Resamples.of([str(index) for index in range(10)]).mean(values))
    together = interval(Resamples.of(["a"] * 5 + ["b"] * 5).mean(values))
    assert (together.low, together.high) == (0, 1)
    assert 0 < apart.low < 0.5 < apart.high < 1


def test_the_same_brands_give_the_same_interval() -> None:
    """Figures do not change from run to run."""
    values = np.arange(6.0)
    one, other = (interval(Resamples.of(list("aabbcd")).mean(values)) for _ in range(2))
    assert one == other


def test_a_mean_may_be_of_some_images_alone() -> None:
    """And is not a number where there are none, without any warning."""
    resamples = Resamples.of(list("abc"), resamples=50)
    some = np.array([True, False, True])
    assert resamples.mean(np.array([1.0, 100.0, 3.0]), some)[0] == 2
    nothing = interval(resamples.mean(np.ones(3), np.zeros(3, np.bool_)))
    assert np.isnan([nothing.value, nothing.low, nothing.high]).all()
    assert np.isnan(divided(np.ones(1), np.zeros(1))).all()
