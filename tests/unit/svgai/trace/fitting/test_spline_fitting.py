from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Points
from svgai.trace.fitting.spline_fitting import fitted
from svgai.trace.fitting.splines import Segments, Splines, deviations
from tests.inputs.tracing_inputs import cut_rings, ellipse

RADIUS = 40.0


def _rough(segments: Segments, freedom: int = 2, off: float = 0.0) -> Splines:
    """Splines through the cuts, with handles a third of the chord long along the tangent there."""
    joints = segments.points[segments.begin]
    ends = joints[segments.after]
    tangents = ends - joints[segments.before]
    tangents /= np.maximum(np.hypot(*tangents.T), 1e-9)[:, None]
    chords = np.hypot(*(ends - joints).T)[:, None]
    random = np.random.default_rng(3)
    leaving = np.where(segments.curved[:, None], tangents * chords / 3, 0)
    arriving = np.where(segments.curved[segments.before][:, None], -tangents * chords[segments.before] / 3, 0)
    return Splines(
        joints=joints + random.uniform(-off, off, joints.shape),
        leaving=leaving,
        arriving=arriving,
        smooth=segments.curved & segments.curved[segments.before],
        freedom=np.full(len(joints), freedom),
        way=np.tile([1.0, 0.0], (len(joints), 1)),
        shift=np.zeros(len(joints)),
    )


def _circle(x: float = 60) -> Points:
    return ellipse((x, 60), RADIUS, RADIUS)


@given(cuts=st.integers(3, 9), off=st.floats(0, 0.4))
@settings(max_examples=20, deadline=None)
def test_splines_come_closer_to_their_outlines(cuts: int, off: float) -> None:
    """Whatever they begin with, they end no farther away."""
    segments = cut_rings(_circle(), cuts=cuts)
    rough = _rough(segments, off=off)
    before, after = deviations(rough, segments).sum(), deviations(fitted(rough, segments), segments).sum()
    assert after <= before + 1e-9


def test_joints_off_the_outline_are_drawn_to_it() -> None:
    """A circle cut in six, its joints moved by up to half a pixel, is a circle again to a tenth of one."""
    segments = cut_rings(_circle(), cuts=6)
    found = fitted(_rough(segments, off=0.5), segments)
    assert np.abs(np.hypot(*(found.joints - 60).T) - RADIUS).max() < 0.1


def test_smooth_passages_stay_smooth() -> None:
    """The handles on either side of a joint stay on one line."""
    segments = cut_rings(_circle(), cuts=5)
    found = fitted(_rough(segments, off=0.4), segments)
    cosine = (found.leaving * found.arriving).sum(axis=1) / np.hypot(*found.leaving.T) / np.hypot(*found.arriving.T)
    assert cosine.max() < -0.9999


@pytest.mark.parametrize("freedom, moves", [(0, (False, False)), (1, (True, False)), (2, (True, True))])
def test_joints_move_as_they_may(freedom: int, moves: tuple[bool, bool]) -> None:
    """Not at all, along their way alone, or anywhere."""
    segments = cut_rings(_circle(), cuts=6)
    rough = _rough(segments, freedom=freedom, off=0.4)
    moved = np.abs(fitted(rough, segments).joints - rough.joints).max(axis=0) > 1e-6
    assert tuple(moved.tolist()) == moves


def test_lines_have_no_handles() -> None:
    """What is straight stays so, and all comes closer."""
    segments = cut_rings(_circle(), cuts=12, line=4)
    rough = _rough(segments)
    found = fitted(rough, segments)
    assert not found.leaving[4].any()
    assert not found.arriving[5].any()
    assert np.isfinite(found.curves(segments)).all()
    assert deviations(found, segments).sum() < deviations(rough, segments).sum()


def test_outlines_are_fitted_each_for_itself() -> None:
    """In company an outline becomes what it becomes alone."""
    both = cut_rings(_circle(), ellipse((300, 60), 50, 20), cuts=5)
    alone = cut_rings(_circle(), cuts=5)
    together, single = fitted(_rough(both), both), fitted(_rough(alone), alone)
    assert np.allclose(together.joints[:5], single.joints, atol=1e-9)
    assert np.allclose(together.leaving[:5], single.leaving, atol=1e-9)


def test_an_outline_without_length_is_left_alone() -> None:
    """All of its points in one place, and its joints with them, give numbers, not faults."""
    segments = cut_rings(np.full((50, 2), 7.0), cuts=3)
    for rough in (_rough(cut_rings(_circle(), cuts=3)), _rough(segments)):
        found = fitted(rough, segments)
        assert np.array_equal(found.joints, rough.joints)
        assert np.array_equal(found.leaving, rough.leaving)


def test_one_curve_may_be_a_whole_outline() -> None:
    """A curve from a joint to itself is brought no farther away, and stays a number."""
    segments = cut_rings(_circle(), cuts=1)
    rough = replace(_rough(segments), leaving=np.array([[0.0, 60.0]]), arriving=np.array([[0.0, -60.0]]))
    found = fitted(rough, segments)
    assert np.isfinite(found.curves(segments)).all()
    assert deviations(found, segments).sum() <= deviations(rough, segments).sum()


def test_a_curve_goes_on_from_a_line_as_the_line_runs() -> None:
    """Where a passage between a line and a curve is smooth, the handle lies along the line however both move."""
    segments = cut_rings(_circle(), cuts=12, line=4)
    rough = _rough(segments, off=0.2)
    found = fitted(replace(rough, smooth=np.ones(12, bool)), segments)
    line = found.joints[5] - found.joints[4]
    line /= np.hypot(*line)
    for handle in (found.leaving[5], -found.arriving[4]):
        assert handle @ line == pytest.approx(np.hypot(*handle), rel=1e-9)


def test_many_outlines_are_fitted_as_a_few_are() -> None:
    """More segments than are fitted at a time come out as they do by themselves."""
    many = cut_rings(*[_circle(60 + 100 * number) for number in range(260)], cuts=9)
    alone = cut_rings(_circle(60), cuts=9)
    together, single = fitted(_rough(many), many), fitted(_rough(alone), alone)
    assert len(together.joints) == 260 * 9
    for number in (0, 222, 223, 259):
        own = slice(9 * number, 9 * number + 9)
        assert np.allclose(together.joints[own] - [100 * number, 0], single.joints, atol=1e-6)
