"""Soft layers to shapes. Each adds little, so its outline has a lower weight than those of crisp layers."""

from itertools import islice

import numpy as np

from svgai.array_types import Doubles, Floats, Mask, Points
from svgai.trace.fitting.fitted_outlines import grid_outlines
from svgai.trace.outlines.contours import layer_contours
from svgai.trace.outlines.deviation_worth import care_along, even_worth
from svgai.trace.parameters import TracingParameters
from svgai.trace.regions.layer_stack import Layer
from svgai.trace.regions.page_border import MARGIN, MapExtent
from svgai.trace.soft.soft_layers import SoftLayer, soft_layers
from svgai.trace.soft.soft_parts import Parts
from svgai.trace.svg.colour_paints import paint_of
from svgai.trace.svg.writer import Shape

_STEP, _LEAST_STEP = 14.0, 7.0  # levels of alpha between nested layers
_HIDDEN = 0.03  # of the worth of an outline, beneath what is opaque
_FAINT = 0.2  # of the worth of an outline, at least, however little its layer adds
_FALL, _FALLS_FASTER = 5.0, 1.5  # levels, and times the fall farther within, from which alpha ends at the border
_LEAST_SEEN = 0.4  # pixels of an opaque area that count as much as the smallest one drawn


class SoftDrawing:
    """
    The translucent layers of an image, drawn in finer steps where care is requested.

    Args:
        parts: of the image.
        parameters: how to draw.
        layers: of the soft part, at the coarsest step.
    """

    def __init__(self, parts: Parts, parameters: TracingParameters, layers: list[SoftLayer]) -> None:
        self._parts, self._parameters, self._step = parts, parameters, _STEP
        self._outline(layers)

    def _outline(self, layers: list[SoftLayer]) -> None:
        self._layers = layers
        self._contours = [_contours(layer, self._parts) for layer in layers]

    def shapes(self, care: Floats | None = None) -> list[Shape]:
        """The shapes, the lowest first; `care` is that of `RegionDrawing.shapes`."""
        contours = [one for group in self._contours for one in group]
        worths = [
            self._worth(layer, one) * (1.0 if care is None else care_along(one, care))
            for layer, group in zip(self._layers, self._contours, strict=True)
            for one in group
        ]
        grid = self._parameters.grid
        outlines = iter(grid_outlines(contours, worths, self._parameters, grid))
        return [
            Shape(paint_of(layer.model, grid), tuple(islice(outlines, len(group))))
            for layer, group in zip(self._layers, self._contours, strict=True)
        ]

    def _worth(self, layer: SoftLayer, contour: Points) -> Doubles:
        even = even_worth(self._parameters.simplify, contour) * np.clip(2 * _opacity(layer), _FAINT, 1)
        seen = care_along(contour, self._parts.seen.astype(np.float32)) > 0
        return np.asarray(even * np.where(seen, 1.0, _HIDDEN))

    def restack(self, careful: Mask) -> bool:
        """Halve the steps if care is asked for where something soft is seen, and tell whether that changes any."""
        if self._step / 2 < _LEAST_STEP or not (careful & self._parts.areas).any():
            return False
        self._step /= 2
        layers = _layers(self._parts, self._parameters, self._step)
        if layers is None or len(layers) == len(self._layers):
            return False
        self._outline(layers)
        return True


def soft_drawing(parts: Parts, parameters: TracingParameters) -> SoftDrawing | None:
    """The drawing of a soft part; None where few layers would not show it."""
    layers = _layers(parts, parameters, _STEP)
    return None if layers is None else SoftDrawing(parts, parameters, layers)


def _layers(parts: Parts, parameters: TracingParameters, step: float) -> list[SoftLayer] | None:
    return soft_layers(parts, step, parameters.gradient_stops if parameters.colour_models == "gradient" else 0)


def _contours(layer: SoftLayer, parts: Parts) -> list[Points]:
    height, width = layer.heights.shape
    heights = np.pad(layer.heights, MARGIN, mode="edge")
    # Where an edge runs along the page's border, nothing is beyond it.
    alpha = parts.soft[..., 3]
    beyond = np.pad(np.where(parts.edges | _fading(alpha), alpha, np.float32(0)), MARGIN, mode="edge")
    beyond[MARGIN:-MARGIN, MARGIN:-MARGIN] = 0
    heights -= beyond
    sure = np.maximum(np.abs(heights), np.float32(1e-3))
    found = layer_contours(Layer(0, 0, 0, heights > 0), sure, 1, MapExtent(width, height, MARGIN))
    return [one for one in found if _area(one) * _opacity(layer) >= _LEAST_SEEN]


def _fading(alpha: Floats) -> Mask:
    """Pixels (h, w) along the page's border where alpha falls off faster than it does within: an edge touches it."""
    fading = np.zeros(alpha.shape, bool)
    if min(alpha.shape) < 3:
        return fading
    for turns in range(4):
        edge, within, farther = np.rot90(alpha, turns)[:3]
        np.rot90(fading, turns)[0] |= within - edge > _FALL + _FALLS_FASTER * np.maximum(farther - within, 0)
    return fading


def _opacity(layer: SoftLayer) -> float:
    return float(layer.model.colours[:, 3].max()) / 255


def _area(contour: Points) -> float:
    x, y = contour.T
    return abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())) / 2
