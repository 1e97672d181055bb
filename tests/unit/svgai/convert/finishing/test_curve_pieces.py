"""Curves that go through clipping as lines, and come back as pieces of themselves."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Points
from svgai.convert.finishing.curve_pieces import CurvePieces
from svgai.convert.finishing.drawn_outlines import Ring
from svgai.trace.svg.grid_geometry import GridPoint

ARCH = np.array([[0.0, 0.0], [0.0, 4000.0], [6000.0, 4000.0], [6000.0, 0.0]])
BASE = np.array([[6000.0, 0.0], [0.0, 0.0]])
NUMBERS = st.integers(-3000, 3000)
CURVES = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=4, max_size=4).map(lambda points: np.array(points, float))


def on(curve: Points, t: float) -> Points:
    """The point of a cubic (Bernstein)."""
    return np.asarray(sum(math.comb(3, k) * (1 - t) ** (3 - k) * t**k * curve[k] for k in range(4)))


def farthest(steps: Points, curve: Points) -> float:
    """How far a cubic is off another one at most, both as points."""
    fine = np.array([on(curve, t) for t in np.linspace(0, 1, 4000)])
    points = np.array([on(steps, t) for t in np.linspace(0, 1, 200)])
    return float(np.hypot(*(points[:, None] - fine).transpose(2, 0, 1)).min(axis=1).max())


def test_what_was_not_clipped_is_what_it_was() -> None:
    """An arch on a line."""
    curves = CurvePieces()
    outline = curves.outline(curves.lines_of([ARCH, BASE]))
    (step,) = outline.steps
    assert outline.start == (0, 0)
    assert step == ((0, 4000), (6000, 4000), (6000, 0))


@pytest.mark.slow
@given(curve=CURVES, cut=st.floats(0.05, 0.95), backwards=st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_part_of_a_curve_is_a_part_of_it(curve: Points, cut: float, backwards: bool) -> None:
    """Cut anywhere between two of its points, run through in either direction: one cubic at most three steps off."""
    curves = CurvePieces()
    lines = curves.lines_of([curve, np.array([curve[-1], curve[0]])])
    at = cut * (len(lines) - 1)
    before, after = np.array(lines[int(at)]), np.array(lines[int(at) + 1])
    end = before + (after - before) * (at - int(at))
    kept: list[GridPoint] = [*lines[: int(at) + 1], (round(float(end[0])), round(float(end[1])))]
    corners = [*kept, (9000, 9000)]
    outline = curves.outline(corners[::-1] if backwards else corners)
    ends = [outline.start, *(step[-1] for step in outline.steps)]
    for begin, step in zip(ends, outline.steps, strict=False):
        if len(step) == 3:
            assert farthest(np.array([begin, *step], float), curve) <= 3


def test_two_curves_that_meet_are_two() -> None:
    """A lens of two arches, whose points are different ones."""
    lower = ARCH[::-1] * (1, -1)
    curves = CurvePieces()
    ring: Ring = [ARCH, lower]
    outline = curves.outline(curves.lines_of(ring))
    assert [len(step) for step in outline.steps] == [3, 3]


def test_lines_stay_lines() -> None:
    """Corners that no curve has."""
    corners = [(0, 0), (100, 0), (100, 50)]
    assert CurvePieces().outline(corners).steps == (((100, 0),), ((100, 50),))
