"""Edges of pictures that JPEG spread colours along."""

import cv2
import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.measure.quality import ssim_between
from svgai.trace.noise import denoised
from svgai.trace.unmixing import unmixed
from tests.inputs.noisy_pictures import cartoon, jpeg
from tests.inputs.tracing_inputs import WHITE, Colour, disc, opaque

ORANGE, PALER = (240, 130, 40), (244, 160, 60)


def thin_ring(colour: Colour) -> Pixels:
    """A ring three pixels wide, whose colour is nowhere else."""
    rgb = np.full((480, 480, 3), 255, np.uint8)
    cv2.circle(rgb, (240, 240), 170, colour, 12)
    return np.asarray(cv2.resize(rgb, (120, 120), interpolation=cv2.INTER_AREA), np.uint8)


def calm(rgba: Pixels) -> Pixels:
    return np.ascontiguousarray(denoised(rgba)[..., :3])


@pytest.mark.parametrize("quality", [60, 75, 90])
def test_edges_have_no_colours_but_blends_of_those_beside_them(quality: int) -> None:
    """A blue disc on white has neither a darker rim nor a pale halo."""
    drawn = disc(96, 31, (0, 172, 236), WHITE)
    off = np.abs(calm(jpeg(drawn, quality)).astype(int) - drawn).max(axis=2)
    y, x = np.mgrid[:96, :96] + 0.5
    edge = np.abs(np.hypot(x - 48, y - 48) - 31) < 1.5
    assert off[~edge].max() <= 4
    assert off.mean() < 2


def test_a_colour_seen_at_edges_alone_stays() -> None:
    drawn = thin_ring((190, 20, 60))
    shown = calm(jpeg(drawn, 75))
    middle = shown[60, 60 + 42]
    assert np.abs(middle.astype(int) - (190, 20, 60)).max() < 45
    assert ssim_between(drawn, shown) > 0.97


def test_areas_of_nearly_one_colour_stay_two() -> None:
    """The edge between them is where it was."""
    rgb = np.full((96, 96, 3), 255, np.uint8)
    rgb[16:80, 16:48], rgb[16:80, 48:80] = ORANGE, PALER
    shown = calm(jpeg(rgb, 60)).astype(int)
    assert np.abs(shown[24:72, 20:45] - ORANGE).max() <= 6
    assert np.abs(shown[24:72, 51:76] - PALER).max() <= 6


def test_what_is_no_drawing_is_left_as_it_is() -> None:
    """Edges all over have no areas beside them."""
    rgba = opaque(np.random.default_rng(3).integers(0, 256, (64, 64, 3), np.uint8))
    assert unmixed(rgba, rgba) is None


def test_alpha_and_what_it_hides_stay() -> None:
    rgba = jpeg(cartoon(), 60)
    rgba[:40, :, 3] = 0
    shown = unmixed(rgba, rgba)
    assert shown is not None
    assert np.array_equal(shown[..., 3], rgba[..., 3])
    assert np.array_equal(shown[:40], rgba[:40])
