"""Where the content of a large page lies: a small mark on a large empty page is traced by itself, at its own size."""

from dataclasses import dataclass

import numpy as np

from svgai.array_types import Pixels
from svgai.decode.pixels import edge_pixels

_AROUND = 8  # pixels of ground kept around the content: edges and margins look that far
_MOST = 0.75  # of the page's longest side that content may have to be traced by itself


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


def content_box(rgba: Pixels, longest_side: int) -> ContentBox:
    """Of straight-alpha pixels (h, w, 4), where that is much less than the page, and within a side; else all of it."""
    height, width = rgba.shape[:2]
    whole = ContentBox(0, 0, width, height)
    corner = rgba[0, 0]
    clear = int(corner[3]) == 0
    if not (clear or corner[3] == 255):
        return whole
    border = edge_pixels(rgba)
    if not ((border[:, 3] == 0) if clear else (border == corner).all(axis=1)).all():
        return whole
    content = rgba[..., 3] > 0 if clear else (rgba != corner).any(axis=2)
    rows, columns = np.flatnonzero(content.any(axis=1)), np.flatnonzero(content.any(axis=0))
    if not len(rows):
        return whole
    top, bottom = max(int(rows[0]) - _AROUND, 0), min(int(rows[-1]) + 1 + _AROUND, height)
    left, right = max(int(columns[0]) - _AROUND, 0), min(int(columns[-1]) + 1 + _AROUND, width)
    if max(bottom - top, right - left) > min(_MOST * max(height, width), longest_side):
        return whole
    ground = "" if clear else "#{:02x}{:02x}{:02x}".format(*corner[:3].tolist())
    return ContentBox(left, top, right - left, bottom - top, ground)
