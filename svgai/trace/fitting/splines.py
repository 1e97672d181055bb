"""Closed splines of lines and cubics, the outlines that they are for, and how far apart the two are."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from svgai.array_types import Doubles, Flags, Indices, Points

SHORTEST_HANDLE = 0.02
"""Of the chord of its curve."""

_SAMPLES = 16  # a segment


@dataclass(frozen=True, eq=False)
class Segments:
    """
    The segments (n) of outlines that splines are for.

    Attributes:
        points: of all outlines, (p, 2) in source pixels, one after the other, the last of each equal to its first.
        first: where in `points` the segment's outline begins.
        spaces: how many points farther it ends.
        begin: where in `points` the segment begins.
        end: where it ends.
        before: the segment before it.
        after: the segment after it.
        curved: whether it is a curve.
        arc: its length in source pixels.
        worth: what a squared deviation along it is worth, on average, in bytes a pixel; nothing across the gap
            of a line that is not closed.
    """

    points: Points
    first: Indices
    spaces: Indices
    begin: Indices
    end: Indices
    before: Indices
    after: Indices
    curved: Flags
    arc: Doubles
    worth: Doubles

    @cached_property
    def outline(self) -> Indices:
        """Which of the outlines each segment belongs to, from 0."""
        return np.asarray(np.unique(self.first, return_inverse=True)[1], np.intp)

    @cached_property
    def at_gap(self) -> Flags:
        """Whether each segment begins where a line that is not closed ends or begins."""
        gap = self.worth == 0
        return np.asarray(gap | gap[self.before])

    def part(self, some: slice) -> "Segments":
        """The segments of some whole outlines, one after the other."""
        own = {field.name: getattr(self, field.name)[some] for field in fields(self) if field.name != "points"}
        own |= {name: own[name] - some.start for name in ("before", "after")}
        return Segments(points=self.points, **own)


@dataclass(frozen=True, eq=False)
class Splines:
    """
    Closed splines, segment s from joint s to the joint of the segment after it.

    Attributes:
        joints: (n, 2) in source pixels.
        leaving: (n, 2) from a joint to the first control point of its segment, zero where that is a line.
        arriving: (n, 2) from a joint to the last control point of the segment before.
        smooth: whether the spline passes the joint smoothly, and is to go on doing so.
        freedom: in how many directions the joint may move, 0 to 2.
        way: (n, 2) the one direction, where it is one.
        shift: how many points the joint has moved along its outline.
    """

    joints: Points
    leaving: Points
    arriving: Points
    smooth: Flags
    freedom: Indices
    way: Points
    shift: Doubles

    def part(self, some: slice) -> "Splines":
        """Those of some whole outlines."""
        return Splines(**{field.name: getattr(self, field.name)[some] for field in fields(self)})

    def curves(self, segments: Segments) -> Doubles:
        """The control points (n, 4, 2) of all segments as cubics."""
        ends, straight = self.joints[segments.after], ~segments.curved[:, None]
        one = np.where(straight, (2 * self.joints + ends) / 3, self.joints + self.leaving)
        other = np.where(straight, (self.joints + 2 * ends) / 3, ends + self.arriving[segments.after])
        return np.stack([self.joints, one, other, ends], axis=1)


def deviations(splines: Splines, segments: Segments) -> Doubles:
    """What each segment's squared distance from its outline is worth, in bytes."""
    points = sampled(splines, segments)
    curves = splines.curves(segments)
    off = basis_at(nearest(curves, points, rounds=3)) @ curves - points
    return np.asarray(sample_worth(segments) * (off * off).sum(axis=(1, 2)))


def sampled(splines: Splines, segments: Segments) -> Points:
    """Points (n, samples, 2) evenly along each segment's part of its outline."""
    begin = segments.begin - segments.first + splines.shift
    end = segments.end - segments.first + splines.shift[segments.after]
    share = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    place = np.mod(begin[:, None] + np.maximum(end - begin, 1)[:, None] * share, segments.spaces[:, None])
    whole = np.minimum(place.astype(np.intp), segments.spaces[:, None] - 1)
    part, at = (place - whole)[..., None], segments.first[:, None] + whole
    return np.asarray(segments.points[at] * (1 - part) + segments.points[at + 1] * part)


def sample_worth(segments: Segments) -> Doubles:
    """What a squared deviation at one of the samples of each segment is worth."""
    return segments.worth * segments.arc / _SAMPLES


def basis_at(t: Doubles) -> Doubles:
    return np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3], axis=2)


def slopes_at(curves: Doubles, t: Doubles) -> Doubles:
    return np.stack([3 * (1 - t) ** 2, 6 * t * (1 - t), 3 * t * t], axis=2) @ np.diff(curves, axis=1)


def nearest(curves: Doubles, points: Points, rounds: int) -> Doubles:
    """Parameters (n, samples) at which curves are nearest to points, by Gauss-Newton steps from even ones."""
    t = np.broadcast_to((np.arange(_SAMPLES) + 0.5) / _SAMPLES, points.shape[:2])
    for _ in range(rounds):
        slopes = slopes_at(curves, t)
        off = basis_at(t) @ curves - points
        t = np.clip(t - (off * slopes).sum(axis=2) / np.maximum((slopes * slopes).sum(axis=2), 1e-9), 0, 1)
    return t
