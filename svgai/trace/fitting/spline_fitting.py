"""
Fits closed splines to their outlines as a whole.

Joints and handles of all segments move together, by Gauss-Newton steps on the distances from points of the outline to
the spline's tangents (Wang, Pottmann and Liu, Fitting B-spline curves to point clouds by curvature-based squared
distance minimization, 2006). Smooth passages stay smooth, and what a line gave its place stays on the line.
"""

from collections.abc import Iterator
from dataclasses import fields, replace

import numpy as np

from svgai.array_types import Doubles, Flags, Points
from svgai.trace.fitting.joint_systems import SLOTS, solved
from svgai.trace.fitting.splines import (
    SHORTEST_HANDLE,
    Segments,
    Splines,
    basis_at,
    deviations,
    nearest,
    sample_worth,
    sampled,
    slopes_at,
)

_ROUNDS = 2
_MOST = 0.75  # source pixels that a joint moves at a time
_LONGEST_HANDLE = 1.5  # of the chord of its curve
_AT_A_TIME = 2000  # segments, which take some kilobytes each


def fitted(splines: Splines, segments: Segments) -> Splines:
    """Splines moved towards their outlines; of an outline that is no closer for it, the given one."""
    parts = [_fitted(splines.part(some), segments.part(some)) for some in _groups(segments)]
    return Splines(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Splines)}
    )


def _groups(segments: Segments) -> Iterator[slice]:
    """Whole outlines, as many at a time as fit into little memory."""
    count = len(segments.first)
    begins = np.flatnonzero(np.diff(segments.first, prepend=-1)).tolist()
    begin = 0
    for end in [*begins[1:], count]:
        if end - begin >= _AT_A_TIME or end == count:
            yield slice(begin, end)
            begin = end


def _fitted(splines: Splines, segments: Segments) -> Splines:
    found = splines
    for _ in range(_ROUNDS):
        found = _step(found, segments)
    rise = np.bincount(segments.outline, deviations(found, segments) - deviations(splines, segments))
    lost = ~(rise <= 0)[segments.outline]
    return replace(
        found,
        joints=np.where(lost[:, None], splines.joints, found.joints),
        leaving=np.where(lost[:, None], splines.leaving, found.leaving),
        arriving=np.where(lost[:, None], splines.arriving, found.arriving),
        shift=np.where(lost, splines.shift, found.shift),
    )


def _step(splines: Splines, segments: Segments) -> Splines:
    points, curves = sampled(splines, segments), splines.curves(segments)
    t = nearest(curves, points, rounds=2)
    basis, slopes = basis_at(t), slopes_at(curves, t)
    normals = np.stack([-slopes[..., 1], slopes[..., 0]], axis=2)
    normals /= np.maximum(np.hypot(slopes[..., 0], slopes[..., 1]), 1e-9)[..., None]
    off = ((basis @ curves - points) * normals).sum(axis=2)
    ways = _ways(splines, segments)
    rows = (basis[..., None] * normals[:, :, None]).reshape(*basis.shape[:2], 8) @ _controls(ways, segments)
    weighted = rows * sample_worth(segments)[:, None, None]
    square = weighted.transpose(0, 2, 1) @ rows
    slope = (weighted * off[..., None]).sum(axis=1)
    moved = (ways @ solved(square, slope, segments)[..., None])[..., 0]
    return _moved(splines, moved, segments)


def _ways(splines: Splines, segments: Segments) -> Doubles:
    """How place, leaving and arriving handle of each joint, x and y, follow from its unknowns: (n, 6, 6)."""
    ways = np.zeros((len(splines.joints), 6, SLOTS))
    ways[splines.freedom == 2, :2, :2] = np.eye(2)
    along = splines.freedom == 1
    ways[along, :2, 0] = splines.way[along]
    leaves, arrives = segments.curved, segments.curved[segments.before]
    lengths = np.hypot(*splines.leaving.T), np.hypot(*splines.arriving.T)
    both = splines.smooth & leaves & arrives
    # A smooth passage keeps its direction but for a turn of both handles together.
    across = splines.leaving - splines.arriving
    across /= np.maximum(np.hypot(*across.T), 1e-9)[:, None]
    turn = np.column_stack([-across[:, 1], across[:, 0]]) / np.maximum(np.maximum(*lengths), 1e-9)[:, None]
    ways[both, 2:4, 2], ways[both, 4:6, 3] = across[both], -across[both]
    ways[both, 2:4, 4] = (turn * lengths[0][:, None])[both]
    ways[both, 4:6, 4] = (-turn * lengths[1][:, None])[both]
    for part, slots, curved, handle, length in (
        (slice(2, 4), slice(2, 4), leaves, splines.leaving, lengths[0]),
        (slice(4, 6), slice(4, 6), arrives, splines.arriving, lengths[1]),
    ):
        ways[curved & ~splines.smooth, part, slots] = np.eye(2)
        beside = curved & splines.smooth & ~both
        ways[beside, part, slots.start] = (handle / np.maximum(length, 1e-9)[:, None])[beside]
    return ways


def _controls(ways: Doubles, segments: Segments) -> Doubles:
    """How the control points of segments, x and y of each, follow from the unknowns of both joints: (n, 8, 12)."""
    far = ways[segments.after]
    found = np.zeros((len(ways), 8, 2 * SLOTS))
    found[:, :2, :SLOTS], found[:, 6:, SLOTS:] = ways[:, :2], far[:, :2]
    found[:, 2:4, :SLOTS] = ways[:, :2] + ways[:, 2:4]
    found[:, 4:6, SLOTS:] = far[:, :2] + far[:, 4:6]
    lines = ~segments.curved
    for part, nearer in ((slice(2, 4), 2 / 3), (slice(4, 6), 1 / 3)):
        found[lines, part, :SLOTS] = nearer * ways[lines, :2]
        found[lines, part, SLOTS:] = (1 - nearer) * far[lines, :2]
    return found


def _moved(splines: Splines, by: Doubles, segments: Segments) -> Splines:
    """Splines whose joints and handles moved, (n, 6), but for handles that would turn round, vanish or run away."""
    before, after = segments.before, segments.after
    step = by[:, :2] / np.maximum(1, np.abs(by[:, :2]).max(axis=1) / _MOST)[:, None]
    joints = splines.joints + step
    chords = np.hypot(*(joints[after] - joints).T)
    leaving, arriving = splines.leaving + by[:, 2:4], splines.arriving + by[:, 4:6]
    wild = segments.curved & _wild(leaving, splines.leaving, chords)
    wild |= segments.curved[before] & _wild(arriving, splines.arriving, chords[before])
    leaving[wild], arriving[wild] = splines.leaving[wild], splines.arriving[wild]
    lines = joints[after] - joints
    lines /= np.maximum(np.hypot(*lines.T), 1e-9)[:, None]
    onward = splines.smooth & segments.curved & ~segments.curved[before]
    leaving[onward] = (lines[before] * np.hypot(*leaving.T)[:, None])[onward]
    onto = splines.smooth & ~segments.curved & segments.curved[before]
    arriving[onto] = (-lines * np.hypot(*arriving.T)[:, None])[onto]
    ahead = splines.leaving - splines.arriving
    ahead /= np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    spacing = np.maximum(segments.arc / np.maximum(segments.end - segments.begin, 1), 1e-6)
    shift = splines.shift + (step * ahead).sum(axis=1) / spacing
    return replace(splines, joints=joints, leaving=leaving, arriving=arriving, shift=shift)


def _wild(handles: Points, former: Points, chords: Doubles) -> Flags:
    lengths = np.hypot(*handles.T)
    turned = (handles * former).sum(axis=1) <= 0
    return np.asarray(turned | (lengths < SHORTEST_HANDLE * chords) | (lengths > _LONGEST_HANDLE * chords))
