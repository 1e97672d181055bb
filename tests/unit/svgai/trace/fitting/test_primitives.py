import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Points
from svgai.trace.fitting.curve_fitting import FitSettings, FittedOutline, fit_outlines
from svgai.trace.fitting.primitives import primitive
from svgai.trace.svg.grid_geometry import Ellipse, Rectangle
from tests.inputs.tracing_inputs import ellipse, evenly_worth, polygon, rounded, star

WORTH, SCALE = 16.0, 3.0


def _fitted(contour: Points, scale: float = SCALE) -> FittedOutline:
    return fit_outlines([contour], evenly_worth([contour], WORTH), FitSettings(scale))[0]


def _primitive(contour: Points) -> Ellipse | Rectangle | None:
    fitted = _fitted(contour)
    return primitive(fitted.points, fitted.cost, fitted.worth, SCALE)


@given(x=st.floats(40, 60), y=st.floats(40, 60), radius=st.floats(5, 35), clockwise=st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_circle_is_an_ellipse_of_equal_radii(x: float, y: float, radius: float, clockwise: bool) -> None:
    """A circle comes back at its place, with its radius and its direction, to the nearest grid step."""
    found = _primitive(ellipse((x, y), radius, radius, clockwise=clockwise))
    assert isinstance(found, Ellipse)
    assert found.radii[0] == found.radii[1] == pytest.approx(radius * SCALE, abs=1)
    assert found.centre == pytest.approx((x * SCALE, y * SCALE), abs=1)
    assert found.clockwise == clockwise


def test_an_oval_keeps_its_two_radii() -> None:
    """An upright ellipse comes back with both of its radii."""
    found = _primitive(ellipse((50, 40), 40, 18))
    assert isinstance(found, Ellipse)
    assert found.radii == pytest.approx((40 * SCALE, 18 * SCALE), abs=1)


@given(
    left=st.floats(5, 10),
    top=st.floats(5, 10),
    width=st.floats(20, 80),
    height=st.floats(20, 80),
    share=st.floats(0, 0.6),
)
@settings(max_examples=40, deadline=None)
def test_a_rounded_rectangle_keeps_its_radius(
    left: float, top: float, width: float, height: float, share: float
) -> None:
    """A rectangle with round corners comes back with its sides, and its radius within half a pixel."""
    radius = 2 + share * (min(width, height) / 2 - 2)
    found = _primitive(rounded(left, top, width, height, radius))
    assert isinstance(found, Rectangle)
    assert found.radius == pytest.approx(radius * SCALE, abs=SCALE / 2 + 0.5)
    assert found.corner == pytest.approx((left * SCALE, top * SCALE), abs=1)
    assert found.size == pytest.approx((width * SCALE, height * SCALE), abs=2)
    assert found.clockwise


def test_a_rectangle_has_sharp_corners() -> None:
    """A rectangle whose corners sampling cut a little has none of a radius; the way round is kept."""
    corners = [(10.5, 10), (69.5, 10), (70, 10.5), (70, 39.5), (69.5, 40), (10.5, 40), (10, 39.5), (10, 10.5)]
    assert _primitive(polygon(corners)) == Rectangle((30, 30), (180, 90), 0, clockwise=True)
    assert _primitive(polygon(corners[::-1])) == Rectangle((30, 30), (180, 90), 0, clockwise=False)


@given(length=st.floats(20, 60), width=st.floats(3.5, 12), scale=st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_a_radius_is_no_more_than_half_a_side(length: float, width: float, scale: int) -> None:
    """Whatever rounding to the grid does to a capsule, its ends meet: no corner is wider than half of its side."""
    fitted = _fitted(rounded(7, 7, length, width, width / 2), scale)
    found = primitive(fitted.points, 1e6, fitted.worth, scale)
    assert isinstance(found, Rectangle)
    assert 2 * found.radius <= min(found.size)


@pytest.mark.parametrize(
    "contour",
    [
        polygon([(5, 5), (60, 5), (60, 25), (25, 25), (25, 70), (5, 70)]),
        polygon([(40, 5), (75, 40), (40, 75), (5, 40)]),
        polygon([(5, 5), (70, 5), (5, 70)]),
        star((50, 50), 40, 20, 5),
        star((50, 50), 40, 34, 16),
        star((50, 50), 40, 36.5, 24),
    ],
    ids=["L", "diamond", "triangle", "star", "gear", "fine gear"],
)
def test_other_shapes_are_neither(contour: Points) -> None:
    """A shape that merely covers as much as an ellipse or a rectangle is none."""
    assert _primitive(contour) is None


def test_a_turned_ellipse_is_neither() -> None:
    """An ellipse that leans is not replaced by one that stands upright."""
    turn = np.array([[0.8, 0.6], [-0.6, 0.8]])
    assert _primitive(ellipse((0, 0), 40, 15) @ turn + 60) is None


def test_what_costs_less_as_curves_stays_curves() -> None:
    """A primitive that takes more bytes than the outline is not used, nor is one for a speck."""
    fitted = _fitted(ellipse((50, 50), 30, 30))
    assert primitive(fitted.points, 5.0, fitted.worth, SCALE) is None
    assert _primitive(ellipse((50, 50), 1, 1)) is None


@pytest.mark.parametrize("seen", [True, False])
def test_a_dent_counts_where_it_is(seen: bool) -> None:
    """A circle with a dent is a circle only where the dent is worth little, whatever the rest is worth."""
    angle = np.linspace(0, 2 * np.pi, 401)
    reach = 30 - 2 * np.exp(-np.square((angle - np.pi) / 0.08))
    dented = 50 + reach[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    beside = np.abs(angle - np.pi) < 0.3
    worth = np.where(beside == seen, WORTH, 0.03 * WORTH)
    (fitted,) = fit_outlines([dented], [worth], FitSettings(SCALE))
    found = primitive(fitted.points, fitted.cost, fitted.worth, SCALE)
    assert isinstance(found, Ellipse) != seen
