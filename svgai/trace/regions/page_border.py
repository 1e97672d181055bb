"""
Adds a margin around an image, so that outlines at the page's border are as accurate as elsewhere.

Pixels that a shape's edge runs through are blends, and at the border nothing outside says of what. A margin does: where
the border's pixels go on as those within, so does the margin; where they fade from those within towards another
colour of the border, or towards white, the edge runs along the border, and the margin has that colour.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Pixels
from svgai.decode.pixels import premultiplied
from svgai.trace.colours.blends import off_blends

MARGIN = 3
"""Width of the margin in pixels."""

_EVEN = 10.0  # levels between neighbours that no edge runs between
_OFF_BLEND = 20.0  # levels off every blend of two colours
_MOST_GROUNDS = 4


@dataclass(frozen=True)
class MapExtent:
    """What is seen of a map, in source pixels: a width and a height within a margin."""

    width: int
    height: int
    margin: int = 0


def with_margin(rgba: Pixels) -> Pixels:
    """Straight-alpha pixels (h, w, 4) with MARGIN pixels around them."""
    padded = cv2.copyMakeBorder(rgba, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REPLICATE)
    if min(rgba.shape[:2]) < 3:
        return np.asarray(padded)
    grounds = _grounds(rgba)
    height, width = rgba.shape[:2]
    inner_rows, inner_columns = slice(MARGIN, MARGIN + height), slice(MARGIN, MARGIN + width)
    sides = (
        (rgba[0], rgba[1], (slice(0, MARGIN), inner_columns), 0),
        (rgba[-1], rgba[-2], (slice(MARGIN + height, None), inner_columns), 0),
        (rgba[:, 0], rgba[:, 1], (inner_rows, slice(0, MARGIN)), 1),
        (rgba[:, -1], rgba[:, -2], (inner_rows, slice(MARGIN + width, None)), 1),
    )
    for edge, within, place, axis in sides:
        beyond = _beyond(edge, within, grounds)
        padded[place] = np.expand_dims(beyond, axis)
    for rows, row in ((slice(0, MARGIN), MARGIN), (slice(-MARGIN, None), -MARGIN - 1)):
        for columns, column in ((slice(0, MARGIN), MARGIN), (slice(-MARGIN, None), -MARGIN - 1)):
            # Of the two sides that meet in a corner, the one that leaves the picture decides.
            above, beside = padded[rows, column][0 if row > 0 else -1], padded[row, columns][0 if column > 0 else -1]
            padded[rows, columns] = above if (above != padded[row, column]).any() else beside
    return np.asarray(padded)


def _grounds(rgba: Pixels) -> Pixels:
    """
    What may lie beyond the border (n, 4), the likeliest first: colours that reach it evenly, and white; in an image
    with transparency rather nothing.
    """
    middle = slice(2, -2)
    border, within = (
        np.concatenate(
            [rgba[at, middle], rgba[middle, -1 - at], rgba[-1 - at, middle], rgba[middle, at]], dtype=np.int16
        )
        for at in (0, 1)
    )
    even = (np.abs(border - within).max(axis=1) <= _EVEN) & (border[:, 3] == 255)
    colours, counts = np.unique(border[even].astype(np.uint8), axis=0, return_counts=True)
    commonest = colours[np.argsort(-counts, kind="stable")[:_MOST_GROUNDS]]
    opaque = int(rgba[..., 3].min()) == 255
    other = np.array([[255, 255, 255, 255] if opaque else [0, 0, 0, 0]], np.uint8)
    return np.concatenate([commonest, other] if opaque else [other, commonest])


def _beyond(edge: Pixels, within: Pixels, grounds: Pixels) -> Pixels:
    """The pixels (n, 4) of the margin beside a border (n, 4), whose neighbours within are given, too."""
    e, i = premultiplied(edge), premultiplied(within)
    fades = np.abs(e - i).max(axis=1) > _EVEN
    if (grounds[0, 3] == 0) and (partial := (edge[:, 3] > 0) & (edge[:, 3] < 250)).any():
        fades |= partial
    beyond = edge.copy()
    if not fades.any():
        return beyond
    misfits, _ = off_blends(e[fades], i[fades], premultiplied(grounds)[None])
    explained = misfits <= _OFF_BLEND
    places = np.flatnonzero(fades)[explained.any(axis=1)]
    beyond[places] = grounds[explained.argmax(axis=1)[explained.any(axis=1)]]
    return beyond
