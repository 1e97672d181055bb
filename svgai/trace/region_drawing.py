"""A map of regions to shapes: stack, outline, fit, write on the grid, and correct outlines by a drawing's error."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from svgai.array_types import Alpha, Doubles, Floats, Mask, Points
from svgai.trace.colours.colour_models import CLEAR
from svgai.trace.fitting.fitted_outlines import grid_outlines
from svgai.trace.lines.strokes import drawn_lines, found_strokes, lift_lines, outlined
from svgai.trace.outlines.contour_following import followed
from svgai.trace.outlines.contours import layer_contours
from svgai.trace.outlines.deviation_worth import care_along, even_worth, share_seen
from svgai.trace.parameters import Strokes, TracingParameters
from svgai.trace.regions.layer_stack import Layer, Stack, stack_layers
from svgai.trace.regions.page_border import MARGIN, MapExtent
from svgai.trace.regions.region_map import HALF_OPAQUE, RegionMap, alpha_margins
from svgai.trace.regions.seen_layers import GROUND, tints
from svgai.trace.svg.colour_paints import paint_of
from svgai.trace.svg.grid_geometry import AnyOutline, Rectangle
from svgai.trace.svg.writer import Paint, Pen, Shape


class RegionDrawing:
    """The outlines of one map, drawn with more or less care. They keep what they followed from drawing to drawing."""

    def __init__(self, regions: RegionMap, parameters: TracingParameters, strokes: Strokes = "auto") -> None:
        self._whole, self._parameters, self._wanted = regions, parameters, strokes
        self._levels: Floats | None = None
        self._found = found_strokes(regions, parameters, strokes)
        self._paints = [
            "" if model is CLEAR else paint_of(model.moved(-MARGIN, -MARGIN), parameters.grid)
            for model in regions.models
        ]
        self._lift(None)
        self._outline(self._stacked(None))

    def _lift(self, careful: Mask | None) -> None:
        lifted = lift_lines(self._found, self._whole, None if self._wanted == "only" else careful)
        self._regions, self._lines = lifted.regions, lifted.lines
        grid = self._parameters.grid
        self._strokes = [
            Shape(
                self._paints[model],
                drawn_lines([one.lines for one in some], self._parameters),
                Pen(max(1, round(2 * pen.width * grid)) / 2, pen.round),
            )
            for (model, pen), some in lifted.lines.items()
        ]

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
        self._tint()

    def shapes(self, care: Floats | None = None) -> list[Shape]:
        """
        The shapes, the lowest first, in `parameters.grid` steps a source pixel.

        `care` (page height, page width) says how many times as much a deviation is worth as the parameters say.
        """
        page, grid = self._regions.page, self._parameters.grid
        outlines = iter(self._fitted([one for group in self._contours for one in group], care))
        shapes = [
            Shape(self._tints.get(number) or self._paints[layer.model], tuple(islice(outlines, len(group))))
            for number, (layer, group) in enumerate(zip(self._stack.layers, self._contours, strict=True))
        ]
        if self._wanted == "only":
            shapes = [outlined(shape, grid) for shape in shapes]
        elif self._regions.clear is None:
            whole = Rectangle((0, 0), (page.width * grid, page.height * grid))
            shapes.insert(0, Shape(self._tints.get(GROUND) or self._paints[self._stack.ground], (whole,)))
        return shapes + self._strokes

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
        fresh = grid_outlines(
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
        enlarged = _enlarged(careful, self._regions)
        lines = self._lines
        if lines:
            self._lift(enlarged)
        stack = self._stacked(enlarged)
        if _alike(stack, self._stack) and lines == self._lines:
            return False
        self._outline(stack)
        return True

    def recolour(self, levels: Floats) -> bool:
        """
        Paint layers that are off all over with what the source (h, w, 4) has there, and tell whether that changes any.

        Its levels are colours times alpha, and alpha.
        """
        before, self._levels = self._tints, levels
        self._tint()
        return self._tints != before

    def _tint(self) -> None:
        """Outlines of lines alone have the source's colours as they are."""
        levels, grid = self._levels, self._parameters.grid
        found = {} if levels is None or self._wanted == "only" else tints(self._stack, self._regions, levels)
        self._tints: dict[int, Paint] = {number: paint_of(model, grid) for number, model in found.items()}

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
    page = MapExtent(alpha.shape[1] // times, alpha.shape[0] // times)
    contours = layer_contours(layer, alpha_margins(alpha), times, page)
    worths = [even_worth(parameters.simplify, contour) for contour in contours]
    return tuple(grid_outlines(contours, worths, parameters, scale))


def _enlarged(mask: Mask, regions: RegionMap) -> Mask:
    """A mask of the page on the map, margin and all."""
    padded = np.pad(mask, regions.page.margin, mode="edge")
    return np.asarray(padded.repeat(regions.times, axis=0).repeat(regions.times, axis=1))
