"""Regions with colour models to shapes: assign, stack, outline, fit, write on the grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np

from svgai.assignment import assign
from svgai.colour_models import Floats
from svgai.colour_spreading import Alpha
from svgai.contours import Points, layer_contours
from svgai.curve_fitting import FitSettings, fit_outlines
from svgai.images import Pixels
from svgai.joints import SmoothOutline, smooth_joints
from svgai.layers import Layer, Mask, stack_layers
from svgai.outlines import AnyOutline, Outline, Rectangle, straightened
from svgai.paints import paint_of
from svgai.primitives import primitive
from svgai.regions import MAX_MODELS, RegionSettings, find_cores
from svgai.svg_writer import Shape
from svgai.tracing_parameters import TracingParameters

HALF_OPAQUE = 127.5
"""Alpha from which a pixel of a cut-out image counts as visible."""

_BYTES_PER_DEVIATION = 16.0  # at simplify 1
_LEAST_SIMPLIFY = 0.1
_EVERYWHERE_SURE = 200.0


@dataclass(frozen=True, eq=False)
class Source:
    """
    An image made ready for tracing: `rgb` (h, w, 3) with a colour everywhere, `trusted` (h, w) where that is the
    image's own, `enlarged` (h * n, w * n, 3), and the enlarged alpha of a cut-out image, else None.
    """

    rgb: Pixels
    trusted: Mask
    enlarged: Pixels
    alpha: Alpha | None = None

    @property
    def times(self) -> int:
        return int(self.enlarged.shape[0] // self.rgb.shape[0])

    @property
    def hidden(self) -> Mask | None:
        """Pixels of the source too far outside of a cut-out image to touch a visible one."""
        if self.alpha is None:
            return None
        height, width = self.rgb.shape[:2]
        seen = self.alpha.reshape(height, self.times, width, self.times).max(axis=(1, 3)) >= HALF_OPAQUE
        return np.asarray(cv2.dilate(seen.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0)


def region_shapes(source: Source, parameters: TracingParameters) -> list[Shape]:
    """The shapes of an image, the lowest first, in `parameters.grid` steps a source pixel."""
    settings = RegionSettings(
        max_colours=parameters.palette_size or MAX_MODELS,
        max_stops=parameters.gradient_stops if parameters.colour_models == "gradient" else 0,
        merge_distance=parameters.merge_distance,
    )
    cores = find_cores(source.rgb, source.trusted, settings)
    found = assign(source.rgb, source.enlarged, cores, source.hidden, thin_strokes=parameters.thin_strokes)
    indices, margins, clear = found.indices, found.margins, None
    if source.alpha is not None:
        clear = len(found.models)
        indices = np.where(source.alpha < HALF_OPAQUE, np.uint8(clear), indices)
        margins = np.minimum(margins, _alpha_margins(source.alpha))
    least_area = float(parameters.filter_speckle**2)
    stack = stack_layers(indices, clear, least_area, overlap=source.times)
    outlines = _outlines(stack.layers, margins, source.times, parameters, parameters.grid)
    shapes = [
        Shape(paint_of(found.models[layer.model], parameters.grid), its_outlines)
        for layer, its_outlines in zip(stack.layers, outlines, strict=True)
    ]
    if clear is None:
        height, width = source.rgb.shape[:2]
        page = Rectangle((0, 0), (width * parameters.grid, height * parameters.grid))
        shapes.insert(0, Shape(paint_of(found.models[stack.ground], parameters.grid), (page,)))
    return shapes


def silhouette(alpha: Alpha, times: int, parameters: TracingParameters, scale: int) -> tuple[AnyOutline, ...]:
    """Outlines of the visible part of an image that was enlarged some times, `scale` grid steps a source pixel."""
    layer = Layer(0, 0, 0, alpha >= HALF_OPAQUE)
    return _outlines((layer,), _alpha_margins(alpha), times, parameters, scale)[0]


def _alpha_margins(alpha: Alpha) -> Floats:
    return np.asarray(np.abs(alpha.astype(np.float32) - HALF_OPAQUE) * (_EVERYWHERE_SURE / HALF_OPAQUE), np.float32)


def _outlines(
    layers: Sequence[Layer], margins: Floats, times: int, parameters: TracingParameters, scale: int
) -> list[tuple[AnyOutline, ...]]:
    """The outlines of each layer, on a grid of `scale` steps a source pixel."""
    worth = _BYTES_PER_DEVIATION / max(parameters.simplify, _LEAST_SIMPLIFY) ** 2
    curves = parameters.mode == "spline"
    contours = [layer_contours(layer, margins, times) for layer in layers]
    fitted = fit_outlines([contour for group in contours for contour in group], FitSettings(worth, scale, curves))
    smooth = smooth_joints(fitted, parameters.corner_threshold, worth)
    outlines = iter(
        (curves and primitive(curve.points, curve.cost, worth, scale)) or _on_grid(joined, scale)
        for curve, joined in zip(fitted, smooth, strict=True)
    )
    return [tuple(islice(outlines, len(group))) for group in contours]


def _on_grid(outline: SmoothOutline, scale: float) -> Outline:
    joints = _rounded(outline.joints, scale)
    controls = _rounded(outline.controls.reshape(-1, 2), scale)
    steps = [
        (controls[2 * number], controls[2 * number + 1], end) if curved else (end,)
        for number, (curved, end) in enumerate(zip(outline.curved, joints[1:] + joints[:1], strict=True))
    ]
    return straightened(joints[0], steps)


def _rounded(points: Points, scale: float) -> list[tuple[int, int]]:
    return [(x, y) for x, y in np.rint(points * scale).astype(int).tolist()]
