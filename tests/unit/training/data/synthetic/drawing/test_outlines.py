"""Outlines as arrays of control points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.synthetic.drawing.outlines import (
    Outline,
    arc,
    circle,
    polygon,
    rectangle,
    regular,
    ring,
    sector,
    smooth,
    star,
)


def test_circle_has_its_bounds() -> None:
    """A circle reaches its radius on every side of its centre."""
    assert circle(3 + 4j, 10).bounds() == pytest.approx((-7, -6, 13, 14), abs=0.01)


def test_straight_edges_are_written_as_lines() -> None:
    """A sharp polygon is written with line commands only and closed."""
    assert polygon([0j, 10 + 0j, 10 + 10j]).data() == "M0.00 0.00L10.00 0.00L10.00 10.00L0.00 0.00Z"


@given(st.integers(3, 12), st.floats(1, 200), st.floats(0, 300))
def test_rounding_stays_inside_the_polygon(sides: int, radius: float, rounding: float) -> None:
    """However large the rounding, the outline stays finite and inside the sharp one's bounds."""
    sharp, rounded = regular(sides, radius).bounds(), regular(sides, radius, rounding=rounding).bounds()
    assert np.isfinite(rounded).all()
    assert rounded[0] >= sharp[0] - 1e-6
    assert rounded[3] <= sharp[3] + 1e-6


def test_rotation_turns_clockwise_on_screen() -> None:
    """Turning a point on the right by ninety degrees puts it below."""
    turned = polygon([10 + 0j, 11 + 0j], closed=False).rotated(90).contours[0]
    assert turned[0] == pytest.approx(10j)


def test_stretching_by_a_negative_factor_mirrors() -> None:
    """A negative horizontal factor mirrors left and right."""
    assert rectangle(10, 4, 2).stretched(-1, 1).bounds() == pytest.approx((-12, -1, -8, 1))


@pytest.mark.parametrize(
    "outline",
    [
        smooth([0j, 5 + 5j, 10 + 0j]),
        star(5, 10, 4),
        ring(0, 10, 5),
        sector(0, 10, 0, 0, 90),
        sector(0, 10, 4, 30, 200),
        arc(0, 10, 0, 300),
    ],
)
def test_contours_have_one_start_and_three_points_per_cubic(outline: Outline) -> None:
    """Every constructor gives contours of 1+3n finite points."""
    for contour in outline.contours:
        assert len(contour) % 3 == 1
        assert np.isfinite(contour).all()


def test_arc_ends_where_it_should() -> None:
    """A quarter arc from the right ends below its centre."""
    ends = arc(0, 10, 0, 90).contours[0][[0, -1]]
    assert ends == pytest.approx([10, 10j])
