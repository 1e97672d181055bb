"""The ground of a picture: what it is, how it is removed, and what takes its place."""

import io
import re

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from svgai.array_types import Pixels
from svgai.convert.background import BACKGROUND_FORM, checked_background, with_background
from svgai.decode.pixels import composite

WHITE, CREAM = (255, 255, 255), (250, 244, 230)


def drawn_ring(colour: tuple[int, int, int] = (200, 30, 60), side: int = 96) -> Pixels:
    """An anti-aliased ring on clear ground."""
    scale = 8
    coverage = np.zeros((side * scale, side * scale), np.uint8)
    middle = side * scale // 2
    cv2.circle(coverage, (middle, middle), 3 * middle // 4, 255, 14 * scale)
    rgba = np.empty((side, side, 4), np.uint8)
    rgba[..., :3] = colour
    rgba[..., 3] = cv2.resize(coverage, (side, side), interpolation=cv2.INTER_AREA)
    return rgba


def laid_on(rgba: Pixels, colour: tuple[int, int, int]) -> Pixels:
    weight = rgba[..., 3:] / 255
    laid = np.full_like(rgba, 255)
    laid[..., :3] = np.rint(rgba[..., :3] * weight + np.array(colour) * (1 - weight))
    return laid


def as_jpeg(rgba: Pixels, quality: int = 75) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(rgba[..., :3]).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGBA"))


def alpha_error(rgba: Pixels, truth: Pixels) -> Pixels:
    return np.asarray(cv2.absdiff(rgba[..., 3], truth[..., 3]), np.uint8)


def test_kept_ground_is_what_it_was() -> None:
    """Not a copy: nothing is looked at."""
    rgba = laid_on(drawn_ring(), WHITE)
    assert with_background(rgba, "keep") is rgba


@pytest.mark.parametrize("ground", [WHITE, CREAM, (0, 0, 0), (20, 90, 160)])
def test_a_flat_ground_becomes_clear_and_edges_what_they_were(ground: tuple[int, int, int]) -> None:
    """What lies within the ring is clear, too; blends get back their colour and alpha, so that no fringe stays."""
    truth = drawn_ring()
    removed = with_background(laid_on(truth, ground), "remove")
    assert alpha_error(removed, truth).max() <= 12
    assert (removed[truth[..., 3] == 0][:, 3] == 0).all()
    for level in (0, 255):
        assert cv2.absdiff(composite(removed, level), composite(truth, level)).max() <= 12


def test_compression_leaves_no_specks() -> None:
    """The ground of a JPEG is uneven around what it draws."""
    truth = drawn_ring()
    error = alpha_error(with_background(as_jpeg(laid_on(truth, WHITE)), "remove"), truth)
    assert (error > 64).mean() < 0.01
    assert (error[:3].max(), error[40:56, 40:56].max()) == (0, 0)


def test_pale_shapes_on_white_stay() -> None:
    """In a drawn picture, a few levels are a colour of its own."""
    rgba = np.full((64, 64, 4), 255, np.uint8)
    rgba[16:48, 16:48, :3] = 248
    removed = with_background(rgba, "remove")
    assert (removed[18:46, 18:46, 3] == 255).all()
    assert (removed[:16, :, 3] == 0).all()


def _photograph() -> Pixels:
    noise = np.random.default_rng(1).integers(0, 255, (12, 12, 3), np.uint8)
    return np.dstack([cv2.resize(noise, (96, 96), interpolation=cv2.INTER_CUBIC), np.full((96, 96), 255, np.uint8)])


def _gradient() -> Pixels:
    rgba = np.full((96, 96, 4), 255, np.uint8)
    rgba[..., :3] = np.linspace(60, 200, 96)[None, :, None]
    return rgba


@pytest.mark.parametrize("rgba", [_photograph(), _gradient(), drawn_ring()], ids=["photograph", "gradient", "clear"])
def test_without_a_flat_ground_nothing_is_removed(rgba: Pixels) -> None:
    """A photograph and a gradient have none, and what is clear needs no clearing."""
    assert (with_background(rgba, "remove") == rgba).all()


@pytest.mark.parametrize("asked, colour", [("#fff", WHITE), ("#1a2B3c", (26, 43, 60))])
def test_a_colour_takes_the_place_of_the_ground(asked: str, colour: tuple[int, int, int]) -> None:
    """Of a flat one, and of one that is clear."""
    truth = drawn_ring()
    expected = laid_on(truth, colour)
    assert (with_background(truth, asked) == expected).all()
    assert cv2.absdiff(with_background(laid_on(truth, CREAM), asked), expected).max() <= 12


@given(st.integers(0, 2**32), st.sampled_from(["remove", "#000", "#ffffff"]), st.integers(1, 9), st.integers(1, 9))
def test_any_pixels_keep_their_size(seed: int, asked: str, height: int, width: int) -> None:
    """However small and whatever they hold; on a colour all is opaque."""
    rng = np.random.default_rng(seed)
    rgba = np.where(rng.random((height, width, 1)) < 0.5, 255, rng.integers(0, 256, (height, width, 4))).astype(
        np.uint8
    )
    result = with_background(rgba, asked)
    assert result.shape == rgba.shape
    assert result.dtype == np.uint8
    assert asked == "remove" or (result[..., 3] == 255).all()


@pytest.mark.parametrize("text", ["keep", "remove", "#fff", "#FFFFFF", "#09aBcD"])
def test_what_may_be_asked_for_passes(text: str) -> None:
    """And is told as it came."""
    assert checked_background(text) == text
    assert re.match(BACKGROUND_FORM, text)


@pytest.mark.parametrize("text", ["", "white", "#ff", "#ffff", "fff", "#ggg", "#fff\n", "rgb(0,0,0)", "KEEP"])
def test_anything_else_is_refused_with_what_may(text: str) -> None:
    """The message is for whoever asked."""
    with pytest.raises(ValueError, match="give keep, remove, or a colour as #rgb or #rrggbb"):
        checked_background(text)
