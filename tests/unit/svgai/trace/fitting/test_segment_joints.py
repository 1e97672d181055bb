from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from svgai.array_types import Points
from svgai.trace.fitting.curve_fitting import FitSettings, fit_outlines
from svgai.trace.fitting.segment_joints import SmoothOutline, smooth_joints
from tests.inputs.tracing_inputs import distances, ellipse, evenly_worth, polygon, rounded

WORTH = 16.0
CORNER = 40.0


def _smooth(*contours: Points, corner: float = CORNER, curves: bool = True) -> list[SmoothOutline]:
    return smooth_joints(fit_outlines(contours, evenly_worth(contours, WORTH), FitSettings(3, curves)), corner)


def _drawn(outline: SmoothOutline) -> Points:
    """The segments as a fine closed polyline."""
    t = np.linspace(0, 1, 33)[:-1, None]
    parts = []
    for number, curved in enumerate(outline.curved):
        begin, end = outline.joints[number], outline.joints[(number + 1) % len(outline.joints)]
        first, second = outline.controls[number]
        curve = (1 - t) ** 3 * begin + 3 * t * (1 - t) ** 2 * first + 3 * t * t * (1 - t) * second + t**3 * end
        parts.append(curve if curved else begin[None])
    return np.concatenate([*parts, outline.joints[:1]])


def _kinks(outline: SmoothOutline) -> Points:
    """By how many degrees the outline turns at each joint."""
    count = len(outline.joints)
    ends = outline.joints[(np.arange(count) + 1) % count]
    leaving = np.where(outline.curved[:, None], outline.controls[:, 0], ends) - outline.joints
    arriving = ends - np.where(outline.curved[:, None], outline.controls[:, 1], outline.joints)
    arriving = np.roll(arriving, 1, axis=0)
    cosine = (leaving * arriving).sum(axis=1) / np.hypot(*leaving.T) / np.hypot(*arriving.T)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _corners_off(outline: SmoothOutline, corners: list[tuple[float, float]]) -> float:
    """How far the worst of the corners is from the nearest joint, across or down: sides held upright may move both."""
    gaps = np.abs(np.array(corners)[:, None] - outline.joints).max(axis=2)
    return float(gaps.min(axis=1).max())


@given(angle=st.floats(0, np.pi / 2), x=st.floats(40, 41), y=st.floats(40, 41), half=st.floats(8, 30))
@example(angle=0.005060258496790138, x=40.959077642697444, y=40.36940441109168, half=20.157453231468317)
@settings(max_examples=30, deadline=None)
def test_corners_that_sampling_cut_come_back(angle: float, x: float, y: float, half: float) -> None:
    """The corners of a turned square, cut off by half a pixel as anti-aliasing does, are where its sides meet: to the
    tenth of a pixel that a side may be turned by to stand upright, and what the points of an outline are off.
    """
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    square = np.array([(-half, -half), (half, -half), (half, half), (-half, half)])
    cut = []
    for corner, before, after in zip(square, np.roll(square, 1, axis=0), np.roll(square, -1, axis=0), strict=True):
        cut += [corner + (other - corner) / (2 * half) * 0.5 for other in (before, after)]
    (outline,) = _smooth(polygon([(x + a, y + b) for a, b in np.array(cut) @ turn]))
    assert len(outline.joints) == 4
    assert not outline.curved.any()
    assert _corners_off(outline, [(x + a, y + b) for a, b in square @ turn]) < 0.11


def test_an_outline_of_lines_keeps_its_sharp_angles() -> None:
    """Corners of a triangle are where they were, however sharp or blunt."""
    corners = [(5.0, 8.0), (60.0, 20.0), (30.0, 55.0)]
    (outline,) = _smooth(polygon(corners))
    assert len(outline.joints) == 3
    assert _corners_off(outline, corners) < 0.1


def test_bevels_that_can_be_seen_stay() -> None:
    """A corner that is cut off by some pixels is no sharp corner."""
    corners = [(14.0, 10.0), (60.0, 10.0), (60.0, 50.0), (10.0, 50.0), (10.0, 14.0)]
    (outline,) = _smooth(polygon(corners))
    assert len(outline.joints) == 5
    assert _corners_off(outline, corners) < 0.3


@pytest.mark.parametrize("contour", [ellipse((40, 40), 30, 30), ellipse((40, 40), 35, 14), ellipse((20, 20), 4, 4)])
def test_a_smooth_outline_has_no_kink(contour: Points) -> None:
    """Where a smooth curve was cut, both segments have one direction, and lie where it lay."""
    (outline,) = _smooth(contour)
    assert _kinks(outline).max() < 1
    assert distances(_drawn(outline), contour).max() < 0.3


def test_lines_run_smoothly_into_round_corners() -> None:
    """The sides of a rounded rectangle meet its corners without a kink."""
    contour = rounded(10, 10, 70, 50, 14)
    (outline,) = _smooth(contour)
    beside_curves = outline.curved | np.roll(outline.curved, 1)
    assert beside_curves.any()
    assert _kinks(outline)[beside_curves].max() < 1
    assert distances(_drawn(outline), contour).max() < 0.4


def test_corners_between_curves_stay_corners() -> None:
    """The two tips of a lens stay sharp, its sides smooth."""
    angle = np.linspace(-np.pi / 3, np.pi / 3, 80)
    right = np.column_stack([40 * np.cos(angle) - 20, 40 * np.sin(angle)]) + 50
    left = 100 - right
    lens = np.concatenate([right[:-1], left[:-1], right[:1]])
    (outline,) = _smooth(lens)
    kinks = np.sort(_kinks(outline))
    assert (kinks[-2:] > 45).all()
    assert (kinks[:-2] < 1).all()


def test_the_corner_angle_decides() -> None:
    """The blunt tips of a wide lens stay corners where the least angle is below theirs, and else are made smooth."""
    tip = np.radians(80)
    angle = np.linspace(-tip, tip, 80)
    right = 40 * np.column_stack([np.cos(angle) - np.cos(tip), np.sin(angle)]) + 60
    left = 120 - right
    lens = np.concatenate([right[:-1], left[:-1], right[:1]])
    (fitted,) = fit_outlines([lens], evenly_worth([lens], WORTH), FitSettings(3))
    cheap = replace(fitted, worth=np.full_like(fitted.worth, 0.01))
    (sharp,), (soft,) = (smooth_joints([cheap], corner) for corner in (5, 40))
    assert _kinks(sharp).max() > 15
    assert _kinks(soft).max() < 1


@pytest.mark.slow
@given(seed=st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_outlines_do_not_depend_on_their_company(seed: int) -> None:
    """Joined together with others an outline is what it is alone, with a line or a curve for each of its segments."""
    random = np.random.default_rng(seed)
    circle = ellipse((40, 40), *random.uniform(3, 30, 2))
    box = polygon([(x, y) for x, y in random.uniform(0, 80, (5, 2))])
    together = _smooth(circle, box)
    for outline, contour in zip(together, (circle, box), strict=True):
        (alone,) = _smooth(contour)
        assert np.allclose(alone.joints, outline.joints)
        assert np.allclose(alone.controls[alone.curved], outline.controls[outline.curved])
        assert len(outline.joints) == len(outline.curved) == len(outline.controls)
        assert np.isfinite(outline.controls).all()


def test_nothing_is_joined_of_nothing() -> None:
    """No outlines give no outlines."""
    assert smooth_joints([], CORNER) == []
