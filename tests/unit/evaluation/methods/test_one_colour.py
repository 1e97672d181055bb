"""Images of one ink on a plain or clear ground."""

import cv2
import numpy as np
import pytest

from evaluation.methods.one_colour import one_colour
from svgai.array_types import Pixels
from svgai.measure.rendering import render

DISC = '<circle cx="32" cy="32" r="20" fill="#1e5aa0"/>'


def drawn(content: str) -> Pixels:
    return render(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{content}</svg>', 64, 64)


def ground(colour: str) -> str:
    return f'<path fill="{colour}" d="M0 0h64v64H0z"/>'


def gradient(colours: str) -> str:
    return f'<linearGradient id="g">{colours}</linearGradient><path fill="url(#g)" d="M8 8h48v48H8z"/>'


def test_ink_on_clear_ground_is_its_alpha() -> None:
    """There is no ground then, and soft edges are parts of a pixel."""
    rgba = drawn(DISC)
    found = one_colour(rgba)
    assert found is not None
    assert found.ink.tolist() == [0x1E, 0x5A, 0xA0]
    assert found.ground is None
    assert np.array_equal(found.coverage, rgba[..., 3].astype(np.float32) / 255)


@pytest.mark.parametrize("colour, level", [("white", 255), ("black", 0)])
def test_ink_on_plain_ground_is_on_the_way_between_both(colour: str, level: int) -> None:
    """As much of each pixel is ink as it would be on clear ground, light on dark, too."""
    found = one_colour(drawn(ground(colour) + DISC))
    assert found is not None
    assert found.ground is not None
    assert found.ground.tolist() == [level] * 3
    assert np.abs(found.ink.astype(int) - (0x1E, 0x5A, 0xA0)).max() <= 1
    assert np.abs(found.coverage - drawn(DISC)[..., 3] / 255).max() < 0.02


def test_a_compressed_image_is_still_of_one_colour() -> None:
    """What JPEG adds around black edges is no colour of its own."""
    rgb = drawn(ground("white") + DISC.replace("#1e5aa0", "#000"))[..., :3]
    packed = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
    opaque = np.full((64, 64), 255, np.uint8)
    found = one_colour(np.dstack([np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8), opaque]))
    assert found is not None
    assert found.ink.max() < 8


BLACK_TO_GREY = '<stop stop-color="black"/><stop offset="1" stop-color="#ccc"/>'
FADING = '<stop/><stop offset="1" stop-opacity="0"/>'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="clear"),
        pytest.param(ground("white"), id="blank"),
        pytest.param(DISC + '<path fill="red" d="M0 0h9v9H0z"/>', id="two inks on clear ground"),
        pytest.param(ground("white") + DISC + '<path fill="red" d="M0 0h9v9H0z"/>', id="two inks"),
        pytest.param(ground("white") + '<path d="M9 9h9v9H9z"/><path fill="#888" d="M29 9h9v9h-9z"/>', id="a grey"),
        pytest.param(DISC + '<path fill="#1e5aa0" opacity=".5" d="M0 0h9v9H0z"/>', id="half clear"),
        pytest.param(ground("white") + gradient(BLACK_TO_GREY), id="gradient"),
        pytest.param(gradient(FADING), id="fading"),
    ],
)
def test_anything_else_is_not(content: str) -> None:
    """A second colour, a tone between, or nothing at all."""
    assert one_colour(drawn(content)) is None
