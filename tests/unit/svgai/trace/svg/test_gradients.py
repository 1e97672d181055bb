import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.measure.rendering import render
from svgai.trace.svg.gradients import Gradient, coloured, definition, short_colour
from svgai.trace.svg.grid_geometry import Box
from svgai.trace.svg.writer import document

STOPS = ((0, "#000000"), (400, "#ff8000"), (1000, "#ffffff"))
NUMBERS = st.integers(0, 90)


def _plain(gradient: Gradient) -> str:
    """The definition of a linear gradient on the page, coordinates as they are."""
    x1, y1, x2, y2 = gradient.line
    stops = "".join(f'<stop offset="{offset / 1000}" stop-color="{colour}"/>' for offset, colour in gradient.stops)
    place = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
    return f'<linearGradient id="g" gradientUnits="userSpaceOnUse" {place}>{stops}</linearGradient>'


def _painted(element: str, box: Box) -> Pixels:
    path = f'<path fill="url(#g)" d="M{box.left} {box.top}H{box.right}V{box.bottom}H{box.left}Z"/>'
    return render(document(element + path, (90, 90), (90, 90)), 90, 90)


@pytest.mark.slow
@given(
    line=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    corner=st.tuples(NUMBERS, NUMBERS),
    size=st.tuples(st.integers(5, 60), st.integers(5, 60)),
)
@example(line=(10, 25, 48, 24), corner=(0, 0), size=(19, 5))
@settings(max_examples=60, deadline=None)
def test_short_gradients_look_the_same(
    line: tuple[int, int, int, int], corner: tuple[int, int], size: tuple[int, int]
) -> None:
    """Moved along its bands, and measured in a box or on the page, a linear gradient paints what it painted."""
    assume(np.hypot(line[2] - line[0], line[3] - line[1]) > 25)
    gradient = Gradient(line, STOPS)
    box = Box(*corner, corner[0] + size[0], corner[1] + size[1])
    plain = _painted(_plain(gradient), box).astype(int)
    for given_box in (box, None):
        difference = np.abs(_painted(definition(gradient, "g", given_box), box) - plain)
        assert difference.mean() < 3
        assert difference.max() < 32
        assert len(definition(gradient, "g", given_box)) <= len(_plain(gradient))


def test_a_gradient_much_shorter_than_its_box_keeps_its_bands() -> None:
    """Its place is said so finely that no colour moves by more than rounding."""
    gradient = Gradient((40, 40, 48, 48), STOPS)
    box = Box(0, 0, 90, 90)
    plain = _painted(_plain(gradient), box).astype(int)
    assert np.abs(_painted(definition(gradient, "g", box), box) - plain).max() <= 12


def test_a_gradient_across_its_box_needs_no_words() -> None:
    """From side to side of the one element that it paints, a gradient is its stops alone."""
    gradient = Gradient((10, 0, 50, 0), STOPS[::2])
    assert definition(gradient, "g", Box(10, 20, 50, 60)).startswith('<linearGradient id="g"><stop ')


def test_colours_are_shortened_where_they_can_be() -> None:
    """Six digits become three only where these mean the same."""
    assert short_colour("#aabbcc") == "#abc"
    assert short_colour("#aabbcd") == "#aabbcd"


def test_opacity_has_an_attribute_of_its_own() -> None:
    """Readers that know no eight digits know it; full opacity and black, which are the default, are not written."""
    assert coloured("fill", "fill-opacity", "#aabbcc80") == ' fill="#abc" fill-opacity=".5"'
    assert coloured("fill", "fill-opacity", "#00000009") == ' fill-opacity=".035"'
    assert coloured("stop-color", "stop-opacity", "#aabbccff") == ' stop-color="#abc"'
    assert coloured("fill", "fill-opacity", "#000000") == ' fill="#000"'
