"""Outlines that go back to where they were closer."""

import numpy as np
import pytest

from svgai.array_types import Floats
from svgai.trace.outlines.closest_outlines import ClosestOutlines
from tests.inputs.tracing_inputs import ellipse

CIRCLE = ellipse((20, 20), 10, 10)
FARTHER = ellipse((20, 20), 11, 11)
FARTHEST = ellipse((20, 20), 12, 12)


def even(value: float) -> Floats:
    return np.full((40, 40), value, np.float32)


def left_and_right(left: float, right: float) -> Floats:
    local = even(left)
    local[:, 20:] = right
    return local


def test_what_got_closer_goes_on() -> None:
    """Outlines of a drawing that is no poorer than the one before move as they would."""
    known = ClosestOutlines([CIRCLE])
    for local, contour in ((0.6, CIRCLE), (0.7, FARTHER)):
        known.measured([contour], even(local))
        (moved,) = known.stepped_back([FARTHEST])
        assert moved is FARTHEST


def test_what_got_poorer_goes_half_the_way_back() -> None:
    """Not where it would go, and not all the way."""
    known = ClosestOutlines([CIRCLE])
    known.measured([CIRCLE], even(0.7))
    known.measured([FARTHER], even(0.6))
    (moved,) = known.stepped_back([FARTHEST])
    assert moved == pytest.approx((CIRCLE + FARTHER) / 2)


def test_each_place_goes_by_itself() -> None:
    """One side goes on where it got closer while the other goes back, and the outline stays closed."""
    known = ClosestOutlines([CIRCLE])
    known.measured([CIRCLE], left_and_right(0.5, 0.7))
    known.measured([FARTHER], left_and_right(0.6, 0.6))
    (moved,) = known.stepped_back([FARTHEST])
    reach = np.hypot(*(moved - 20).T)
    assert reach[moved[:, 0] < 14] == pytest.approx(12, abs=0.01)
    assert reach[moved[:, 0] > 26] == pytest.approx(10.5, abs=0.05)
    assert (moved[0] == moved[-1]).all()


def test_what_is_good_does_not_go_back() -> None:
    """A little poorer, or poorer but good, is no reason."""
    known = ClosestOutlines([CIRCLE])
    known.measured([CIRCLE], even(0.99))
    known.measured([FARTHER], even(0.92))
    assert known.stepped_back([FARTHEST])[0] is FARTHEST


def test_no_contour_is_no_fault() -> None:
    """A picture without outlines has none to go back."""
    known = ClosestOutlines([])
    known.measured([], even(0.5))
    assert known.stepped_back([]) == []
