"""The scales of predictions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.quality import Quality
from svgai.scales import BELIEVED, SCALES, believed_scales, from_scales, scale_to_ssim, ssim_to_scale, to_scales


@given(st.floats(-1, 1))
def test_the_scale_of_ssim_has_an_inverse(ssim: float) -> None:
    """To the scale and back loses nothing."""
    assert float(scale_to_ssim(ssim_to_scale(ssim))) == pytest.approx(ssim, abs=1e-9)


@given(st.floats(-5, 20), st.floats(-5, 20))
def test_the_scale_of_ssim_keeps_the_order(first: float, second: float) -> None:
    """A larger prediction is never a smaller ssim, and no ssim exceeds one."""
    low, high = sorted((first, second))
    assert float(scale_to_ssim(low)) <= float(scale_to_ssim(high)) <= 1


@given(st.floats(-1, 1), st.floats(0, 50), st.integers(1, 10**6), st.floats(-1, 1), st.floats(0, 60))
def test_all_measures_survive_their_scales(
    ssim: float, delta_e: float, size: int, edge_ssim: float, seconds: float
) -> None:
    """There and back, by name."""
    scaled = to_scales([ssim], [delta_e], [size], [edge_ssim], [seconds])
    assert scaled.shape == (1, len(SCALES))
    found = {name: float(values[0]) for name, values in from_scales(scaled).items()}
    assert found == pytest.approx(
        {"ssim": ssim, "delta_e": delta_e, "bytes": size, "edge_ssim": edge_ssim, "seconds": seconds}, abs=1e-6
    )


def test_predictions_beyond_what_can_be_are_brought_back() -> None:
    """No ssim above one, no colour difference or time below nought, no file without a byte."""
    found = from_scales(np.array([50.0, -3.0, -9.0, 50.0, -2.0]))
    assert {name: float(value) for name, value in found.items()} == {
        "ssim": 1, "delta_e": 0, "bytes": 1, "edge_ssim": 1, "seconds": 0
    }  # fmt: skip


def test_what_was_measured_is_believed_on_the_same_scales() -> None:
    """The first columns of the prediction, for one SVG."""
    quality = Quality(ssim=0.97, worst=0.8, edge_ssim=0.9, delta_e=0.4, bytes=1200, paths=3)
    assert believed_scales(quality) == pytest.approx(to_scales([0.97], [0.4], [1200], [0.9], [0])[0, :BELIEVED])
