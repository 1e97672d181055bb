from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.measure.rendering import render
from svgai.trace.svg.gradients import Gradient
from svgai.trace.svg.grid_geometry import AnyOutline, Ellipse, Outline, Rectangle
from svgai.trace.svg.path_data import path_data
from svgai.trace.svg.writer import Shape, document, elements

SQUARE = Outline((2, 2), (((18, 2),), ((18, 18),), ((2, 18),)))
NAMESPACE = "{http://www.w3.org/2000/svg}"
SIZES = st.tuples(st.integers(2, 90), st.integers(2, 90))
PRIMITIVES = st.one_of(
    st.builds(Ellipse, SIZES, SIZES),
    st.builds(
        lambda corner, size, share: Rectangle(corner, size, min(size) * share // 4), SIZES, SIZES, st.integers(0, 2)
    ),
)


def _drawing(*shapes: Shape) -> ET.Element:
    return ET.fromstring(document(elements(shapes), (20, 20), (20, 20)))


def _tags(*shapes: Shape) -> list[str]:
    return [element.tag.removeprefix(NAMESPACE) for element in _drawing(*shapes)]


def test_neighbours_of_one_fill_share_a_path() -> None:
    """Shapes of one fill that follow each other become one path; order between fills stays."""
    root = _drawing(Shape("#ff0000", (SQUARE,)), Shape("#ff0000", (SQUARE,)), Shape("#000000", (SQUARE,)))
    assert [path.get("fill") for path in root.iter(f"{NAMESPACE}path")] == ["#f00", None]


def test_translucent_neighbours_stay_apart() -> None:
    """Where two of one fill lie on each other both are to be seen."""
    root = _drawing(Shape("#ff000080", (SQUARE,)), Shape("#ff000080", (SQUARE,)))
    assert len(list(root.iter(f"{NAMESPACE}path")) + list(root.iter(f"{NAMESPACE}rect"))) == 2
    svg = document(elements([Shape("#ff000080", (SQUARE,))] * 2), (20, 20), (20, 20))
    assert abs(int(render(svg, 20, 20)[10, 10, 3]) - 191) <= 2


def test_gradients_are_defined_once_and_shared() -> None:
    """A gradient used by two paths is defined once, and both name it."""
    gradient = Gradient((0, 0, 20, 0), ((0, "#000000"), (500, "#ff0000"), (1000, "#ffffff")))
    root = _drawing(Shape(gradient, (SQUARE,)), Shape("#00ff00", (SQUARE,)), Shape(gradient, (SQUARE,)))
    (definition,) = root.iter(f"{NAMESPACE}linearGradient")
    assert [stop.get("offset") for stop in definition] == [None, ".5", "1"]
    fills = [path.get("fill") for path in root.iter(f"{NAMESPACE}path")]
    assert fills == [f"url(#{definition.get('id')})", "#0f0", f"url(#{definition.get('id')})"]


def test_gradients_of_other_prefixes_have_other_names() -> None:
    """Two drawings within one document keep their gradients apart by their prefix."""
    gradients = [Gradient((0, 0, 20, end), ((0, "#000000"), (1000, "#ffffff"))) for end in (5, 9)]
    shapes = [Shape(gradient, (SQUARE,)) for gradient in gradients]
    body = elements(shapes, "m") + elements(shapes)
    names = [
        element.get("id")
        for element in ET.fromstring(document(body, (20, 20), (20, 20))).iter()
        if "id" in element.attrib
    ]
    assert len(names) == len(set(names)) == 4


def test_elliptic_gradient_renders_along_its_matrix() -> None:
    """A matrix that widens the circle across makes colours change faster down than across."""
    gradient = Gradient((20, 0, 0, 5, 10, 10), ((0, "#000000"), (1000, "#ffffff")))
    page = Rectangle((0, 0), (20, 20))
    pixels = render(document(elements([Shape(gradient, (page,))]), (20, 20), (20, 20)), 20, 20)
    assert pixels[10, 18, 0] < 160
    assert pixels[18, 10, 0] == 255


def test_numbers_of_a_matrix_stand_apart() -> None:
    """Between the numbers of a gradient's matrix there is always a space, which some readers need before a minus."""
    gradient = Gradient((20, -3, -4, 5, 10, -10), ((0, "#000000"), (1000, "#ffffff")))
    page = Rectangle((0, 0), (20, 20))
    assert 'gradientTransform="matrix(20 -3 -4 5 10 -10)"' in elements([Shape(gradient, (page,))])


def test_shapes_that_stand_alone_keep_their_names() -> None:
    """A circle, an ellipse and a rectangle alone in their fill are the elements of these names."""
    circle, oval, rectangle = Ellipse((10, 10), (8, 8)), Ellipse((10, 10), (8, 5)), Rectangle((4, 4), (9, 7), 2)
    outlines: list[AnyOutline] = [circle, oval, rectangle]
    shapes = [Shape(f"#00000{number}", (outline,)) for number, outline in enumerate(outlines)]
    assert _tags(*shapes) == ["circle", "ellipse", "rect"]


def test_shapes_in_company_become_one_path() -> None:
    """A ring of two circles is one path whose hole stays clear."""
    ring = Shape("#000000", (Ellipse((10, 10), (9, 9)), Ellipse((10, 10), (5, 5), clockwise=False)))
    assert _tags(ring) == ["path"]
    pixels = render(document(elements([ring]), (20, 20), (20, 20)), 20, 20)
    assert (pixels[10, 10, 3], pixels[10, 3, 3]) == (0, 255)


@given(outline=PRIMITIVES)
@settings(max_examples=40, deadline=None)
def test_elements_draw_what_their_path_draws(outline: AnyOutline) -> None:
    """The element of a shape and the path of the same shape cannot be told apart."""
    bodies = elements([Shape("#000000", (outline,))]), f'<path d="{path_data([outline])}"/>'
    one, other = (render(document(body, (60, 60), (180, 180)), 60, 60).astype(int) for body in bodies)
    assert np.abs(one - other).max() <= 96  # arcs and ovals are flattened in their own ways


def test_nothing_is_written_for_nothing() -> None:
    """Shapes without outlines, or with outlines that go nowhere, leave no element and no gradient."""
    gradient = Gradient((0, 0, 20, 0), ((0, "#000000"), (1000, "#ffffff")))
    assert not elements([Shape(gradient, ()), Shape("#ff0000", (Outline((1, 1), ()),))])


def test_outlines_that_go_nowhere_do_not_widen_a_gradient() -> None:
    """A gradient is measured in the box of what is drawn: an outline of which nothing is left is not in it."""
    gradient = Gradient((2, 0, 18, 0), ((0, "#000000"), (1000, "#ffffff")))
    alone, in_company = (elements([Shape(gradient, (SQUARE, *more))]) for more in ((), (Outline((900, 600), ()),)))
    assert in_company == alone


def test_uneven_grid_is_stretched() -> None:
    """A grid of another aspect than the size is told to stretch."""
    assert 'preserveAspectRatio="none"' in document("", (10, 20), (10, 10))
    assert "preserveAspectRatio" not in document("", (10, 20), (30, 60))


@pytest.mark.slow
def test_no_line_is_too_long_for_readers_with_short_lines() -> None:
    """Path data is broken between numbers, and drawn as it would be in one line."""
    zigzag = tuple(((10 * number, (number % 2) * 90 + number % 7),) for number in range(1, 12000))
    svg = document(elements([Shape("#1c2c3c", (Outline((0, 0), zigzag),))]), (900, 100), (90000, 100))
    assert len(svg) > 2 * 32767
    assert max(map(len, svg.splitlines())) <= 32767
    whole = svg.replace("\n", " ")
    assert (render(svg, 900, 100) == render(whole, 900, 100)).all()


def test_outlines_that_a_gradient_fills_begin_at_absolute_places() -> None:
    """Behind a closing CairoSVG measures a box by relative moves from the wrong point; a flat fill has no box."""
    squares = tuple(Outline((at, at), (((at + 4, at),), ((at + 4, at + 4),), ((at, at + 4),))) for at in (10, 12))
    gradient = Gradient((0, 10, 0, 16), ((0, "#ff0000"), (1000, "#0000ff")))
    moves = [elements([Shape(fill, squares)]).partition(' d="')[2].count("M") for fill in (gradient, "#ff0000")]
    assert moves == [1, 0]
