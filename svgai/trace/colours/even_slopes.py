"""
Finds steep but uniform slopes of an image, as opposed to edges: along both, colours change fast, but on a slope at a
constant rate.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from svgai.array_types import Floats, Indices, Mask, Numbers

_MOST_BEND = 10.0  # levels
_IN_LINE = 2  # pixels


def even_slopes(levels: Floats, steep: Mask, least: int = 1) -> Iterator[Mask]:
    """
    Areas of a mask (h, w), of `least` pixels or more, within which levels (h, w, c) change evenly.

    First come areas that reach from one column, or row, to the same other, taken together: one slope is in parts where
    something lies on it. Then comes each by itself, so that whoever could explain the parts together skips them.
    """
    even = steep & (_bends(levels) <= _MOST_BEND)
    _, areas, stats, _ = cv2.connectedComponentsWithStats(even.astype(np.uint8), connectivity=4)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    for group in _in_line(np.asarray(stats[1:], np.int32)):
        if sizes[group].sum() < least:
            continue  # a pattern of dots has thousands of these, and each mask is as large as the image
        yield np.isin(areas, group + 1)


def _bends(levels: Floats) -> Floats:
    """By how much any channel turns in and beside each pixel (h, w): along straight lines by nothing."""
    turns = np.zeros(levels.shape[:2], np.float32)
    for row, column in ((0, 1), (1, 0), (0, 0), (0, 2)):
        way = np.zeros((3, 3), np.float32)
        way[row, column] = way[2 - row, 2 - column] = 1
        way[1, 1] = -2
        np.maximum(turns, np.abs(cv2.filter2D(levels, cv2.CV_32F, way)).max(axis=2), out=turns)
    return np.asarray(cv2.dilate(turns, np.ones((3, 3), np.uint8)), np.float32)


def _in_line(stats: Numbers) -> Iterator[Indices]:
    """Numbers of areas with OpenCV's statistics (n, 5): those in line together, then each; the largest first."""
    order = np.argsort(-stats[:, cv2.CC_STAT_AREA], kind="stable")
    for sides in ([cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH], [cv2.CC_STAT_TOP, cv2.CC_STAT_HEIGHT]):
        rest = order
        while len(rest):
            alike = (np.abs(stats[rest][:, sides] - stats[rest[0], sides]) <= _IN_LINE).all(axis=1)
            if np.count_nonzero(alike) > 1:
                yield rest[alike]
            rest = rest[~alike]
    for one in order:
        yield np.array([one])
