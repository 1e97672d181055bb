from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Points
from svgai.trace.fitting.curve_fitting import FitSettings, FittedOutline, fit_outlines
from svgai.trace.outlines.outline_points import angles_between
from tests.inputs.tracing_inputs import distances, ellipse, evenly_worth, polygon, rounded, star

WORTH = 16.0
SQUARE = polygon([(10, 10), (50, 10), (50, 50), (10, 50)])
T = np.linspace(0, 1, 33)[:, None]
BERNSTEIN = np.hstack([(1 - T) ** 3, 3 * T * (1 - T) ** 2, 3 * T * T * (1 - T), T**3])


def _blob(seed: int, waves: int) -> Points:
    """A closed smooth outline of some waves."""
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 400)
    reach = 30 + sum(
        random.uniform(-6, 6) * np.cos(wave * angle + random.uniform(0, 6)) / wave for wave in range(1, waves + 1)
    )
    around = np.column_stack([50 + reach * np.cos(angle), 50 + reach * np.sin(angle)])
    around[-1] = around[0]
    return around


def _fitted(*contours: Points, worth: float = WORTH, curves: bool = True) -> list[FittedOutline]:
    return fit_outlines(contours, evenly_worth(contours, worth), FitSettings(3, curves))


def _drawn(outline: FittedOutline) -> Points:
    """The segments as a fine closed polyline."""
    ends = outline.points[outline.joints]
    parts = []
    for number, (begin, end) in enumerate(pairwise(ends)):
        first, second = outline.controls[number]
        parts.append(BERNSTEIN @ np.stack([begin, first, second, end]) if outline.curved[number] else [begin])
    return np.concatenate([*parts, ends[:1]])


def _deviation(outline: FittedOutline) -> float:
    """The squared distances that are weighed, summed along the outline."""
    step = float(np.hypot(*(outline.points[1] - outline.points[0])))
    total = 0.0
    for number, curved in enumerate(outline.curved):
        points = outline.points[outline.joints[number] : outline.joints[number + 1] + 1]
        begin, end = points[0], points[-1]
        t = np.linspace(0, 1, len(points))[:, None]
        if curved:
            first, second = outline.controls[number]
            curve = (1 - t) ** 3 * begin + 3 * t * (1 - t) ** 2 * first + 3 * t * t * (1 - t) * second + t**3 * end
            total += float(((curve - points) ** 2).sum())
        else:
            x, y = end - begin
            across = y * (points[:, 0] - begin[0]) - x * (points[:, 1] - begin[1])
            total += float((across**2).sum() / (x * x + y * y))
    return total * step


BLOBS = st.builds(_blob, st.integers(0, 999), st.integers(1, 9))


@pytest.mark.slow
@given(contours=st.lists(BLOBS, min_size=1, max_size=4), curves=st.booleans())
@settings(max_examples=20, deadline=None)
def test_fitted_outlines_are_closed_and_whole(contours: list[Points], curves: bool) -> None:
    """Each outline comes back closed, cut at rising joints from its first point to its last, alone as in company."""
    fitted = _fitted(*contours, curves=curves)
    assert len(fitted) == len(contours)
    for outline, contour in zip(fitted, contours, strict=True):
        count = len(outline.points) - 1
        assert (outline.points[0] == outline.points[-1]).all()
        assert (outline.joints[0], outline.joints[-1]) == (0, count)
        assert (np.diff(outline.joints) > 0).all()
        assert len(outline.curved) == len(outline.controls) == len(outline.joints) - 1
        assert distances(outline.points, contour).max() < 1e-3
        (alone,) = _fitted(contour, curves=curves)
        assert (alone.joints == outline.joints).all()


@pytest.mark.slow
@given(contour=BLOBS, curves=st.booleans())
@settings(max_examples=20, deadline=None)
def test_dearer_deviation_means_less_of_it(contour: Points, curves: bool) -> None:
    """The more bytes a deviation is worth, the smaller it is and the more everything costs."""
    fitted = [_fitted(contour, worth=worth, curves=curves)[0] for worth in (0.25, 2.0, 16.0, 128.0)]
    deviations, costs = [_deviation(outline) for outline in fitted], [outline.cost for outline in fitted]
    assert all(after <= before + 1e-6 for before, after in pairwise(deviations))
    assert all(after >= before - 1e-6 for before, after in pairwise(costs))


@given(contour=BLOBS)
@settings(max_examples=15, deadline=None)
def test_the_cost_is_bytes_and_deviation(contour: Points) -> None:
    """What is weighed is what the points really deviate: the rest of the cost is bytes, however dear deviation is."""
    for worth in (1.0, 1000.0):
        (outline,) = _fitted(contour, worth=worth)
        size = outline.cost - worth * _deviation(outline)
        assert 0 < size < 40 * len(outline.curved)


def test_without_curves_all_segments_are_lines() -> None:
    """Where curves may not be used, a circle is a polygon close to it."""
    circle = ellipse((40, 40), 30, 30)
    (outline,) = _fitted(circle, curves=False)
    assert not outline.curved.any()
    assert distances(outline.points, _drawn(outline)).max() < 1


@pytest.mark.parametrize("contour", [ellipse((40, 40), 30, 30), ellipse((40, 40), 35, 12, clockwise=False)])
def test_round_outlines_take_few_curves(contour: Points) -> None:
    """A circle or an ellipse is a handful of curves that lie on it."""
    (outline,) = _fitted(contour)
    assert outline.curved.all()
    assert len(outline.curved) <= 6
    assert distances(_drawn(outline), contour).max() < 0.3


@pytest.mark.parametrize(
    "contour",
    [SQUARE, polygon([(5, 8), (60, 20), (30, 55)]), polygon([(5, 5), (50, 5), (50, 20), (20, 20), (20, 60), (5, 60)])],
)
def test_straight_sides_are_lines(contour: Points) -> None:
    """A straight-sided outline is as many lines as it has sides, or a few more at corners between points."""
    (outline,) = _fitted(contour)
    assert distances(_drawn(outline), contour).max() < 0.5
    sides = len(contour) - 1
    assert len(outline.curved) <= 2 * sides
    assert (~outline.curved).sum() >= sides


def test_round_corners_between_straight_sides_stay_round() -> None:
    """A rounded rectangle has lines along its sides and curves in its corners."""
    contour = rounded(10, 10, 70, 50, 12)
    (outline,) = _fitted(contour)
    assert outline.curved.any()
    assert distances(_drawn(outline), contour).max() < 0.4


@pytest.mark.parametrize("tips", [10, 25, 45])
def test_long_outlines_keep_their_corners(tips: int) -> None:
    """The tips of a star stay tips, however long the outline grows with their number."""
    contour = star((256, 256), 240, 150, tips)
    (outline,) = _fitted(contour)
    assert distances(contour, _drawn(outline)).max() < 1


@pytest.mark.parametrize("size", [0.6, 1.0, 3.0])
def test_the_smallest_outlines_are_fitted(size: float) -> None:
    """Outlines of a pixel or less are still outlines."""
    (outline,) = _fitted(polygon([(3, 3), (3 + size, 3), (3 + size, 3 + size), (3, 3 + size)]))
    assert distances(_drawn(outline), outline.points).max() < 1
    assert outline.cost < 200


@given(contour=BLOBS, times=st.floats(2, 64))
@settings(max_examples=20, deadline=None)
def test_dearer_outlines_deviate_less(contour: Points, times: float) -> None:
    """An outline whose deviations are worth more is fitted so, and the others as they were."""
    both = [contour, contour + np.array([100, 0])]
    plain = fit_outlines(both, evenly_worth(both, 0.5), FitSettings(3))
    near, far = fit_outlines(both, evenly_worth(both[:1], 0.5 * times) + evenly_worth(both[1:], 0.5), FitSettings(3))
    assert _deviation(near) <= _deviation(plain[0]) + 1e-6
    assert (far.joints == plain[1].joints).all()
    assert (far.controls == plain[1].controls).all()


def test_an_outline_is_closer_where_that_is_worth_more() -> None:
    """One outline follows its source more closely in one half than in the other."""
    gear = star((100, 50), 45, 38, 40)
    cheap = 0.05
    (careless,) = _fitted(gear, worth=cheap)
    (careful,) = fit_outlines([gear], [np.where(gear[:, 0] < 100, 400 * cheap, cheap)], FitSettings(3))
    points = careless.points
    off = [distances(points, _drawn(outline)) for outline in (careless, careful)]
    left, right = ([float(away[half].mean()) for away in off] for half in (points[:, 0] < 90, points[:, 0] > 110))
    assert left[1] < 0.5 * left[0]
    assert right[1] > 0.8 * right[0]


def test_outlines_may_be_cut_where_worth_changes() -> None:
    """A side of which one half is worth nothing is cut there, though it is straight."""
    side = np.column_stack([np.linspace(10, 90, 161), np.full(161, 10.0)])
    bend = side + np.where(side[:, :1] > 50, [[0.0, 4.0]], 0) * np.sin(side[:, :1])
    contour = np.concatenate([bend, [[90, 60], [10, 60], [10, 10]]])
    worth = np.where((contour[:, 0] > 50) & (contour[:, 1] < 30), 1e-3, 16.0)
    (outline,) = fit_outlines([contour], [worth], FitSettings(3))
    joints = outline.points[outline.joints]
    assert np.hypot(*(joints - [50, 10]).T).min() < 1
    assert len(outline.curved) < 8


def test_nothing_is_fitted_to_nothing() -> None:
    """No outlines give no outlines."""
    assert _fitted() == []


@pytest.mark.parametrize("worth", [1.0, 3.0, 6.0])
def test_bends_are_no_polygons_however_coarse(worth: float) -> None:
    """Lines are cheap to write, but no two of them meet at an angle in a bend."""
    for outline in _fitted(
        ellipse((50, 50), 40, 25), ellipse((50, 50), 8, 8), rounded(10, 10, 90, 60, 12), worth=worth
    ):
        ways = np.diff(outline.points[outline.joints], axis=0)
        turns = np.degrees(angles_between(ways, np.roll(ways, -1, axis=0)))
        straight = ~outline.curved
        assert (turns[straight & np.roll(straight, -1)] < 1).all()
