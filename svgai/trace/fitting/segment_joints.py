"""
Joints between the segments of fitted outlines: sharp corners where lines meet, smooth passages everywhere else.

Anti-aliasing rounds a corner, so that no point of an outline lies in it: where two lines meet, they are extended to
their intersection. Where the turn is slight, both segments get one direction, unless that costs more than it is worth.
From there all joints and handles of an outline move together to where it is closest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from svgai.array_types import Doubles, Flags, Indices, Points
from svgai.trace.fitting.curve_fitting import FittedOutline, mean_worth
from svgai.trace.fitting.curve_refit import refit
from svgai.trace.fitting.sharp_corners import LEAST_LINE, LEAST_SINE, REACH, TRIMMED, with_corners
from svgai.trace.fitting.spline_fitting import fitted
from svgai.trace.fitting.splines import Segments, Splines

_UPRIGHT = 0.19  # source pixels that a horizontal or vertical line rises or falls from end to end
_SIDE_REACH = 0.6  # source pixels that a joint may move onto a line
_SAMPLES = 24
_KINK_BYTES = 8.0  # what a smooth passage is worth


@dataclass(frozen=True, eq=False)
class SmoothOutline:
    """
    A closed outline: segment s runs from `joints[s]` (s, 2), a curve with `controls[s]` (2, 2) where `curved[s]`.

    A line that is not `closed` has no segment from its last joint.
    """

    joints: Points
    curved: Flags
    controls: Doubles
    closed: bool


@dataclass(frozen=True, eq=False)
class _Lines:
    """Segments as lines: a point, the unit direction, and whether it is straight and long enough to be trusted."""

    middle: Points
    direction: Points
    trusted: Flags


def smooth_joints(outlines: Sequence[FittedOutline], corner: float) -> list[SmoothOutline]:
    """
    Place the joints of outlines, make their passages smooth, and move all to where it is closest.

    Args:
        outlines: what `fit_outlines` gave.
        corner: least turn, in degrees, that stays a corner.
    """
    if not outlines:
        return []
    outlines = [with_corners(outline) for outline in outlines]
    segments = _segments(outlines)
    lines = _lines(segments)
    starts = _place(segments, lines)
    ends = starts[segments.after]
    controls = np.concatenate([outline.controls for outline in outlines])
    controls = controls + np.stack(
        [starts - segments.points[segments.begin], ends - segments.points[segments.end]], axis=1
    )
    if segments.curved.any():
        starts, controls = _fitted(segments, starts, controls, lines, corner)
    sizes = np.cumsum([len(outline.curved) for outline in outlines])[:-1]
    return [
        SmoothOutline(joints, curved, handles, outline.closed)
        for outline, joints, curved, handles in zip(
            outlines, *(np.split(whole, sizes) for whole in (starts, segments.curved, controls)), strict=True
        )
    ]


def _fitted(
    segments: Segments, starts: Points, controls: Doubles, lines: _Lines, corner: float
) -> tuple[Points, Doubles]:
    """Joints and control points of splines with smooth passages where these are worth it, moved to their outlines."""
    ends, curves, before = starts[segments.after], np.flatnonzero(segments.curved), segments.before
    leaving, arriving = _directions(segments, starts, ends, controls, np.cos(np.radians(corner)))
    samples = _samples(segments, curves, starts, ends)
    none = np.zeros((len(curves), 2))
    free, free_error = refit(samples, none, none)
    smooth, smooth_error = refit(samples, leaving[curves], arriving[curves])
    cheap = (smooth_error - free_error) * segments.arc[curves] * segments.worth[curves] <= _KINK_BYTES
    handles = np.zeros((len(starts), 2, 2))
    handles[curves] = np.where(cheap[:, None, None], smooth, free) - np.stack([starts, ends], axis=1)[curves]
    turned = np.ones(len(starts), bool)
    turned[curves] = cheap
    on_both, on_one = lines.trusted & lines.trusted[before], lines.trusted | lines.trusted[before]
    beside_curve = segments.curved | segments.curved[before]
    splines = Splines(
        joints=starts,
        leaving=handles[:, 0],
        arriving=handles[before, 1],
        smooth=leaving.any(axis=1) & turned & turned[before],
        # Lines stay where they are: what lies between two of them is no matter of curves.
        freedom=np.where(on_both | ~beside_curve | segments.at_gap, 0, np.where(on_one, 1, 2)),
        way=np.where(lines.trusted[:, None], lines.direction, lines.direction[before]),
        shift=np.zeros(len(starts)),
    )
    found = fitted(splines, segments)
    return found.joints, found.curves(segments)[:, 1:3]


def _segments(outlines: Sequence[FittedOutline]) -> Segments:
    first, spaces, begin, end, before, after, arc, worth = [], [], [], [], [], [], [], []
    points = segments = 0
    for outline in outlines:
        joints = outline.joints + points
        count = len(outline.curved)
        first.append(np.full(count, points))
        spaces.append(np.full(count, len(outline.points) - 1))
        begin.append(joints[:-1])
        end.append(joints[1:])
        numbers = np.arange(count)
        before.append((numbers - 1) % count + segments)
        after.append((numbers + 1) % count + segments)
        arc.append((joints[1:] - joints[:-1]) * outline.step)
        worth.append(mean_worth(outline.worth, outline.joints[:-1], outline.joints[1:]))
        points += len(outline.points)
        segments += count
    return Segments(
        np.concatenate([outline.points for outline in outlines]),
        np.concatenate(first),
        np.concatenate(spaces),
        np.concatenate(begin),
        np.concatenate(end),
        np.concatenate(before),
        np.concatenate(after),
        np.concatenate([outline.curved for outline in outlines]),
        np.concatenate(arc),
        np.concatenate(worth),
    )


def _place(segments: Segments, lines: _Lines) -> Points:
    """Where each segment starts: in the corner of two lines, on a line, or where the outline was cut."""
    middle, direction, trusted = lines.middle, lines.direction, lines.trusted
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


def _lines(segments: Segments) -> _Lines:
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
    return _Lines(means[:, :2], np.column_stack([np.cos(angle), np.sin(angle)]), trusted)


def _directions(
    segments: Segments, starts: Points, ends: Points, controls: Doubles, least_cosine: float
) -> tuple[Points, Points]:
    """Unit directions in which segments leave their start and arrive at their end, zero where they are free."""
    chords = ends - starts
    leaving = np.where(segments.curved[:, None], controls[:, 0] - starts, chords)
    arriving = np.where(segments.curved[:, None], ends - controls[:, 1], chords)[segments.before]
    straight_before = ~segments.curved[segments.before]
    lengths = np.hypot(*leaving.T), np.hypot(*arriving.T)
    units = [way / np.maximum(length, 1e-9)[:, None] for way, length in zip((leaving, arriving), lengths, strict=True)]
    smooth = (units[0] * units[1]).sum(axis=1) > least_cosine
    smooth &= (segments.curved | ~straight_before) & ~segments.at_gap
    shared = leaving + arriving
    shared = np.where(segments.curved[:, None], shared, leaving)
    shared = np.where(straight_before[:, None], arriving, shared)
    shared /= np.maximum(np.hypot(*shared.T), 1e-9)[:, None]
    shared[~smooth] = 0
    return shared, shared[segments.after]


def _samples(segments: Segments, curves: Indices, starts: Points, ends: Points) -> Points:
    """Evenly distant points (curves, samples, 2) along the outline, from joint to joint."""
    begin, length = segments.begin[curves], segments.end[curves] - segments.begin[curves]
    place = begin[:, None] + length[:, None] * np.linspace(0, 1, _SAMPLES)
    whole = np.minimum(place.astype(np.intp), segments.end[curves][:, None] - 1)
    share = (place - whole)[..., None]
    samples = segments.points[whole] * (1 - share) + segments.points[whole + 1] * share
    samples[:, 0], samples[:, -1] = starts[curves], ends[curves]
    return np.asarray(samples)
