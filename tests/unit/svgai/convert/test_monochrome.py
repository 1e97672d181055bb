"""Pictures in one ink."""

import cv2
import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.convert.monochrome import checked_monochrome, in_one_ink


def badge(ground: int = 255, disc: tuple[int, int, int] = (200, 30, 40)) -> Pixels:
    """A disc with a square of the ground's colour in it."""
    rgb = np.full((60, 60, 3), ground, np.uint8)
    cv2.circle(rgb, (30, 30), 22, disc, -1, cv2.LINE_AA)
    rgb[24:36, 24:36] = ground
    return np.dstack([rgb, np.full((60, 60), 255, np.uint8)])


def test_what_is_not_the_ground_is_ink() -> None:
    """Whatever its colour; holes stay open, and edges keep their smoothness as opacity."""
    done = in_one_ink(badge(), "#00f")
    assert (done[..., :3] == [0, 0, 255]).all()
    assert (done[0, 0, 3], done[30, 30, 3], done[30, 14, 3]) == (0, 0, 255)
    assert len(np.unique(done[..., 3])) > 5


def test_a_light_drawing_on_a_dark_ground_is_ink_too() -> None:
    """The ground is what the border has."""
    done = in_one_ink(badge(20, (250, 250, 250)), "currentColor")
    assert (done[0, 0, 3], done[30, 14, 3]) == (0, 255)
    assert (done[..., :3] == 0).all()


def test_on_a_clear_page_white_is_paper() -> None:
    """Letters in white stay readable; of a drawing that is all white its shape is ink."""
    clear = badge()
    clear[..., 3] = 0
    clear[10:50, 10:50, 3] = 255
    done = in_one_ink(clear, "#000")
    assert (done[0, 0, 3], done[30, 30, 3], done[30, 14, 3]) == (0, 0, 255)
    white = np.full((40, 40, 4), 255, np.uint8)
    white[:10, :, 3] = 0
    assert (in_one_ink(white, "#000")[..., 3] == white[..., 3]).all()


def test_of_a_picture_without_ground_the_dark_is_ink() -> None:
    """A slope of grey falls into two."""
    rgba = np.full((40, 60, 4), 255, np.uint8)
    rgba[..., :3] = np.linspace(0, 255, 60, dtype=np.uint8)[:, None]
    alpha = in_one_ink(rgba, "#000")[..., 3]
    assert set(np.unique(alpha)) == {0, 255}
    assert (alpha[:, 0] == 255).all()
    assert (alpha[:, -1] == 0).all()


@pytest.mark.parametrize("text", ["black", "#12345", "", "currentcolor"])
def test_an_ink_is_a_colour_or_that_of_the_text(text: str) -> None:
    """Anything else is refused with what is meant."""
    with pytest.raises(ValueError, match="currentColor"):
        checked_monochrome(text)
