"""A map of regions to shapes: stack, outline, fit, write on the grid; and outlines that follow what a drawing lacks."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from svgai.colour_models import CLEAR, Floats
from svgai.colour_spreading import Alpha
from svgai.contour_following import followed
from svgai.contours import Page, Points, layer_contours
from svgai.curve_fitting import FitSettings, fit_outlines
from svgai.joints import SmoothOutline, smooth_joints
from svgai.layers import Layer, Mask, Stack, stack_layers
from svgai.outlines import AnyOutline, Outline, Rectangle, straightened
from svgai.page_border import MARGIN
from svgai.paints import paint_of
from svgai.primitives import primitive
from svgai.region_map import HALF_OPAQUE, RegionMap, alpha_margins
from svgai.svg_writer import Shape
from svgai.tracing_parameters import TracingParameters

_BYTES_PER_DEVIATION = 16.0  # at simplify 1
_LEAST_SIMPLIFY = 0.1


class RegionDrawing:
    """The outlines of one map, drawn with more or less care. They keep what they followed from drawing to drawing."""

    def __init__(self, regions: RegionMap, parameters: TracingParameters) -> None:
        self._regions, self._parameters = regions, parameters
        self._paints = [
            "" if model is CLEAR else paint_of(model.moved(-MARGIN, -MARGIN), parameters.grid)
            for model in regions.models
        ]
        self._outline(self._stacked(None))

    def _stacked(self, careful: Mask | None) -> Stack:
        regions, least_area = self._regions, float(self._parameters.filter_speckle**2)
        return stack_layers(regions.indices, regions.clear, least_area, overlap=regions.times, careful=careful)

    def _outline(self, stack: Stack) -> None:
        regions = self._regions
        self._stack = stack
        self._contours = [layer_contours(layer, regions.margins, regions.times, regions.page) for layer in stack.layers]
        self._fits: dict[int, tuple[Points, float, AnyOutline]] = {}

    def shapes(self, care: Floats | None = None) -> list[Shape]:
        """
        The shapes, the lowest first, in `parameters.grid` steps a source pixel.

        `care` (page height, page width) says how many times as much a deviation is worth as the parameters say.
        """
        page, grid = self._regions.page, self._parameters.grid
        outlines = iter(self._fitted([one for group in self._contours for one in group], care))
        shapes = [
            Shape(self._paints[layer.model], tuple(islice(outlines, len(group))))
            for layer, group in zip(self._stack.layers, self._contours, strict=True)
        ]
        if self._regions.clear is None:
            whole = Rectangle((0, 0), (page.width * grid, page.height * grid))
            shapes.insert(0, Shape(self._paints[self._stack.ground], (whole,)))
        return shapes

    def _fitted(self, contours: Sequence[Points], care: Floats | None) -> list[AnyOutline]:
        """Outlines of contours; those that neither moved nor got more care are the ones of the last drawing."""
        settings = _fit_settings(self._parameters, self._parameters.grid, care)
        worths = [float(settings.worth(contour).sum()) for contour in contours]
        stale = [
            number
            for number, (contour, worth) in enumerate(zip(contours, worths, strict=True))
            if (known := self._fits.get(number)) is None or known[0] is not contour or known[1] != worth
        ]
        fresh = _outlines([contours[number] for number in stale], settings, self._parameters.corner_threshold)
        for number, outline in zip(stale, fresh, strict=True):
            self._fits[number] = contours[number], worths[number], outline
        return [self._fits[number][2] for number in range(len(contours))]

    def restack(self, careful: Mask) -> bool:
        """
        Stack layers with care in some pixels of the page (height, width), and tell whether that changes any.

        If so, all outlines start afresh.
        """
        stack = self._stacked(_enlarged(careful, self._regions))
        if _alike(stack, self._stack):
            return False
        self._outline(stack)
        return True

    def follow(self, missing: Floats) -> None:
        """Move outlines to where the last drawing would have lacked nothing of (h, w, 4); see `followed`."""
        moved = iter(followed([one for group in self._contours for one in group], missing, self._regions))
        self._contours = [list(islice(moved, len(group))) for group in self._contours]


def _alike(one: Stack, other: Stack) -> bool:
    return len(one.layers) == len(other.layers) and all(
        mine.mask.shape == yours.mask.shape and bool((mine.mask == yours.mask).all())
        for mine, yours in zip(one.layers, other.layers, strict=True)
    )


def silhouette(alpha: Alpha, times: int, parameters: TracingParameters, scale: int) -> tuple[AnyOutline, ...]:
    """Outlines of the visible part of an image that was enlarged some times, `scale` grid steps a source pixel."""
    layer = Layer(0, 0, 0, alpha >= HALF_OPAQUE)
    page = Page(alpha.shape[1] // times, alpha.shape[0] // times)
    contours = layer_contours(layer, alpha_margins(alpha), times, page)
    return tuple(_outlines(contours, _fit_settings(parameters, scale), parameters.corner_threshold))


def _enlarged(mask: Mask, regions: RegionMap) -> Mask:
    """A mask of the page on the map, margin and all."""
    padded = np.pad(mask, regions.page.margin, mode="edge")
    return np.asarray(padded.repeat(regions.times, axis=0).repeat(regions.times, axis=1))


def _fit_settings(parameters: TracingParameters, scale: int, care: Floats | None = None) -> FitSettings:
    worth = _BYTES_PER_DEVIATION / max(parameters.simplify, _LEAST_SIMPLIFY) ** 2
    return FitSettings(worth, scale, parameters.mode == "spline", care)


def _outlines(contours: Sequence[Points], settings: FitSettings, corner: float) -> list[AnyOutline]:
    """The outlines of contours on the grid; `corner` is the least turn, in degrees, that stays one."""
    scale = settings.grid
    fitted = fit_outlines(contours, settings)
    smooth = smooth_joints(fitted, corner)
    return [
        (settings.curves and primitive(curve.points, curve.cost, float(curve.worth.mean()), scale))
        or _on_grid(joined, scale)
        for curve, joined in zip(fitted, smooth, strict=True)
    ]


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
