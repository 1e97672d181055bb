from xml.etree import ElementTree as ET

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.rendering import render
from svgai.svg_writer import Gradient, Outline, Point, Shape, document, path_data, paths, read_shapes

SQUARE = Outline((2, 2), (((18, 2),), ((18, 18),), ((2, 18),)))
NAMESPACE = "{http://www.w3.org/2000/svg}"
POINTS = st.tuples(st.integers(-50, 300), st.integers(-50, 300))
STEPS = st.one_of(POINTS.map(lambda end: (end,)), st.tuples(POINTS, POINTS, POINTS))


def _drawing(*shapes: Shape) -> ET.Element:
    return ET.fromstring(document(paths(shapes), (20, 20), (20, 20)))


def _plain(outline: Outline) -> str:
    """Path data of absolute commands, one per step."""
    commands = [f"M{outline.start[0]} {outline.start[1]}"]
    for step in outline.steps:
        numbers = " ".join(f"{x} {y}" for x, y in step)
        commands.append(("L" if len(step) == 1 else "C") + numbers)
    return "".join(commands) + "Z"


@given(start=POINTS, steps=st.lists(STEPS, min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_short_path_data_draws_the_same(start: Point, steps: list[tuple[Point, ...]]) -> None:
    """Relative, shortened path data draws exactly what absolute commands draw."""
    outline = Outline(start, tuple(steps))
    short, plain = (
        document(f'<path d="{data}"/>', (40, 40), (250, 250)) for data in (path_data([outline]), _plain(outline))
    )
    difference = render(short, 40, 40).astype(int) - render(plain, 40, 40)
    assert np.abs(difference).max() <= 2


def test_neighbours_of_one_fill_share_a_path() -> None:
    """Shapes of one fill that follow each other become one path; order between fills stays."""
    root = _drawing(Shape("#ff0000", (SQUARE,)), Shape("#ff0000", (SQUARE,)), Shape("#000000", (SQUARE,)))
    assert [path.get("fill") for path in root.iter(f"{NAMESPACE}path")] == ["#f00", None]


def test_gradients_are_defined_once_and_shared() -> None:
    """A gradient used by two paths is defined once, and both name it."""
    gradient = Gradient((0, 0, 20, 0), ((0, "#000000"), (500, "#ff0000"), (1000, "#ffffff")))
    root = _drawing(Shape(gradient, (SQUARE,)), Shape("#00ff00", (SQUARE,)), Shape(gradient, (SQUARE,)))
    (definition,) = root.iter(f"{NAMESPACE}linearGradient")
    assert [stop.get("offset") for stop in definition] == [None, ".5", "1"]
    fills = [path.get("fill") for path in root.iter(f"{NAMESPACE}path")]
    assert fills == [f"url(#{definition.get('id')})", "#0f0", f"url(#{definition.get('id')})"]


def test_elliptic_gradient_renders_along_its_matrix() -> None:
    """A matrix that widens the circle across makes colours change faster down than across."""
    gradient = Gradient((20, 0, 0, 5, 10, 10), ((0, "#000000"), (1000, "#ffffff")))
    page = Outline((0, 0), (((20, 0),), ((20, 20),), ((0, 20),)))
    pixels = render(document(paths([Shape(gradient, (page,))]), (20, 20), (20, 20)), 20, 20)
    assert pixels[10, 18, 0] < 160
    assert pixels[18, 10, 0] == 255


def test_straight_curves_become_lines() -> None:
    """A cubic whose handles lie on its chord is written as a line."""
    (shape,) = read_shapes('<path d="M0 0 C3 0 6 0 9 0 L9 9 Z" fill="#000000"', 1)
    assert shape.outlines[0].steps == (((9, 0),), ((9, 9),))


def test_uneven_grid_is_stretched() -> None:
    """A grid of another aspect than the size is told to stretch."""
    assert 'preserveAspectRatio="none"' in document("", (10, 20), (10, 10))
    assert "preserveAspectRatio" not in document("", (10, 20), (30, 60))
