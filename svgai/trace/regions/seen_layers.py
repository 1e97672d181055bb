"""The visible layer in each pixel of a map, and the source's colours there."""

from collections.abc import Mapping

import cv2
import numpy as np

from svgai.array_types import Floats
from svgai.trace.colours.colour_models import ColourModel, flat
from svgai.trace.regions.layer_stack import Stack
from svgai.trace.regions.region_map import RegionMap

GROUND = -1
"""The number of what lies beneath all layers."""

_EDGE = 2  # source pixels to another visible layer, the reach of anti-aliasing
_LEAST_PIXELS = 64  # of the source
_EVEN, _MOST_UNEVEN = 2.0, 0.05  # levels about the median, and the share of pixels that may be farther off
_SEEN = 2.0  # levels that a colour has to be off


def uppermost(stack: Stack, regions: RegionMap) -> Floats:
    """The number of the layer that is seen in each pixel (height, width) of the map, or GROUND."""
    seen = np.full(regions.indices.shape, GROUND, np.float32)
    for number, layer in enumerate(stack.layers):
        seen[layer.box][layer.mask] = number
    return seen


def tints(stack: Stack, regions: RegionMap, levels: Floats) -> Mapping[int, ColourModel]:
    """
    Flat models by the number of a layer, or GROUND, for those whose own is off by an even difference.

    What is nearly opaque all over counts as opaque when areas are found, and colours that are hardly apart count as
    one: neither is a matter of outlines.

    Args:
        stack: of the map's layers.
        regions: the map.
        levels: the source (page height, page width, 4), colours times alpha and alpha.
    """
    page, times = regions.page, regions.times
    first = page.margin * times + times // 2
    on_page = slice(first, first + page.height * times, times), slice(first, first + page.width * times, times)
    seen, models = uppermost(stack, regions)[on_page], regions.indices[on_page]
    square = np.ones((2 * _EDGE + 1, 2 * _EDGE + 1), np.uint8)
    inside = cv2.erode(seen, square) == cv2.dilate(seen, square)
    found: dict[int, ColourModel] = {}
    for number in np.unique(seen[inside]).astype(int).tolist():
        model = stack.ground if number == GROUND else stack.layers[number].model
        if model == regions.clear or not regions.models[model].is_flat:
            continue
        colours = levels[inside & (seen == number) & (models == model)]
        if len(colours) < _LEAST_PIXELS:
            continue
        colour = np.median(colours, axis=0)
        off = np.abs(colours - colour).max(axis=1) > _EVEN
        drawn = regions.models[model].colours[0]
        known = drawn if len(drawn) == 4 else np.append(drawn, np.float32(255))
        if off.mean() <= _MOST_UNEVEN and np.abs(colour - known).max() >= _SEEN:
            found[number] = flat(colour if colour[3] < 255 else colour[:3])
    return found
