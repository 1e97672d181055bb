"""Soft layers to shapes. Their steps are faint: outlines of them are worth less than those of what is crisp."""

import numpy as np

from svgai.colour_models import Floats
from svgai.contours import Page, Points, layer_contours
from svgai.deviation_worth import care_along, even_worth
from svgai.layers import Layer, Mask
from svgai.page_border import MARGIN
from svgai.paints import paint_of
from svgai.region_drawing import outlines_on_grid
from svgai.soft_layers import SoftLayer, soft_layers
from svgai.soft_parts import Parts
from svgai.svg_writer import Shape
from svgai.tracing_parameters import TracingParameters

_STEP = 14.0
_LEAST_STEP = 3.0
_HIDDEN = 0.03
_FAINT = 0.2
_LEAST_SEEN = 0.4


class SoftDrawing:
    """The translucent layers of an image, with its margin, drawn in finer steps where care is asked for."""

    def __init__(self, parts: Parts, layers: list[SoftLayer], parameters: TracingParameters, step: float) -> None:
        self._parts, self._parameters, self._step = parts, parameters, step
        height, width = parts.seen.shape
        self._page = Page(width, height, MARGIN)
        self._set(layers)

    def _set(self, layers: list[SoftLayer]) -> None:
        self._layers = layers
        self._contours = [self._contours_of(layer) for layer in layers]

    def _contours_of(self, layer: SoftLayer) -> list[Points]:
        heights = np.pad(layer.heights, MARGIN, mode="edge")
        sure = np.maximum(np.abs(heights), np.float32(1e-3))
        found = layer_contours(Layer(0, 0, 0, heights > 0), sure, 1, self._page)
        opacity = float(layer.model.colours[:, 3].max()) / 255
        return [one for one in found if abs(_area(one)) * opacity >= _LEAST_SEEN]

    def shapes(self, care: Floats | None = None) -> list[Shape]:
        """The shapes, the lowest first; `care` is that of `RegionDrawing.shapes`."""
        shapes = []
        for layer, contours in zip(self._layers, self._contours, strict=True):
            if not contours:
                continue
            worths = [self._worth(layer, one) * (1.0 if care is None else care_along(one, care)) for one in contours]
            outlines = outlines_on_grid(contours, worths, self._parameters, self._parameters.grid)
            paint = paint_of(layer.model, self._parameters.grid)
            shapes.append(Shape(paint, tuple(outlines)))
        return shapes

    def _worth(self, layer: SoftLayer, contour: Points) -> Floats:
        seen = self._parts.seen.astype(np.float32)
        opacity = float(layer.model.colours[:, 3].max()) / 255
        worth = even_worth(self._parameters.simplify, contour) * min(max(_FAINT, 2 * opacity), 1.0)
        return worth * np.where(care_along(contour, seen) > 0, 1.0, _HIDDEN)

    def restack(self, careful: Mask) -> bool:
        """Halve the steps if care is asked for where something soft is seen, and tell whether that changes any."""
        if self._step / 2 < _LEAST_STEP or not (careful & self._parts.areas).any():
            return False
        self._step /= 2
        layers = layers_of(self._parts, self._parameters, self._step)
        if layers is None or len(layers) == len(self._layers):
            return False
        self._set(layers)
        return True


def soft_drawing(parts: Parts, parameters: TracingParameters) -> SoftDrawing | None:
    layers = layers_of(parts, parameters, _STEP)
    return None if layers is None else SoftDrawing(parts, layers, parameters, _STEP)


def layers_of(parts: Parts, parameters: TracingParameters, step: float) -> list[SoftLayer] | None:
    return soft_layers(parts, step, parameters.gradient_stops if parameters.colour_models == "gradient" else 0)


def _area(contour: Points) -> float:
    x, y = contour.T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)
