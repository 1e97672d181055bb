"""Enforces a least width: narrower parts of areas are merged into their neighbours."""

from dataclasses import replace

import cv2
import numpy as np

from svgai.array_types import Map, Mask, Pixels
from svgai.trace.colours.hidden_colours import from_nearest
from svgai.trace.regions.region_map import RegionMap

_MOST_ROUNDS = 4  # what one area loses, another may gain as a strip
_SURE = np.float32(4.0)  # levels: of pixels that were given away, so that outlines run along their borders
_LARGEST_DISC = 32  # map pixels across: time goes by the area of a disc, that of distances by nothing


def with_least_width(regions: RegionMap, least: float) -> RegionMap:
    """
    The map with areas that are made of discs of `least` source pixels across, and a quarter of that around these.

    The quarter keeps corners sharp. What is clear is an area as well: narrower gaps are closed. Areas end at the page's
    border; beyond it the ground goes on: what is clear, else what most of the border shows. Of a picture that is too
    fine the ground is left.
    """
    across = round(least * regions.times)
    if across < 2:
        return regions
    beyond = regions.page.margin * regions.times
    height, width = regions.indices.shape
    indices = regions.indices[beyond : height - beyond, beyond : width - beyond]
    border = np.concatenate([indices[0], indices[-1], indices[:, 0], indices[:, -1]])
    ground = int(np.bincount(border).argmax()) if regions.clear is None else regions.clear
    for _ in range(_MOST_ROUNDS):
        wide = _wide(indices, across, ground)
        if wide.all() or not wide.any():
            break
        indices = from_nearest(indices, wide)
    indices = np.pad(indices, beyond, mode="edge")
    given = indices != regions.indices
    return replace(regions, indices=indices, margins=np.where(given, _SURE, regions.margins))


def _wide(indices: Map, across: int, ground: int) -> Mask:
    """The pixels (h, w) of a page that stay with their own area."""
    wide = np.zeros(indices.shape, bool)
    for index in np.unique(indices):
        own = np.pad((indices == index).astype(np.uint8), across, constant_values=int(index == ground))
        kept = (own > 0) & (_near_discs if across <= _LARGEST_DISC else _near_large_discs)(own, across)
        wide |= kept[across:-across, across:-across]
    return wide


def _near_discs(own: Pixels, across: int) -> Mask:
    """The pixels (h, w) of discs that lie within an area, and of half a radius around these."""
    return np.asarray(cv2.dilate(cv2.morphologyEx(own, cv2.MORPH_OPEN, _disc(across)), _disc(across // 2 + 1)) > 0)


def _near_large_discs(own: Pixels, across: int) -> Mask:
    """The same by distances: of discs around the middle of a pixel."""
    centres = cv2.distanceTransform(own, cv2.DIST_L2, cv2.DIST_MASK_5) >= (across + 1) / 2
    if not centres.any():
        return centres
    distances = cv2.distanceTransform((~centres).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(distances <= 3 * across / 4)


def _disc(across: int) -> Pixels:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across)), np.uint8)
