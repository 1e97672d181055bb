"""Squares drawn as an SVG show the pixels that they were made of."""

from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.decode.pixels import encode_png, premultiplied
from svgai.errors import TracingFailed
from svgai.measure.rendering import render
from svgai.trace.pixel_art.pixel_drawing import pixel_svg
from svgai.trace.pixel_art.recognition import squares
from tests.inputs.pixel_pictures import chosen_pixels, code, enlarged, sprite
from tests.inputs.tracing_inputs import opaque


def drawn(rgba: Pixels) -> str:
    return pixel_svg(squares(rgba), (rgba.shape[1], rgba.shape[0]))


def off(svg: str, rgba: Pixels, times: int) -> float:
    """The most that an SVG rendered at so many times its size is off the enlarged pixels, in levels."""
    shown = render(svg, rgba.shape[1] * times, rgba.shape[0] * times)
    return float(np.abs(premultiplied(shown) - premultiplied(enlarged(rgba, times))).max())


@given(rgba=chosen_pixels, times=st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_pixels_stay_what_they_are(rgba: Pixels, times: int) -> None:
    """Every pixel of small pictures, clear and translucent ones too, at every whole size."""
    assert off(drawn(rgba), rgba, times) <= 1


@pytest.mark.parametrize("alpha", range(0, 256, 15))
def test_alpha_is_kept_exactly(alpha: int) -> None:
    """A translucent pixel beside an opaque one has its level of alpha."""
    rgba = np.array([[(20, 90, 200, alpha), (0, 0, 0, 255)]], np.uint8)
    assert render(drawn(rgba), 8, 4)[0, 0, 3] == alpha


@pytest.mark.parametrize("times", [1, 4])
def test_a_code_can_be_read(times: int) -> None:
    """What a QR code says is read from its SVG, which is as short for an enlarged one."""
    svg = drawn(enlarged(code("read me"), times))
    side = 8 * len(code("read me"))
    shown = np.ascontiguousarray(render(svg, side, side)[..., :3])
    assert cv2.QRCodeDetector().detectAndDecode(shown)[0] == "read me"
    assert len(svg) <= len(drawn(code("read me"))) + 2


def test_colours_share_a_path_each() -> None:
    """A sprite of five colours has five paths."""
    assert len(ET.fromstring(drawn(sprite()))) == 5


def test_flat_pictures_take_fewer_bytes_than_their_png() -> None:
    """Few colours in large squares."""
    rgba = enlarged(np.array([[(200, 30, 40, 255), (250, 250, 250, 255)], [(20, 60, 160, 255)] * 2], np.uint8), 90)
    assert len(drawn(rgba)) < len(encode_png(rgba))


def test_nothing_shows_between_squares_at_odd_sizes() -> None:
    """At 3.3 times the size every pixel still has one of the picture's colours."""
    rgba = sprite()
    rgba[..., 3] = 255
    shown = render(drawn(rgba), 53, 53)
    assert {tuple(c) for c in shown.reshape(-1, 4).tolist()} <= {tuple(c) for c in rgba.reshape(-1, 4).tolist()}


def test_a_clear_picture_is_drawn_clear() -> None:
    """Without a path."""
    assert "<path" not in drawn(np.zeros((4, 6, 4), np.uint8))


@pytest.mark.parametrize("side", [40, 300])
def test_what_would_be_too_much_for_an_svg_is_refused(side: int) -> None:
    """More than a thousand colours, or more squares than a small picture has."""
    rgb = np.random.default_rng(1).integers(0, 256 if side < 256 else 2, (side, side, 3)).astype(np.uint8)
    with pytest.raises(TracingFailed, match=f"{side} x {side}"):
        drawn(opaque(rgb))
