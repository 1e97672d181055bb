"""Stacks of shapes to parts that lie beside each other; areas are computed by another library (GEOS)."""

import math
import re

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from svgai.convert.finishing.finish import Finish
from svgai.errors import InvalidParameters
from svgai.measure.quality import Quality
from svgai.trace.svg.grid_geometry import Ellipse, Outline, Rectangle
from svgai.trace.svg.writer import Shape, document, elements
from tests.inputs.svg_parts import parts_of

QUALITY = Quality(1, 1, 1, 0, 100, 1)
SIDE, GRID = 60, 3
PAGE = Shape("#ffffff", (Rectangle((0, 0), (SIDE * GRID, SIDE * GRID)),))

COORDINATES = st.integers(0, SIDE * GRID)
CORNERS = st.tuples(COORDINATES, COORDINATES)
SIZES = st.tuples(st.integers(9, 90), st.integers(9, 90))
TRIANGLES = st.builds(lambda a, b, c: Outline(a, ((b,), (c,))), CORNERS, CORNERS, CORNERS)
CURVES = st.builds(lambda a, b, c, d, e: Outline(a, ((b, c, d), (e,))), CORNERS, CORNERS, CORNERS, CORNERS, CORNERS)
ELLIPSES = st.builds(Ellipse, CORNERS, SIZES)
RECTANGLES = st.builds(Rectangle, CORNERS, SIZES, st.sampled_from([0, 4]))
COLOURS = st.sampled_from(["#ff0000", "#00ff00", "#0000ff", "#000000"])
SHAPES = st.builds(Shape, COLOURS, st.tuples(st.one_of(TRIANGLES, CURVES, ELLIPSES, RECTANGLES)))


def cut(*shapes: Shape) -> str:
    drawing = document(elements(shapes), (SIDE, SIDE), (SIDE * GRID, SIDE * GRID))
    return Finish(cut=0).of(drawing, QUALITY)


def test_what_lies_above_is_cut_out() -> None:
    """A disc on a rectangle on a page: three parts, of which each has the place of those above it open."""
    rectangle = Shape("#00ff00", (Rectangle((30, 30), (90, 60)),))
    disc = Shape("#ff0000", (Ellipse((90, 90), (30, 30)),))
    (white, page), (green, middle), (red, top) = parts_of(cut(PAGE, rectangle, disc))
    assert (white, green, red) == ("#fff", "#0f0", "#f00")
    expected = Point(30, 30).buffer(10, quad_segs=64)
    for found, wanted in (
        (top, expected),
        (middle, box(10, 10, 40, 30) - expected),
        (page, box(0, 0, 60, 60) - box(10, 10, 40, 30) - expected),
    ):
        assert found.symmetric_difference(wanted).area < 0.01 * wanted.length


def test_a_drawing_of_which_no_part_is_wide_enough_is_refused() -> None:
    """An SVG without a part would look like an answer."""
    bar = Shape("#ff0000", (Rectangle((30, 30), (90, 6)),))
    drawing = document(elements([bar]), (SIDE, SIDE), (SIDE * GRID, SIDE * GRID))
    with pytest.raises(InvalidParameters, match="as wide as cutter asks"):
        Finish(cut=4).of(drawing, QUALITY)


def test_one_colour_is_one_part_where_it_meets_itself() -> None:
    """A stack that paints a colour twice: nothing is cut between the two."""
    below = Shape("#ff0000", (Rectangle((0, 0), (90, 90)),))
    between = Shape("#00ff00", (Rectangle((60, 0), (60, 60)),))
    above = Shape("#ff0000", (Rectangle((30, 30), (90, 90)),))
    ((_, green), (_, red)) = parts_of(cut(below, between, above))
    assert red.geom_type == "Polygon"
    assert red.equals_exact(red.simplify(0.01), 0.05)
    assert math.isclose(green.area, 400 - 20 * 10, abs_tol=0.1)


@pytest.mark.parametrize(
    "page, order", [("#ffffff", ["#fff", "#f0f0f0", "#00f", "#000"]), (None, ["#f00", "#f0f0f0", "#000"])]
)
def test_of_two_parts_the_upper_is_the_one_that_differs_more_from_the_page(page: str | None, order: list[str]) -> None:
    """Which is white, or where some of it is clear also black: through a common edge it shows in place of the lower."""
    colours = ["#000000", "#f0f0f0", "#0000ff" if page else "#ff0000"]
    bars = [Shape(colour, (Rectangle((30 * number + 30, 30), (30, 90)),)) for number, colour in enumerate(colours)]
    drawn = cut(*([PAGE] if page else []), *bars)
    assert [colour for colour, _ in parts_of(drawn)] == order


def test_what_is_covered_is_gone() -> None:
    """Nobody cuts what nobody sees; slivers along an edge that two shapes share are none either."""
    hidden = Shape("#0000ff", (Ellipse((90, 90), (30, 30)), Rectangle((0, 0), (30, 30))))
    lid = Shape("#ff0000", (Rectangle((0, 0), (180, 180)),))
    assert [colour for colour, _ in parts_of(cut(PAGE, hidden, lid))] == ["#f00"]


@pytest.mark.slow
@given(stack=st.lists(SHAPES, max_size=6))
@settings(max_examples=80, deadline=None)
def test_parts_cover_the_page_once(stack: list[Shape]) -> None:
    """Whatever is stacked: no part lies over another, and nothing between them is open, to a fiftieth of a pixel."""
    areas = [area for _, area in parts_of(cut(PAGE, *stack))]
    length = sum(area.length for area in areas)
    together = shapely.union_all(areas)
    assert sum(area.area for area in areas) - together.area <= 0.02 * length
    assert SIDE * SIDE - together.area <= 0.25 * length  # slivers are left out
    for number, area in enumerate(areas):
        for other in areas[number + 1 :]:
            assert area.intersection(other).area <= 0.02 * min(area.length, other.length)


def test_only_closed_outlines_of_one_colour_are_written() -> None:
    """One path for each colour, black as what is not named."""
    svg = cut(PAGE, Shape("#000000", (Ellipse((90, 90), (30, 20)),)))
    assert svg.count("<path") == 2
    assert not re.search("<circle|<rect|stroke", svg)
    assert [colour for colour, _ in parts_of(svg)] == ["#fff", "#000"]


def test_a_moved_drawing_stays_where_it_is() -> None:
    """Small drawings on a large page are moved by a group."""
    moved = '<path fill="#fff" d="m0 0h90v90h-90z"/><g transform="translate(30 60)"><rect width="30" height="30"/></g>'
    (_, page), (_, square) = parts_of(Finish(cut=0).of(document(moved, (30, 30), (90, 90)), QUALITY))
    assert square.symmetric_difference(box(10, 20, 20, 30)).area < 0.01
    assert page.intersection(square).area < 0.01


@pytest.mark.parametrize("decimals", [2, 3])
def test_decimals_apply_to_parts(decimals: int) -> None:
    """Coordinates are pixels again; parts stay apart."""
    drawing = document(elements([PAGE, Shape("#ff0000", (Ellipse((90, 90), (50, 31)),))]), (60, 60), (180, 180))
    svg = Finish(precision=decimals, cut=0).of(drawing, QUALITY)
    assert 'viewBox="0 0 60 60"' in svg
    (_, page), (_, disc) = parts_of(svg)
    assert page.intersection(disc).area < 0.02 * disc.length
