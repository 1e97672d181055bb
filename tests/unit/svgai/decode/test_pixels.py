"""Pixels written as PNG, laid on a ground, and brought to other sizes."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from svgai.array_types import Pixels
from svgai.decode.image_files import decode_image
from svgai.decode.pixels import Ground, composite, contrasting_ground, encode_png, fit_within, median_colour, resize


def rgba_pixels(max_side: int = 12) -> st.SearchStrategy[Pixels]:
    sides = st.tuples(st.integers(1, max_side), st.integers(1, max_side), st.just(4))
    return arrays.arrays(np.uint8, sides)


@given(rgba_pixels())
@settings(max_examples=50, deadline=None)
def test_pixels_survive_encoding(rgba: Pixels) -> None:
    """Any pixels, hidden colours included, come back as they were."""
    assert np.array_equal(decode_image(encode_png(rgba)).rgba, rgba)


@pytest.mark.parametrize("ground", [0, 255])
def test_compositing_is_exact(ground: Ground) -> None:
    """The mix is the rounded sum of colour and ground, weighted by alpha, for every level with every alpha."""
    level, alpha = np.meshgrid(np.arange(256), np.arange(256))
    expected = (level * alpha + ground * (255 - alpha) + 127) // 255
    mixed = composite(np.dstack([level, level, 255 - level, alpha]).astype(np.uint8), ground)
    assert np.array_equal(mixed[..., 0], expected)
    assert np.array_equal(mixed[..., 2], expected[:, ::-1])


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(3))))
@settings(max_examples=100, deadline=None)
def test_a_median_colour_is_the_channels_median(colours: Pixels) -> None:
    """As numpy takes it, halves rounded down."""
    assert np.array_equal(median_colour(colours), np.median(colours, axis=0).astype(np.uint8))


def test_a_light_image_is_seen_on_black() -> None:
    """White on transparency shows on black only; all else is seen on white."""
    clear = np.zeros((8, 8, 4), np.uint8)
    white, dark, opaque = clear.copy(), clear.copy(), np.full((8, 8, 4), 255, np.uint8)
    white[2:6, 2:6] = 255
    dark[2:6, 2:6] = (10, 10, 10, 255)
    assert [contrasting_ground(rgba) for rgba in (white, dark, opaque, clear)] == [0, 255, 255, 255]


@given(rgba_pixels(), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_a_resized_image_has_the_wanted_size(rgba: Pixels, width: int, height: int) -> None:
    """Any size to any size."""
    resized = resize(rgba, width, height)
    assert resized.shape == (height, width, 4)
    assert resized.dtype == np.uint8


@given(
    arrays.arrays(np.uint8, (12, 12), elements=st.sampled_from((0, 0, 255, 255, 90))),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.sampled_from((5, 12, 19, 36, 48)),
)
@settings(max_examples=60, deadline=None)
def test_hidden_colours_never_bleed(
    alpha: npt.NDArray[np.uint8], shown: tuple[int, int, int], hidden: tuple[int, int, int], side: int
) -> None:
    """A silhouette of one colour keeps that colour at every size, up to its edges: nor does it ring there."""
    rgba = np.empty((12, 12, 4), np.uint8)
    rgba[..., :3] = np.where(alpha[..., None] > 0, np.array(shown, np.uint8), np.array(hidden, np.uint8))
    rgba[..., 3] = alpha
    resized = resize(rgba, side, side)
    visible = resized[resized[..., 3] > 2][:, :3].astype(int)
    assert np.abs(visible - shown).max(initial=0) <= 1


def test_fitting_only_shrinks() -> None:
    """The longest side comes down to the limit, the aspect stays, and no side vanishes."""
    wide = np.full((10, 400, 4), 255, np.uint8)
    assert fit_within(wide, 400) is wide
    assert fit_within(wide, 100).shape == (2, 100, 4)
    assert fit_within(wide, 4).shape == (1, 4, 4)
