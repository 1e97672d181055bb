"""Where the content of a large page lies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.trace.content_box import ContentBox, content_box


def page(ground: tuple[int, int, int, int] = (250, 240, 230, 255)) -> Pixels:
    rgba = np.empty((600, 800, 4), np.uint8)
    rgba[:] = ground
    rgba[200:260, 300:420] = (200, 30, 60, 255)
    return rgba


@pytest.mark.parametrize("ground, told", [((250, 240, 230, 255), "#faf0e6"), ((9, 9, 9, 0), "")])
def test_a_small_mark_has_a_box_with_some_ground_around(ground: tuple[int, int, int, int], told: str) -> None:
    """The colour of the rest is told; what is clear has none, whatever hides beneath."""
    box = content_box(page(ground))
    assert box == ContentBox(292, 192, 136, 76, told)
    assert (box.of(page(ground))[8:-8, 8:-8] == (200, 30, 60, 255)).all()


def _veiled() -> Pixels:
    return page((255, 255, 255, 128))


def _wide() -> Pixels:
    rgba = page()
    rgba[20:480, 60:700] = 0
    return rgba


@pytest.mark.parametrize(
    "rgba",
    [_veiled(), _wide(), page()[:, :, :][:1, :1], np.zeros((600, 800, 4), np.uint8)],
    ids=["translucent", "wide", "one pixel", "nothing"],
)
def test_otherwise_it_is_the_whole_page(rgba: Pixels) -> None:
    """Where the border is translucent, and where there is little to leave out."""
    assert content_box(rgba) == ContentBox(0, 0, rgba.shape[1], rgba.shape[0])


def test_content_may_run_off_the_page() -> None:
    """The box then reaches the page's edge there, and leaves out the rest: a signature that ends at the right edge."""
    rgba = page()
    rgba[210:250, 400:] = 0
    assert content_box(rgba) == ContentBox(292, 192, 508, 76, "#faf0e6")


def test_content_as_wide_as_the_page_has_a_box_where_it_is_low() -> None:
    """What counts is the area that is left out: a line of text gets more of the pixels that are traced."""
    rgba = page()
    rgba[210:250, 20:780] = 0
    assert content_box(rgba) == ContentBox(12, 192, 776, 76, "#faf0e6")


@pytest.mark.slow
@given(st.integers(20, 579), st.integers(20, 779), st.integers(1, 400), st.integers(1, 500))
@settings(deadline=None)
def test_nothing_is_left_outside(top: int, left: int, height: int, width: int) -> None:
    """Beyond the box there is ground alone."""
    rgba = np.full((600, 800, 4), 255, np.uint8)
    rgba[top : top + height, left : left + width, :3] = 20
    box = content_box(rgba)
    outside = rgba.copy()
    box.of(outside)[:] = 255
    assert (outside == 255).all()
