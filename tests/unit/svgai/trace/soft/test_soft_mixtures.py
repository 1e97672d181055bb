import cv2
import numpy as np

from svgai.array_types import Floats, Mask
from svgai.trace.soft.soft_mixtures import parted_colours


def _blot(centre: tuple[int, int], opacity: float, colour: tuple[int, int, int]) -> Floats:
    """A blurred disc, 96 pixels a side: colours times alpha, and alpha."""
    disc = cv2.circle(np.zeros((96, 96), np.uint8), centre, 20, 255, -1).astype(np.float32)
    alpha = cv2.GaussianBlur(disc, (0, 0), 4) * np.float32(opacity)
    return np.dstack([alpha[..., None] * (np.array(colour, np.float32) / 255), alpha])


def _over(top: Floats, below: Floats) -> Floats:
    return np.asarray(top + (1 - top[..., 3:] / 255) * below, np.float32)


def _seen(levels: Floats) -> Mask:
    return np.asarray(levels[..., 3] > 4)


def test_one_colour_is_one_shape() -> None:
    """What has one colour is given back as it is."""
    levels = _blot((48, 48), 0.5, (40, 90, 160))
    assert parted_colours(levels, _seen(levels)) == [levels]


def test_two_shadows_that_meet_are_told_apart() -> None:
    """Each shape has the alpha of one of the shadows, and one laid over the other shows both."""
    lower, upper = _blot((36, 48), 0.5, (0, 0, 0)), _blot((62, 48), 0.6, (180, 180, 180))
    levels = _over(upper, lower)
    below, above = parted_colours(levels, _seen(levels))
    if below[48, 30, 0] > above[48, 30, 0]:
        below, above = above, below
    assert np.abs(_over(above, below) - levels).mean() < 1
    dark, light = sorted((below, above), key=lambda one: one[48, 62, 0])
    assert abs(dark[48, 25, 3] - lower[48, 25, 3]) < 8
    assert abs(light[48, 75, 3] - upper[48, 75, 3]) < 8
    assert dark[48, 75, 3] < 16


def test_a_single_pixel_is_one_shape() -> None:
    """An area too small to have two colours is left alone."""
    levels = _blot((48, 48), 0.5, (40, 90, 160))
    area = np.zeros((96, 96), bool)
    area[48, 48] = True
    assert parted_colours(levels, area) == [levels]


def test_a_colour_that_changes_evenly_is_one_shape() -> None:
    """A gradient has no two colours."""
    levels = _blot((48, 48), 0.5, (40, 90, 160))
    levels[..., :3] = levels[..., 3:] * np.linspace(0, 1, 96, dtype=np.float32)[:, None]
    square = np.zeros((96, 96), bool)
    square[34:62, 34:62] = True
    assert parted_colours(levels, square) == [levels]
