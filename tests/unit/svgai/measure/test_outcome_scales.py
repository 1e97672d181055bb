"""The scales of predictions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.measure.outcome_scales import (
    BELIEVED,
    SCALES,
    SIZE,
    believed_scales,
    from_scales,
    scale_to_ssim,
    ssim_to_scale,
    to_scales,
)
from svgai.measure.quality import Quality

MEASURED = {"ssim": 0.97, "worst": 0.8, "delta_e": 0.4, "bytes": 1200, "edge_ssim": 0.9, "seconds": 0.2}


@given(st.floats(-1, 1))
def test_the_scale_of_ssim_has_an_inverse(ssim: float) -> None:
    """To the scale and back loses nothing."""
    assert float(scale_to_ssim(ssim_to_scale(ssim))) == pytest.approx(ssim, abs=1e-9)


@given(st.floats(-5, 20), st.floats(-5, 20))
def test_the_scale_of_ssim_keeps_the_order(first: float, second: float) -> None:
    """A larger prediction is never a smaller ssim, and no ssim exceeds one."""
    low, high = sorted((first, second))
    assert float(scale_to_ssim(low)) <= float(scale_to_ssim(high)) <= 1


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "ssim": st.floats(-1, 1),
                "worst": st.floats(-1, 1),
                "delta_e": st.floats(0, 50),
                "bytes": st.integers(1, 10**6),
                "edge_ssim": st.floats(-1, 1),
                "seconds": st.floats(0, 60),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_all_measures_survive_their_scales(measured: list[dict[str, float]]) -> None:
    """There and back, by name, however many tracings there are."""
    columns = {name: np.array([one[name] for one in measured], np.float64) for name in SCALES}
    scaled = to_scales(columns)
    assert scaled.shape == (len(measured), len(SCALES))
    found = from_scales(scaled)
    assert set(found) == set(columns)
    for name, values in columns.items():
        assert found[name] == pytest.approx(values, rel=1e-6, abs=1e-6)


def test_each_measure_has_a_column_of_its_own() -> None:
    """A change of one measure moves its column alone; that of the size is known by its place."""
    before = to_scales(MEASURED)
    for name, value in MEASURED.items():
        changed = np.flatnonzero(to_scales({**MEASURED, name: value * 0.5}) != before)
        assert changed.tolist() == [SCALES.index(name)]
    assert before[SIZE] == pytest.approx(np.log(1200))


def test_predictions_beyond_what_can_be_are_brought_back() -> None:
    """No ssim or worst above one, no colour difference or time below nought, no file without a byte."""
    beyond = {"ssim": 50.0, "worst": 50.0, "delta_e": -3.0, "bytes": -9.0, "edge_ssim": 50.0, "seconds": -2.0}
    found = from_scales(np.array([beyond[name] for name in SCALES]))
    assert {name: float(value) for name, value in found.items()} == {
        "ssim": 1, "worst": 1, "delta_e": 0, "bytes": 1, "edge_ssim": 1, "seconds": 0
    }  # fmt: skip


def test_what_was_measured_is_believed_on_the_same_scales() -> None:
    """The first columns of the prediction, for one SVG: ssim, worst, colours and size, not time."""
    quality = Quality(ssim=0.97, worst=0.8, edge_ssim=0.9, delta_e=0.4, bytes=1200, paths=3)
    assert believed_scales(quality) == pytest.approx(to_scales(MEASURED)[:BELIEVED])
    assert set(SCALES[:BELIEVED]) == {"ssim", "worst", "delta_e", "bytes"}
