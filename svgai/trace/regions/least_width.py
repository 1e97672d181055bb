"""Areas that are nowhere narrower than a width: what is goes to the areas beside it."""

from dataclasses import replace

import cv2
import numpy as np

from svgai.array_types import Map, Mask, Pixels
from svgai.errors import InvalidParameters
from svgai.trace.colours.hidden_colours import from_nearest
from svgai.trace.regions.region_map import RegionMap

TOO_FINE = "no area of this image is as wide as every part is to be"
"""What is said of a picture of which nothing would be left."""

_MOST_ROUNDS = 4  # what one area loses, another may gain as a strip
_SURE = np.float32(4.0)  # levels: of pixels that were given away, so that outlines run along their borders


def with_least_width(regions: RegionMap, least: float) -> RegionMap:
    """
    The map with areas that are made of discs of `least` source pixels across, and a quarter of that around these.

    The quarter keeps corners sharp. What is clear is an area as well: narrower gaps are closed. Areas end at the page's
    border; beyond it all is clear.

    Raises:
        InvalidParameters: not one area is as wide.
    """
    across = round(least * regions.times)
    if across < 2:
        return regions
    beyond = regions.page.margin * regions.times
    height, width = regions.indices.shape
    indices = regions.indices[beyond : height - beyond, beyond : width - beyond]
    for _ in range(_MOST_ROUNDS):
        wide = _wide(indices, across, regions.clear)
        if wide.all():
            break
        if not wide.any():
            raise InvalidParameters(TOO_FINE)
        indices = from_nearest(indices, wide)
    indices = np.pad(indices, beyond, mode="edge")
    given = indices != regions.indices
    return replace(regions, indices=indices, margins=np.where(given, _SURE, regions.margins))


def _wide(indices: Map, across: int, clear: int | None) -> Mask:
    """The pixels (h, w) of a page that stay with their own area."""
    disc, around = _disc(across), _disc(across // 2 + 1)
    wide = np.zeros(indices.shape, bool)
    for index in np.unique(indices):
        own = np.pad((indices == index).astype(np.uint8), across, constant_values=int(index == clear))
        kept = cv2.dilate(cv2.morphologyEx(own, cv2.MORPH_OPEN, disc), around) & own
        wide |= kept[across:-across, across:-across] > 0
    return wide


def _disc(across: int) -> Pixels:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across)), np.uint8)
