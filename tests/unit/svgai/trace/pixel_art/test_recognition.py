"""Pixel art is found by what an image is, and ordinary logos are none."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.decode.pixels import resize
from svgai.trace.pixel_art.recognition import squares
from tests.inputs.pixel_pictures import chosen_pixels, code, enlarged, sprite
from tests.inputs.tracing_inputs import BLACK, RED, WHITE, disc, opaque


def letter(side: int) -> Pixels:
    """A letter with smooth edges, (side, side, 4)."""
    rgb = np.full((256, 256, 3), 255, np.uint8)
    cv2.putText(rgb, "g", (60, 160), cv2.FONT_HERSHEY_SIMPLEX, 7, BLACK, 20, cv2.LINE_AA)
    return resize(opaque(rgb), side, side)


def hard(rgba: Pixels) -> Pixels:
    """An image of black and white without blends."""
    return np.where(rgba > 127, np.uint8(255), np.uint8(0))


@given(rgba=chosen_pixels, times=st.integers(1, 5))
def test_squares_enlarged_are_the_image(rgba: Pixels, times: int) -> None:
    """Whatever the image, its squares repeated give it back."""
    image = enlarged(rgba, times)
    found = squares(image)
    assert found.side % times == 0
    assert (enlarged(found.rgba, found.side) == image).all()


def test_colours_that_nobody_sees_are_one() -> None:
    """Clear pixels of many colours are a clear square."""
    rgba = np.random.default_rng(2).integers(0, 256, (12, 12, 4)).astype(np.uint8)
    rgba[..., 3] = 0
    found = squares(rgba)
    assert (found.side, found.colours, found.count) == (12, 1, 1)


@pytest.mark.parametrize("times", [1, 2, 4, 7])
def test_a_code_is_pixel_art_at_every_whole_size(times: int) -> None:
    """A QR code of one pixel a module, also enlarged."""
    found = squares(enlarged(code(), times))
    assert (found.side, found.are_pixel_art) == (times, True)


@pytest.mark.parametrize("times", [1, 8])
@pytest.mark.parametrize("side", [16, 32])
def test_a_sprite_is_pixel_art(side: int, times: int) -> None:
    """Shades between its colours do not make it a picture: its outline is hard."""
    assert squares(enlarged(sprite(side), times)).are_pixel_art


def test_an_enlarged_scene_of_few_colours_is_pixel_art() -> None:
    """Colours that change from pixel to pixel over a page too large for an icon."""
    colours = np.array([(20, 30, 60, 255), (80, 120, 60, 255), (220, 200, 140, 255)], np.uint8)
    scene = colours[np.random.default_rng(4).integers(0, 3, (90, 120))]
    assert squares(scene).are_pixel_art


@pytest.mark.parametrize("side", [3, 8, 16])
def test_where_no_two_pixels_are_alike_they_are_what_one_sees(side: int) -> None:
    """A texture of icon size, of any number of colours."""
    rgb = np.random.default_rng(side).integers(0, 256, (side, side, 3)).astype(np.uint8)
    assert squares(opaque(rgb)).are_pixel_art


@pytest.mark.parametrize("side", [32, 48, 64, 128, 256])
@pytest.mark.parametrize("drawn", [letter, lambda side: opaque(disc(side, side * 0.37, RED, WHITE))])
def test_what_has_smooth_edges_is_no_pixel_art(drawn: Callable[[int], Pixels], side: int) -> None:
    """A letter and a disc, also small ones."""
    assert not squares(drawn(side)).are_pixel_art


def test_large_shapes_with_hard_edges_are_no_pixel_art() -> None:
    """A letter of 200 px without smooth edges has curves to be found; one of 32 px is its pixels."""
    assert not squares(hard(letter(200))).are_pixel_art
    assert squares(hard(letter(32))).are_pixel_art


def test_a_banded_gradient_is_no_pixel_art() -> None:
    """Its steps are not seen apart."""
    ramp = np.repeat(np.arange(0, 240, 4).astype(np.uint8)[None], 100, axis=0)
    assert not squares(opaque(np.dstack([ramp] * 3))).are_pixel_art


def test_one_colour_is_no_pixel_art() -> None:
    """There is nothing to be seen apart."""
    assert not squares(np.full((16, 16, 4), 255, np.uint8)).are_pixel_art


def test_few_squares_are_those_of_icons_that_can_be_seen_apart() -> None:
    """A disc of 32 px has few, one of 40 px too many, and a smooth ramp none that are seen."""
    assert squares(opaque(disc(32, 11, RED, WHITE))).are_few
    assert not squares(opaque(disc(40, 11, RED, WHITE))).are_few
    ramp = np.repeat(np.linspace(0, 255, 32).astype(np.uint8)[None], 32, axis=0)
    assert not squares(opaque(np.dstack([ramp] * 3))).are_few
