"""A map of regions to shapes: stack, outline, fit, write on the grid; and outlines that follow what a drawing lacks."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from svgai.colour_models import CLEAR, Floats
from svgai.colour_spreading import Alpha
from svgai.contour_following import followed
from svgai.contours import Page, Points, layer_contours
from svgai.curve_fitting import Doubles, FitSettings, fit_outlines
from svgai.deviation_worth import care_along, even_worth, share_seen
from svgai.joints import SmoothOutline, smooth_joints
from svgai.layers import Layer, Mask, Stack, stack_layers
from svgai.outlines import AnyOutline, Outline, Rectangle, straightened
from svgai.page_border import MARGIN
from svgai.paints import paint_of
from svgai.primitives import primitive
from svgai.region_map import HALF_OPAQUE, RegionMap, alpha_margins
from svgai.svg_writer import Shape
from svgai.tracing_parameters import TracingParameters


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
        contours = [one for group in self._contours for one in group]
        shares = share_seen(stack, self._contours, regions)
        simplify = self._parameters.simplify
        self._worths = [even_worth(simplify, one) * share for one, share in zip(contours, shares, strict=True)]
        self._fits: dict[int, tuple[Points, Doubles, AnyOutline]] = {}

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
        worths = self._worths
        if care is not None:
            worths = [worth * care_along(one, care) for one, worth in zip(contours, worths, strict=True)]
        stale = [
            number
            for number, (contour, worth) in enumerate(zip(contours, worths, strict=True))
            if (known := self._fits.get(number)) is None
            or known[0] is not contour
            or not np.array_equal(known[1], worth)
        ]
        fresh = outlines_on_grid(
            [contours[number] for number in stale],
            [worths[number] for number in stale],
            self._parameters,
            self._parameters.grid,
        )
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
    worths = [even_worth(parameters.simplify, contour) for contour in contours]
    return tuple(outlines_on_grid(contours, worths, parameters, scale))


def _enlarged(mask: Mask, regions: RegionMap) -> Mask:
    """A mask of the page on the map, margin and all."""
    padded = np.pad(mask, regions.page.margin, mode="edge")
    return np.asarray(padded.repeat(regions.times, axis=0).repeat(regions.times, axis=1))


def outlines_on_grid(
    contours: Sequence[Points], worths: Sequence[Doubles], parameters: TracingParameters, scale: int
) -> list[AnyOutline]:
    """The outlines of contours on a grid of `scale` steps a source pixel."""
    settings = FitSettings(scale, parameters.mode == "spline")
    fitted = fit_outlines(contours, worths, settings)
    smooth = smooth_joints(fitted, parameters.corner_threshold)
    return [
        (settings.curves and primitive(curve.points, curve.cost, curve.worth, scale)) or _on_grid(joined, scale)
        for curve, joined in zip(fitted, smooth, strict=True)
    ]


def _on_grid(outline: SmoothOutline, scale: float) -> Outline:
    joints = _rounded(outline.joints, scale)
    controls = _rounded(outline.controls.reshape(-1, 2), scale)
    steps = [
        (controls[2 * number], controls[2 * number + 1], end) if curved else (end,)
        for number, (curved, end) in enumerate(zip(outline.curved, joints[1:] + joints[:1], strict=True))
    ]
    # A line that ends where the outline began is not written: it comes last, if there is one.
    begin = 0
    if len(steps[-1]) > 1:
        begin = next((number for number, step in enumerate(steps, start=1) if len(step) == 1), 0)
    return straightened(joints[begin], steps[begin:] + steps[:begin])


def _rounded(points: Points, scale: float) -> list[tuple[int, int]]:
    return [(x, y) for x, y in np.rint(points * scale).astype(int).tolist()]
