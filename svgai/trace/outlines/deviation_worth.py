"""The weight of outlines' deviations: by the parameters, by care, and less where layers cover them."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from svgai.array_types import Doubles, Floats, Points
from svgai.trace.regions.layer_stack import Stack
from svgai.trace.regions.region_map import RegionMap
from svgai.trace.regions.seen_layers import uppermost

_BYTES = 16.0  # at simplify 1, of a squared deviation of one source pixel along one pixel of outline
_LEAST_SIMPLIFY = 0.1
_HIDDEN = 0.03  # of the worth, where a layer lies on an outline


def worth(simplify: float) -> float:
    """Of a squared deviation of one source pixel along one pixel of outline, in bytes."""
    return _BYTES / max(simplify, _LEAST_SIMPLIFY) ** 2


def even_worth(simplify: float, contour: Points) -> Doubles:
    """The same all along a contour (n, 2)."""
    return np.full(len(contour), worth(simplify))


def care_along(contour: Points, care: Floats) -> Doubles:
    """What `care` (page height, page width) is at the points of a contour."""
    height, width = care.shape
    x, y = contour.T.astype(np.intp)
    return np.asarray(care[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)], np.float64)


def share_seen(stack: Stack, contours: Sequence[Sequence[Points]], regions: RegionMap) -> Iterator[Doubles]:
    """
    What share of its worth is left at each point of the contours of a stack's layers, layer by layer.

    Where later layers cover an outline and about half a pixel around, no one sees it: it has to
    stay beneath them, no more.
    """
    times, margin = regions.times, regions.page.margin
    around = 2 * max(1, times // 2) + 1
    least = cv2.erode(uppermost(stack, regions), np.ones((around, around), np.uint8))
    rows, columns = least.shape
    for number, group in enumerate(contours):
        for contour in group:
            x, y = ((contour + margin) * times).T.astype(np.intp)
            over = least[np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)]
            yield np.where(over > number, _HIDDEN, 1.0)
