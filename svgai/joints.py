"""
Joints between the segments of fitted outlines: sharp corners where lines meet, smooth passages everywhere else.

Anti-aliasing rounds a corner, so that no point of an outline lies in it: where two lines meet, they are extended to
their intersection. Where the turn is slight, both segments get one direction, unless that costs more than it is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svgai.contours import Points
from svgai.corners import LEAST_LINE, LEAST_SINE, REACH, TRIMMED, with_corners
from svgai.curve_fitting import Doubles, FittedOutline, Indices, mean_worth

Flags = npt.NDArray[np.bool_]

_UPRIGHT = 0.19  # source pixels that a horizontal or vertical line rises or falls from end to end
_SIDE_REACH = 0.6  # source pixels that a joint may move onto a line
_SAMPLES = 24
_ROUNDS = 3
_LEAST_HANDLE = 0.02  # of the chord
_KINK_BYTES = 8.0  # what a smooth passage is worth


@dataclass(frozen=True, eq=False)
class SmoothOutline:
    """A closed outline: segment s runs from `joints[s]` (s, 2), a curve with `controls[s]` (2, 2) where `curved[s]`."""

    joints: Points
    curved: Flags
    controls: Doubles


@dataclass(frozen=True, eq=False)
class _Segments:
    """
    The segments of all outlines: where they begin and end in all points, and which one comes before and after; `arc`
    is their length, `worth` what a squared deviation is worth along them, on average.
    """

    points: Points
    begin: Indices
    end: Indices
    before: Indices
    after: Indices
    curved: Flags
    arc: Doubles
    worth: Doubles


def smooth_joints(outlines: Sequence[FittedOutline], corner: float) -> list[SmoothOutline]:
    """
    Place the joints of outlines and make their passages smooth.

    Args:
        outlines: what `fit_outlines` gave.
        corner: least turn, in degrees, that stays a corner.
    """
    if not outlines:
        return []
    outlines = [with_corners(outline) for outline in outlines]
    segments = _segments(outlines)
    starts = _place(segments)
    ends = starts[segments.after]
    controls = np.concatenate([outline.controls for outline in outlines])
    controls = controls + np.stack(
        [starts - segments.points[segments.begin], ends - segments.points[segments.end]], axis=1
    )
    curves = np.flatnonzero(segments.curved)
    if len(curves):
        controls[curves] = _curves(segments, curves, starts, ends, controls, corner)
    sizes = np.cumsum([len(outline.curved) for outline in outlines])[:-1]
    return [
        SmoothOutline(*parts)
        for parts in zip(*(np.split(whole, sizes) for whole in (starts, segments.curved, controls)), strict=True)
    ]


def _curves(
    segments: _Segments,
    curves: Indices,
    starts: Points,
    ends: Points,
    controls: Doubles,
    corner: float,
) -> Doubles:
    """Control points of the curves, smooth at their ends where that is worth it."""
    leaving, arriving = _directions(segments, starts, ends, controls, np.cos(np.radians(corner)))
    samples = _samples(segments, curves, starts, ends)
    none = np.zeros((len(curves), 2))
    free, free_error = _refit(samples, none, none)
    smooth, smooth_error = _refit(samples, leaving[curves], arriving[curves])
    cheap = (smooth_error - free_error) * segments.arc[curves] * segments.worth[curves] <= _KINK_BYTES
    return np.where(cheap[:, None, None], smooth, free)


def _segments(outlines: Sequence[FittedOutline]) -> _Segments:
    begin, end, before, after, arc, worth = [], [], [], [], [], []
    points = segments = 0
    for outline in outlines:
        joints = outline.joints + points
        count = len(outline.curved)
        begin.append(joints[:-1])
        end.append(joints[1:])
        numbers = np.arange(count)
        before.append((numbers - 1) % count + segments)
        after.append((numbers + 1) % count + segments)
        step = np.hypot(*(outline.points[1] - outline.points[0]))
        arc.append((joints[1:] - joints[:-1]) * step)
        worth.append(mean_worth(outline.worth, outline.joints[:-1], outline.joints[1:]))
        points += len(outline.points)
        segments += count
    return _Segments(
        np.concatenate([outline.points for outline in outlines]),
        np.concatenate(begin),
        np.concatenate(end),
        np.concatenate(before),
        np.concatenate(after),
        np.concatenate([outline.curved for outline in outlines]),
        np.concatenate(arc),
        np.concatenate(worth),
    )


def _place(segments: _Segments) -> Points:
    """Where each segment starts: in the corner of two lines, on a line, or where the outline was cut."""
    middle, direction, trusted = _lines(segments)
    places = segments.points[segments.begin].copy()
    one, other = segments.before, np.arange(len(places))
    cross = direction[one, 0] * direction[other, 1] - direction[one, 1] * direction[other, 0]
    gap = middle[other] - middle[one]
    along = (gap[:, 0] * direction[other, 1] - gap[:, 1] * direction[other, 0]) / np.where(cross == 0, 1, cross)
    corners = middle[one] + along[:, None] * direction[one]
    meet = trusted[one] & trusted[other] & (np.abs(cross) > LEAST_SINE)
    meet &= np.hypot(*(corners - places).T) < REACH
    line = np.where(trusted[one], one, other)
    onto = middle[line] + ((places - middle[line]) * direction[line]).sum(axis=1)[:, None] * direction[line]
    beside = (trusted[one] ^ trusted[other]) & (np.hypot(*(onto - places).T) < _SIDE_REACH)
    places[beside] = onto[beside]
    places[meet] = corners[meet]
    return places


def _lines(segments: _Segments) -> tuple[Points, Points, Flags]:
    """A point and the unit direction of the straight segments, and which of them are long enough to be trusted."""
    points = segments.points
    products = np.column_stack([points, points[:, :1] * points, points[:, 1:] * points[:, 1:]])
    running = np.concatenate([np.zeros((1, 5)), np.cumsum(products, axis=0)])
    first, last = segments.begin + TRIMMED, segments.end - TRIMMED
    trusted = ~segments.curved & (segments.end - segments.begin >= LEAST_LINE)
    first, last = np.where(trusted, first, segments.begin), np.where(trusted, last, segments.end)
    means = (running[last + 1] - running[first]) / (last + 1 - first)[:, None]
    x, y, xx, xy, yy = means.T
    angle = np.arctan2(2 * (xy - x * y), (xx - x * x) - (yy - y * y)) / 2
    upright = np.rint(angle / (np.pi / 2)) * (np.pi / 2)
    angle = np.where(np.abs(np.sin(angle - upright)) * segments.arc < _UPRIGHT, upright, angle)
    return means[:, :2], np.column_stack([np.cos(angle), np.sin(angle)]), trusted


def _directions(
    segments: _Segments, starts: Points, ends: Points, controls: Doubles, least_cosine: float
) -> tuple[Points, Points]:
    """Unit directions in which segments leave their start and arrive at their end, zero where they are free."""
    chords = ends - starts
    leaving = np.where(segments.curved[:, None], controls[:, 0] - starts, chords)
    arriving = np.where(segments.curved[:, None], ends - controls[:, 1], chords)[segments.before]
    straight_before = ~segments.curved[segments.before]
    lengths = np.hypot(*leaving.T), np.hypot(*arriving.T)
    units = [way / np.maximum(length, 1e-9)[:, None] for way, length in zip((leaving, arriving), lengths, strict=True)]
    smooth = (units[0] * units[1]).sum(axis=1) > least_cosine
    smooth &= segments.curved | ~straight_before
    shared = leaving + arriving
    shared = np.where(segments.curved[:, None], shared, leaving)
    shared = np.where(straight_before[:, None], arriving, shared)
    shared /= np.maximum(np.hypot(*shared.T), 1e-9)[:, None]
    shared[~smooth] = 0
    return shared, shared[segments.after]


def _samples(segments: _Segments, curves: Indices, starts: Points, ends: Points) -> Points:
    """Evenly distant points (curves, samples, 2) along the outline, from joint to joint."""
    begin, length = segments.begin[curves], segments.end[curves] - segments.begin[curves]
    place = begin[:, None] + length[:, None] * np.linspace(0, 1, _SAMPLES)
    whole = np.minimum(place.astype(np.intp), segments.end[curves][:, None] - 1)
    share = (place - whole)[..., None]
    samples = segments.points[whole] * (1 - share) + segments.points[whole + 1] * share
    samples[:, 0], samples[:, -1] = starts[curves], ends[curves]
    return np.asarray(samples)


def _refit(samples: Points, leaving: Points, arriving: Points) -> tuple[Doubles, Doubles]:
    """
    Cubics through the ends of samples (n, m, 2) and close to the rest, with given directions where these are not zero.

    Returns:
        Control points (n, 2, 2), and mean squared distances (n,) after the parameters were moved along the curve.
    """
    begin, end = samples[:, :1], samples[:, -1:]
    chord = np.hypot(*(end - begin)[:, 0].T)
    ways = np.stack([_ways(leaving), _ways(-arriving)], axis=1)
    fixed = np.stack([leaving.any(axis=1), arriving.any(axis=1)], axis=1)
    t = np.broadcast_to(np.linspace(0, 1, samples.shape[1]), samples.shape[:2])
    controls = np.zeros((len(samples), 2, 2))
    for round_ in range(_ROUNDS):
        basis = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3], axis=2)
        rest = samples - (basis[..., 0] + basis[..., 1])[..., None] * begin
        rest -= (basis[..., 2] + basis[..., 3])[..., None] * end
        columns = (basis[:, :, None, 1:3, None] * ways.transpose(0, 3, 1, 2)[:, None]).reshape(len(samples), -1, 4)
        normal = columns.transpose(0, 2, 1) @ columns + np.eye(4) * 1e-9
        right = columns.transpose(0, 2, 1) @ rest.reshape(len(samples), -1, 1)
        found = np.linalg.solve(normal, right).reshape(-1, 2, 2)
        found[..., 0] = np.where(fixed, np.maximum(found[..., 0], _LEAST_HANDLE * chord[:, None]), found[..., 0])
        handles = np.einsum("nkw,nkwc->nkc", found, ways)
        controls = np.concatenate([begin, end], axis=1) + handles
        curve = np.concatenate([begin, controls, end], axis=1)
        off = basis @ curve - samples
        if round_ + 1 < _ROUNDS:
            t = _closer(t, curve, off)
    return controls, (off * off).sum(axis=2).mean(axis=1)


def _ways(directions: Points) -> Doubles:
    """What a handle is a sum of, (n, 2, 2): multiples of its direction, or of both axes where it is free."""
    free = ~directions.any(axis=1)
    ways = np.zeros((len(directions), 2, 2))
    ways[:, 0] = directions
    ways[free] = np.eye(2)
    return ways


def _closer(t: Doubles, curve: Doubles, off: Doubles) -> Doubles:
    """Parameters after one Newton step towards the points of the curve that are nearest."""
    sides = np.diff(curve, axis=1)
    weights = np.stack([3 * (1 - t) ** 2, 6 * t * (1 - t), 3 * t * t], axis=2)
    slope = weights @ sides
    step = (off * slope).sum(axis=2) / np.maximum((slope * slope).sum(axis=2), 1e-9)
    moved = np.clip(t - step, 0, 1)
    moved[:, 0], moved[:, -1] = 0, 1
    return np.maximum.accumulate(moved, axis=1)
