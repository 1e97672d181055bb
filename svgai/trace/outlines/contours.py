"""
The outlines of a layer, with subpixel accuracy.

How much better the model of a pixel explains it than the next one does (its margin) says how far inside the pixel is.
With the sign of the mask it is a height, and the outline is where the height is zero (marching squares).
"""

from collections.abc import Iterator

import contourpy
import numpy as np

from svgai.array_types import Floats, Points
from svgai.trace.regions.layer_stack import Layer
from svgai.trace.regions.page_border import MapExtent

_SHORTEST = 2.0  # source pixels round a speck that no one sees


def layer_contours(layer: Layer, margins: Floats, times: int, page: MapExtent) -> list[Points]:
    """
    Closed outlines of a layer, (n, 2) as x and y in source pixels of the page, the last point equal to the first.

    Args:
        layer: the layer.
        margins: how sure each pixel of the whole map that the layer was cut from is, (height, width), above zero.
        times: pixels of the map along one source pixel.
        page: what is seen of the map; outlines end at its border.

    Outlines run round the layer one way and round its holes the other.
    """
    height, width = layer.mask.shape
    sure = margins[layer.top : layer.top + height, layer.left : layer.left + width]
    heights = np.pad(np.where(layer.mask, sure, -sure), 1, mode="edge")
    for side in (heights[0], heights[-1], heights[:, 0], heights[:, -1]):
        np.negative(np.abs(side), out=side)
    origin = np.array([layer.left - 0.5, layer.top - 0.5])
    lines = contourpy.contour_generator(z=heights).lines(0.0)
    ends = np.array([page.width, page.height], np.float64)
    on_page = (np.clip((np.asarray(line) + origin) / times - page.margin, 0, ends) for line in lines)
    return list(_long_enough(on_page))


def _long_enough(lines: Iterator[Points]) -> Iterator[Points]:
    for line in lines:
        steps = np.diff(line, axis=0)
        if np.hypot(steps[:, 0], steps[:, 1]).sum() >= _SHORTEST:
            yield line
