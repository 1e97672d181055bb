"""VTracer's drawing of an image with given options, cut out or masked where the image is not opaque."""

import numpy as np

from svgai.array_types import Pixels
from svgai.decode.pixels import resize
from svgai.trace.colours.hidden_colours import CLEAR_TO, OPAQUE_FROM, spread
from svgai.trace.page_drawing import masked
from svgai.trace.parameters import TracingParameters
from svgai.trace.pixel_sources import enlarged_colours, grey_of, is_translucent
from svgai.trace.region_drawing import silhouette
from svgai.trace.svg.writer import Shape, elements
from svgai.trace.vtracer.shapes import vtracer_shapes


def vtracer_elements(working: Pixels, times: int, parameters: TracingParameters, scale: int) -> str:
    """
    Elements that draw straight-alpha pixels (h, w, 4), enlarged some times, in `scale` grid steps a pixel.

    Raises:
        TracingFailed: VTracer gave up on this image with these parameters.
    """
    enlarged = resize(working, working.shape[1] * times, working.shape[0] * times)
    alpha = enlarged[..., 3]
    if not (alpha > CLEAR_TO).any():
        return ""
    shapes = vtracer_shapes(working, enlarged_colours(spread(working)[0], enlarged), parameters)
    if alpha.min() >= OPAQUE_FROM:
        return elements(shapes)
    if is_translucent(alpha):
        levels = np.asarray(alpha >> 4 << 4 | alpha >> 4, np.uint8)
        own_levels = parameters.model_copy(update={"palette_size": 0})
        return masked(shapes, vtracer_shapes(working, grey_of(levels), own_levels))
    outlines = silhouette(alpha, times, parameters, scale)
    if len({shape.fill for shape in shapes}) == 1:
        return elements([Shape(shapes[0].fill, outlines)])
    return masked(shapes, [Shape("#ffffff", outlines)])
