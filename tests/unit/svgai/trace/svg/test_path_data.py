import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.measure.rendering import render
from svgai.trace.svg.grid_geometry import AnyOutline, Ellipse, GridPoint, Outline, Rectangle
from svgai.trace.svg.path_data import numbers, path_data
from svgai.trace.svg.writer import document

POINTS = st.tuples(st.integers(-50, 300), st.integers(-50, 300))
STEPS = st.one_of(POINTS.map(lambda end: (end,)), st.tuples(POINTS, POINTS, POINTS))
OUTLINES = st.builds(Outline, POINTS, st.lists(STEPS, min_size=2, max_size=6).map(tuple))
SIZES = st.tuples(st.integers(1, 90), st.integers(1, 90))
ELLIPSES = st.builds(Ellipse, POINTS, SIZES, st.booleans())
RECTANGLES = st.builds(
    lambda corner, radius, sides, clockwise: Rectangle(
        corner, (sides[0] + 2 * radius, sides[1] + 2 * radius), radius, clockwise
    ),
    POINTS,
    st.integers(0, 30),
    st.tuples(st.integers(0, 80), st.integers(0, 80)),
    st.booleans(),
).filter(lambda rectangle: min(rectangle.size) > 0)
ANY = st.one_of(OUTLINES, ELLIPSES, RECTANGLES)


def _plain(outline: AnyOutline) -> str:
    """Absolute path data, one command a step, straight from what the values mean."""
    if isinstance(outline, Outline):
        return _move(outline.start) + "".join(_command(step) for step in outline.steps) + "Z"
    if isinstance(outline, Ellipse):
        (x, y), (rx, ry) = outline.centre, outline.radii
        way = int(outline.clockwise)
        arcs = (f"A{rx} {ry} 0 0 {way} {end} {y}" for end in (x + rx, x - rx))
        return f"{_move((x - rx, y))}{''.join(arcs)}Z"
    (left, top), (width, height), r = outline.corner, outline.size, outline.radius
    right, bottom = left + width, top + height
    corners = [((left, top + r), (left + r, top)), ((right - r, top), (right, top + r))]
    corners += [((right, bottom - r), (right - r, bottom)), ((left + r, bottom), (left, bottom - r))]
    if not outline.clockwise:
        corners = [(leave, reach) for reach, leave in reversed(corners)]
    data = _move(corners[0][1])
    for reach, leave in (*corners[1:], corners[0]):
        data += f"L{reach[0]} {reach[1]}A{r} {r} 0 0 {int(outline.clockwise)} {leave[0]} {leave[1]}"
    return data + "Z"


def _move(point: GridPoint) -> str:
    return f"M{point[0]} {point[1]}"


def _command(step: tuple[GridPoint, ...]) -> str:
    return ("L" if len(step) == 1 else "C") + " ".join(f"{x} {y}" for x, y in step)


def _most_difference(short: str, plain: str) -> int:
    one, other = (render(document(f'<path d="{data}"/>', (60, 60), (250, 250)), 60, 60) for data in (short, plain))
    return int(np.abs(one.astype(int) - other).max())


@pytest.mark.slow
@given(outlines=st.lists(ANY, min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_short_path_data_draws_the_same(outlines: list[AnyOutline]) -> None:
    """Relative, shortened data of any outlines, in either direction, draws what absolute commands draw."""
    assert _most_difference(path_data(outlines), "".join(map(_plain, outlines))) <= 32


@pytest.mark.parametrize("hole", [Ellipse((50, 50), (20, 20), False), Rectangle((30, 30), (40, 40), 5, False)])
@pytest.mark.parametrize(
    "round_", [Ellipse((50, 50), (45, 45)), Rectangle((5, 5), (90, 90)), Rectangle((5, 5), (90, 90), 9)]
)
def test_an_outline_the_other_way_is_a_hole(round_: AnyOutline, hole: AnyOutline) -> None:
    """An outline within another is a hole where it runs the other way, and filled where it runs the same way."""
    same = Ellipse(hole.centre, hole.radii) if isinstance(hole, Ellipse) else Rectangle((30, 30), (40, 40), 5)
    for inner, alpha in ((hole, 0), (same, 255)):
        drawn = render(document(f'<path d="{path_data([round_, inner])}"/>', (100, 100), (100, 100)), 100, 100)
        assert drawn[50, 50, 3] == alpha
        assert drawn[50, 15, 3] == 255


def test_a_smooth_join_takes_the_short_form() -> None:
    """A curve whose first handle mirrors the one before is written without it."""
    wave = Outline((300, 300), (((300, 310), (310, 320), (320, 320)), ((330, 320), (340, 310), (340, 300))))
    assert re.fullmatch(r"m300 300c[^a-z]+s[^a-z]+z", path_data([wave]))


def test_the_longest_line_is_left_to_closing() -> None:
    """An outline begins behind the line that takes the most bytes, which is not written."""
    wedge = Outline((0, 0), (((10, 0),), ((120, 345),), ((100, 345),), ((0, 300),)))
    assert path_data([wedge]) == "m120 345h-20L0 300V0h10z"


def test_a_round_outline_begins_near_the_pen() -> None:
    """Without lines an outline begins where the way there takes the fewest bytes."""
    curves = (((150, 0), (200, 50), (200, 100)), ((200, 200), (0, 200), (9, 9)), ((20, 0), (50, 0), (100, 0)))
    assert path_data([Outline((100, 0), curves)]).startswith("m9 9c")


def test_a_line_that_is_open_keeps_its_start() -> None:
    """Nothing closes an open line, so that all of it is written from its start."""
    assert path_data([Outline((0, 0), (((5, 0),), ((120, 345),)), closed=False)]) == "m0 0h5l115 345"


def test_a_command_is_absolute_where_that_is_shorter() -> None:
    """Each command by itself, and the relative one where both are as long."""
    corner = Outline((300, 300), (((300, 5),), ((305, 10),), ((305, 20),)), closed=False)
    assert path_data([corner]) == "m300 300V5l5 5v10"


def test_the_nearest_outline_follows() -> None:
    """The order of outlines within one fill shows nowhere; ways between them are short."""
    first, far, near = (Rectangle((left, 0), (5, 5)) for left in (10, 900, 20))
    assert path_data([first, far, near]) == path_data([first, near, far])


def test_outlines_without_steps_are_left_out() -> None:
    """Nothing is written for an outline that goes nowhere."""
    assert not path_data([Outline((3, 4), ())])
    square = Rectangle((1, 2), (3, 4))
    assert path_data([Outline((3, 4), ()), square]) == path_data([square])


def test_numbers_part_only_where_they_must() -> None:
    """A sign parts numbers as well as a space does."""
    assert numbers((1, -2), (3, 4), (-5, 0)) == "1-2 3 4-5 0"
