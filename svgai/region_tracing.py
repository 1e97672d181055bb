"""Regions with colour models to shapes: assign, stack, outline, fit, write on the grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np

from svgai.assignment import assign
from svgai.colour_models import ColourModel, Floats
from svgai.colour_spreading import Alpha
from svgai.contours import Page, Points, layer_contours
from svgai.curve_fitting import FitSettings, fit_outlines
from svgai.images import Pixels
from svgai.joints import SmoothOutline, smooth_joints
from svgai.layers import Layer, Map, Mask, stack_layers
from svgai.outlines import AnyOutline, Outline, Rectangle, straightened
from svgai.page_border import MARGIN
from svgai.paints import paint_of
from svgai.primitives import primitive
from svgai.regions import MAX_MODELS, Cores, RegionSettings, find_cores
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
    An image with its margin, made ready for tracing: `rgb` (h, w, 3) with a colour everywhere, `trusted` (h, w) where
    that is the image's own, `enlarged` (h * n, w * n, 3), and the enlarged alpha of a cut-out image, else None.
    """

    rgb: Pixels
    trusted: Mask
    enlarged: Pixels
    alpha: Alpha | None = None

    @property
    def times(self) -> int:
        return int(self.enlarged.shape[0] // self.rgb.shape[0])

    @property
    def page(self) -> Page:
        """The picture within the margin."""
        height, width = self.rgb.shape[:2]
        return Page(width - 2 * MARGIN, height - 2 * MARGIN, MARGIN)

    @property
    def hidden(self) -> Mask | None:
        """Pixels of the source too far outside of a cut-out image to touch a visible one."""
        if self.alpha is None:
            return None
        height, width = self.rgb.shape[:2]
        seen = self.alpha.reshape(height, self.times, width, self.times).max(axis=(1, 3)) >= HALF_OPAQUE
        return np.asarray(cv2.dilate(seen.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0)


@dataclass(frozen=True, eq=False)
class RegionMap:
    """
    What each pixel of an enlarged image belongs to: `indices` of `models`, or `clear` where nothing is painted, and by
    how many levels the pixel is surer of that than of the next model.
    """

    models: tuple[ColourModel, ...]
    indices: Map
    margins: Floats
    clear: int | None
    times: int
    page: Page


def region_map(source: Source, parameters: TracingParameters) -> RegionMap:
    """Find the colour models of an image and give each pixel to one."""
    settings = RegionSettings(
        max_colours=parameters.palette_size or MAX_MODELS,
        max_stops=parameters.gradient_stops if parameters.colour_models == "gradient" else 0,
        merge_distance=parameters.merge_distance,
    )
    cores = _cores(source, settings)
    found = assign(source.rgb, source.enlarged, cores, source.hidden, thin_strokes=parameters.thin_strokes)
    indices, margins, clear = found.indices, found.margins, None
    if source.alpha is not None:
        clear = len(found.models)
        indices = np.where(source.alpha < HALF_OPAQUE, np.uint8(clear), indices)
        margins = np.minimum(margins, _alpha_margins(source.alpha))
    return RegionMap(found.models, indices, margins, clear, source.times, source.page)


def region_shapes(regions: RegionMap, parameters: TracingParameters, care: Floats | None = None) -> list[Shape]:
    """
    The shapes of a map, the lowest first, in `parameters.grid` steps a source pixel.

    `care` (page height, page width) says how many times as much a deviation is worth as `parameters` say; where that is
    more than once, small areas stay.
    """
    page, grid = regions.page, parameters.grid
    least_area = float(parameters.filter_speckle**2)
    kept = None if care is None else _enlarged(care > 1, regions)
    stack = stack_layers(regions.indices, regions.clear, least_area, overlap=regions.times, kept=kept)
    contours = [layer_contours(layer, regions.margins, regions.times, page) for layer in stack.layers]
    outlines = _outlines(contours, parameters, grid, care)
    paints = [paint_of(model.moved(-MARGIN, -MARGIN), grid) for model in regions.models]
    shapes = [
        Shape(paints[layer.model], its_outlines) for layer, its_outlines in zip(stack.layers, outlines, strict=True)
    ]
    if regions.clear is None:
        shapes.insert(0, Shape(paints[stack.ground], (Rectangle((0, 0), (page.width * grid, page.height * grid)),)))
    return shapes


def _enlarged(mask: Mask, regions: RegionMap) -> Mask:
    """A mask of the page on the map, margin and all."""
    padded = np.pad(mask, regions.page.margin, mode="edge")
    return np.asarray(padded.repeat(regions.times, axis=0).repeat(regions.times, axis=1))


def _cores(source: Source, settings: RegionSettings) -> Cores:
    """The cores of the picture: the margin is only what may lie beyond it."""
    inner = slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN)
    found = find_cores(np.ascontiguousarray(source.rgb[inner]), source.trusted[inner], settings)
    labels = np.pad(found.labels, MARGIN, constant_values=-2)
    rows, columns = np.nonzero(labels == -2)
    models = tuple(model.moved(MARGIN, MARGIN) for model in found.models)
    x, y = (columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32)
    colours = source.rgb[rows, columns].astype(np.float32)
    off = np.stack([np.abs(colours - model.at(x, y)).max(axis=1) for model in models], axis=1)
    labels[rows, columns] = np.where(off.min(axis=1) <= 10, off.argmin(axis=1), -1)
    return Cores(models, labels)


def silhouette(alpha: Alpha, times: int, parameters: TracingParameters, scale: int) -> tuple[AnyOutline, ...]:
    """Outlines of the visible part of an image that was enlarged some times, `scale` grid steps a source pixel."""
    layer = Layer(0, 0, 0, alpha >= HALF_OPAQUE)
    page = Page(alpha.shape[1] // times, alpha.shape[0] // times)
    return _outlines([layer_contours(layer, _alpha_margins(alpha), times, page)], parameters, scale)[0]


def _alpha_margins(alpha: Alpha) -> Floats:
    return np.asarray(np.abs(alpha.astype(np.float32) - HALF_OPAQUE) * (_EVERYWHERE_SURE / HALF_OPAQUE), np.float32)


def _outlines(
    contours: Sequence[Sequence[Points]], parameters: TracingParameters, scale: int, care: Floats | None = None
) -> list[tuple[AnyOutline, ...]]:
    """The outlines of each layer's contours, on a grid of `scale` steps a source pixel."""
    worth = _BYTES_PER_DEVIATION / max(parameters.simplify, _LEAST_SIMPLIFY) ** 2
    curves = parameters.mode == "spline"
    settings = FitSettings(worth, scale, curves, care)
    fitted = fit_outlines([contour for group in contours for contour in group], settings)
    smooth = smooth_joints(fitted, parameters.corner_threshold)
    outlines = iter(
        (curves and primitive(curve.points, curve.cost, float(curve.worth.mean()), scale)) or _on_grid(joined, scale)
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
