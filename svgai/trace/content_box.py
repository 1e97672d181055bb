"""Finds the content of a large page: a small mark on a large empty page is traced separately, at its own size."""

from dataclasses import dataclass

import numpy as np

from svgai.array_types import Pixels
from svgai.decode.pixels import edge_pixels

_AROUND = 8  # pixels of background kept around the content, within the reach of edges and margins
_MOST = 0.5625  # largest share of the page's area at which content is traced separately


@dataclass(frozen=True)
class ContentBox:
    """
    A part of a page, in its pixels, beyond which all of it is one colour.

    Attributes:
        ground: that colour as #rrggbb; empty where the page is clear there, or nothing of it lies beyond.
    """

    left: int
    top: int
    width: int
    height: int
    ground: str = ""

    def of(self, rgba: Pixels) -> Pixels:
        """The pixels of the page that lie in it."""
        return rgba[self.top : self.top + self.height, self.left : self.left + self.width]


def content_box(rgba: Pixels) -> ContentBox:
    """Of straight-alpha pixels (h, w, 4), where that is much less than the page; else all of it."""
    height, width = rgba.shape[:2]
    whole = ContentBox(0, 0, width, height)
    ground = _commonest(edge_pixels(rgba))
    clear = int(ground[3]) == 0
    if not (clear or ground[3] == 255):
        return whole
    content = rgba[..., 3] > 0 if clear else (rgba != ground).any(axis=2)
    rows, columns = np.flatnonzero(content.any(axis=1)), np.flatnonzero(content.any(axis=0))
    if not len(rows):
        return whole
    top, bottom = max(int(rows[0]) - _AROUND, 0), min(int(rows[-1]) + 1 + _AROUND, height)
    left, right = max(int(columns[0]) - _AROUND, 0), min(int(columns[-1]) + 1 + _AROUND, width)
    if (bottom - top) * (right - left) > _MOST * height * width:
        return whole
    painted = "" if clear else "#{:02x}{:02x}{:02x}".format(*ground[:3].tolist())
    return ContentBox(left, top, right - left, bottom - top, painted)


def _commonest(pixels: Pixels) -> Pixels:
    """The colour (4,) that most of some pixels (n, 4) have, clear ones taken together."""
    seen = np.where(pixels[:, 3:] > 0, pixels, np.uint8(0))
    colours, counts = np.unique(seen, axis=0, return_counts=True)
    return np.asarray(colours[counts.argmax()], np.uint8)
