"""
Removes lines of constant width from a map of regions, to be drawn as strokes.

The areas on either side of a line are extended to its middle, as if the line were not there: a ring leaves no disc
within it, and borders under a line need no accuracy.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import cv2
import numpy as np
from scipy.ndimage import find_objects

from svgai.array_types import Mask
from svgai.trace.colours.hidden_colours import from_nearest
from svgai.trace.fitting.fitted_outlines import grid_outlines
from svgai.trace.lines.line_finding import Lines, lines_of
from svgai.trace.outlines.contours import layer_contours
from svgai.trace.outlines.deviation_worth import even_worth, worth
from svgai.trace.parameters import Strokes, TracingParameters
from svgai.trace.regions.label_borders import beside_others
from svgai.trace.regions.layer_stack import Layer
from svgai.trace.regions.region_map import RegionMap
from svgai.trace.svg.grid_geometry import AnyOutline
from svgai.trace.svg.path_data import path_data
from svgai.trace.svg.writer import Pen, Shape

_LEAST_SIDE = 3  # source pixels of a page: renderers draw no strokes on less
_MOST_AREAS = 200  # that are looked at as lines, the largest: noise has thousands
_LEAST_SLENDER = 6.0  # length to width, from which an area may be a line
_DEEP, _MOST_DEEP = 2.15, 0.05  # of its mean depth: where lines meet, a few pixels are deeper
_SHALLOW = 1.0  # map pixels, below which depths are too coarse
_SAME_PIXELS, _SAME_WIDTH = 0.15, 0.08  # in source pixels and of the width: lines this alike get one pen
_ATTRIBUTES = 40.0  # bytes that an element with a pen takes beyond one that is filled, about
_BOTH_SIDES = 2.0  # outlines that a line moves
_RAGGED = 0.25  # of the worth, where jumps from pixel to pixel are no shape
_MARGIN = 30.0  # levels by which it is sure what lies under a line


@dataclass(frozen=True, eq=False)
class Stroked:
    """An area of a map that can be drawn as lines, and how many bytes that saves."""

    area: Layer
    lines: Lines
    saved: float


@dataclass(frozen=True, eq=False)
class Lifted:
    """A map without its lines, and these by pen, as model and width in source pixels."""

    regions: RegionMap
    lines: dict[tuple[int, Pen], list[Stroked]]


def found_strokes(regions: RegionMap, parameters: TracingParameters, strokes: Strokes) -> list[Stroked]:
    """The areas of a map that take fewer bytes as lines, and hairlines; with `strokes` "only", all that are lines."""
    if strokes == "never" or min(regions.page.width, regions.page.height) < _LEAST_SIDE:
        return []
    areas = _largest(list(slender_areas(regions)))
    lines = [lines_of(area, regions.margins, regions.times, regions.page) for area in areas]
    found = [(area, some) for area, some in zip(areas, lines, strict=True) if some]
    sure = [Stroked(area, some, np.inf) for area, some in found if strokes == "only" or some.are_hairlines]
    if strokes == "only":
        return sure
    rest = [(area, some) for area, some in found if not some.are_hairlines]
    saved = zip(rest, _saved(rest, regions, parameters), strict=True)
    return sure + [Stroked(area, some, saves) for (area, some), saves in saved if saves > 0]


def lift_lines(found: Sequence[Stroked], regions: RegionMap, careful: Mask | None = None) -> Lifted:
    """
    Remove lines from their map, where a stroke saves more bytes than its attributes take.

    `careful` (height, width of the map): where all but hairlines stay areas, since the drawing fell short there.
    """
    if careful is not None:
        found = [one for one in found if one.lines.are_hairlines or not (careful[one.area.box] & one.area.mask).any()]
    pens = {pen: some for pen, some in _by_pen(found).items() if sum(one.saved for one in some) > _ATTRIBUTES}
    if not pens:
        return Lifted(regions, {})
    return Lifted(_without([one for some in pens.values() for one in some], regions), pens)


def _largest(areas: list[Layer]) -> list[Layer]:
    """As many of the areas as are looked at, in their order."""
    if len(areas) <= _MOST_AREAS:
        return areas
    sizes = np.array([area.mask.sum() for area in areas])
    return [areas[number] for number in np.sort(np.argsort(-sizes, kind="stable")[:_MOST_AREAS])]


def slender_areas(regions: RegionMap) -> Iterator[Layer]:
    """Areas of flat models that are long for their width; pixels that touch at their corners belong together."""
    indices = regions.indices
    depth = cv2.distanceTransform((~beside_others(indices)).astype(np.uint8), cv2.DIST_L2, 3) + np.float32(0.5)
    boxes = find_objects(indices.astype(np.int32) + 1, len(regions.models))
    for model, (colours, whole) in enumerate(zip(regions.models, boxes, strict=True)):
        if whole is None or model == regions.clear or not colours.is_flat:
            continue
        own, deep = (indices[whole] == model).astype(np.uint8), depth[whole]
        count, numbers, stats, _ = cv2.connectedComponentsWithStats(own, connectivity=8)
        pixels = stats[:, cv2.CC_STAT_AREA]
        mean = np.bincount(numbers.ravel(), deep.ravel(), count) / np.maximum(pixels, 1)
        # Half of its width is the greatest depth of a line and twice the mean one.
        slender = pixels >= _LEAST_SLENDER * (4 * mean) ** 2
        for number in np.flatnonzero(slender[1:]) + 1:
            left, top, width, height = stats[number, :4].tolist()
            box = slice(top, top + height), slice(left, left + width)
            mask = np.asarray(numbers[box] == number)
            if mean[number] < _SHALLOW or (deep[box][mask] > _DEEP * mean[number]).mean() <= _MOST_DEEP:
                yield Layer(model, whole[0].start + top, whole[1].start + left, mask)


def _saved(found: Sequence[tuple[Layer, Lines]], regions: RegionMap, parameters: TracingParameters) -> Iterator[float]:
    """By how many bytes the outlines of each area exceed its lines and what these deviate."""
    contours = [layer_contours(area, regions.margins, regions.times, regions.page) for area, _ in found]
    around = [one for some in contours for one in some]
    worths = [even_worth(parameters.simplify, one) for one in around]
    outlines = iter(grid_outlines(around, worths, parameters, parameters.grid))
    drawn = iter(drawn_lines([lines for _, lines in found], parameters))
    for (_, lines), some in zip(found, contours, strict=True):
        deviation = _worth(lines) * worth(parameters.simplify) * lines.length * (lines.unevenness / 2) ** 2
        filled = path_data(islice(outlines, len(some)))
        yield len(filled) - len(path_data(islice(drawn, len(lines.middles)))) - deviation


def _worth(lines: Lines) -> float:
    """How many times as much a deviation of lines is worth as one of an outline."""
    return _RAGGED if lines.ragged else _BOTH_SIDES


def _by_pen(found: Sequence[Stroked]) -> dict[tuple[int, Pen], list[Stroked]]:
    """Lines of one model and about one width, which get the mean of their widths by length."""
    groups: dict[tuple[int, bool], list[Stroked]] = defaultdict(list)
    for one in found:
        groups[one.area.model, one.lines.round_ends].append(one)
    pens: dict[tuple[int, Pen], list[Stroked]] = {}
    for (model, is_round), some in groups.items():
        waiting = sorted(some, key=lambda one: one.lines.width)
        while waiting:
            least = waiting[0].lines.width
            alike = [one for one in waiting if one.lines.width <= least + max(_SAME_PIXELS, _SAME_WIDTH * least)]
            waiting = waiting[len(alike) :]
            pixels = [one.area.mask.sum() for one in alike]
            width = float(np.average([one.lines.width for one in alike], weights=pixels))
            pens[model, Pen(width, is_round)] = alike
    return pens


def _without(lifted: Sequence[Stroked], regions: RegionMap) -> RegionMap:
    """The map with what lies nearest in place of lines."""
    left = np.ones(regions.indices.shape, bool)
    for one in lifted:
        left[one.area.box][one.area.mask] = False
    margins = np.where(left, regions.margins, np.float32(_MARGIN))
    return replace(regions, indices=from_nearest(regions.indices, left), margins=margins)


def drawn_lines(lines: Sequence[Lines], parameters: TracingParameters) -> tuple[AnyOutline, ...]:
    """The lines of one pen, in `parameters.grid` steps a source pixel."""
    middles = [(middle, _worth(some)) for some in lines for middle in some.middles]
    worths = [times * even_worth(parameters.simplify, middle) for middle, times in middles]
    return tuple(grid_outlines([middle for middle, _ in middles], worths, parameters, parameters.grid))


def outlined(shape: Shape, width: float) -> Shape:
    """A filled shape by its outlines alone, drawn with a pen of some width in grid steps."""
    return Shape(shape.fill, shape.outlines, Pen(width))
