"""
Curves as polylines for clipping, and clipped polylines as pieces of these curves.

Clipping keeps the points that it is given and adds those where outlines cross. So a row of points of one curve is a
piece of that curve, from its first to its last, which may each lie between two of its points.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from svgai.array_types import Points
from svgai.convert.finishing.drawn_outlines import Ring
from svgai.trace.svg.grid_geometry import GridPoint, Outline, straightened

_OFF = 0.5  # grid steps that a line may be off its curve
_NEAR = 1.5  # grid steps that a point where outlines cross, which is rounded, may be off a line


@dataclass(frozen=True)
class _Place:
    """The position of a point on a cubic, in its lines: fractions are positions on a line."""

    curve: int
    at: float


class CurvePieces:
    """Knows the cubics of all outlines by the points of their lines, on a grid of whole numbers."""

    def __init__(self) -> None:
        self._curves: list[Points] = []
        self._lines: list[list[GridPoint]] = []
        self._places: defaultdict[GridPoint, list[_Place]] = defaultdict(list)

    def lines_of(self, ring: Ring) -> list[GridPoint]:
        """The corners of a closed outline, its cubics as lines."""
        corners: list[GridPoint] = []
        for segment in ring:
            if len(segment) == 4:
                corners += self._sampled(segment)[:-1]
            else:
                corners.append(_rounded(segment[0]))
        return corners

    def outline(self, corners: Sequence[GridPoint]) -> Outline:
        """A closed outline of corners that clipping gave, in lines and in pieces of the cubics they come from."""
        count = len(corners)
        edges = [self._along(corners[number], corners[(number + 1) % count]) for number in range(count)]
        first = next((number for number in range(count) if not _continues(edges[number - 1], edges[number])), 0)
        steps: list[tuple[GridPoint, ...]] = []
        number = first
        while number < first + count:
            edge = edges[number % count]
            last = number
            while edge and last + 1 < first + count and _continues(edges[last % count], edges[(last + 1) % count]):
                last += 1
            end = corners[(last + 1) % count]
            other = edges[last % count]
            steps.append((*self._handles(edge[0], other[1]), end) if edge and other else (end,))
            number = last + 1
        return straightened(corners[first % count], steps)

    def _sampled(self, curve: Points) -> list[GridPoint]:
        bend = np.abs(np.diff(curve, 2, axis=0)).max()
        count = max(1, math.ceil(math.sqrt(0.75 * bend / _OFF)))
        t = np.linspace(0, 1, count + 1)[:, None]
        on = (
            (1 - t) ** 3 * curve[0] + 3 * t * (1 - t) ** 2 * curve[1] + 3 * t * t * (1 - t) * curve[2] + t**3 * curve[3]
        )
        points = [_rounded(point) for point in on]
        for at, point in enumerate(points):
            self._places[point].append(_Place(len(self._curves), at))
        self._curves.append(curve)
        self._lines.append(points)
        return points

    def _along(self, begin: GridPoint, end: GridPoint) -> tuple[_Place, _Place] | None:
        """The places on one cubic of both ends of an edge that is one of its lines, or a part of one."""
        there = self._places.get(end, ())
        for one in self._places.get(begin, ()):
            for other in there:
                if other.curve == one.curve and abs(other.at - one.at) == 1:
                    return one, other
            if crossing := self._between(one, end):
                return one, crossing
        for other in there:
            if crossing := self._between(other, begin):
                return crossing, other
        return None

    def _between(self, known: _Place, point: GridPoint) -> _Place | None:
        """The place of a point that lies on one of the two lines of a cubic which meet in a known one."""
        lines, at = self._lines[known.curve], int(known.at)
        for beyond in (at - 1, at + 1):
            if 0 <= beyond < len(lines):
                share = _share(lines[at], lines[beyond], point)
                if share is not None:
                    return _Place(known.curve, at + (beyond - at) * share)
        return None

    def _handles(self, begin: _Place, end: _Place) -> tuple[GridPoint, GridPoint]:
        """The control points of the piece of a cubic between two places (de Casteljau)."""
        curve, count = self._curves[begin.curve], len(self._lines[begin.curve]) - 1
        one, other = begin.at / count, end.at / count
        return _rounded(_blossom(curve, one, one, other)), _rounded(_blossom(curve, one, other, other))


def _blossom(curve: Points, *parameters: float) -> Points:
    points = curve
    for t in parameters:
        points = points[:-1] * (1 - t) + points[1:] * t
    return np.asarray(points[0])


def _continues(edge: tuple[_Place, _Place] | None, following: tuple[_Place, _Place] | None) -> bool:
    """Whether both run along one cubic in one direction."""
    if edge is None or following is None or edge[1].curve != following[0].curve:
        return False
    same_place = math.isclose(edge[1].at, following[0].at, abs_tol=1e-6)
    return same_place and (edge[1].at > edge[0].at) == (following[1].at > following[0].at)


def _share(begin: GridPoint, end: GridPoint, point: GridPoint) -> float | None:
    """How far along a line a point is that lies on it, strictly between its ends; None where it does not."""
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    px, py = point[0] - begin[0], point[1] - begin[1]
    squared = dx * dx + dy * dy
    if not squared or abs(px * dy - py * dx) > _NEAR * math.sqrt(squared):
        return None
    share = (px * dx + py * dy) / squared
    return share if 0 < share < 1 else None


def _rounded(point: Points) -> GridPoint:
    return round(float(point[0])), round(float(point[1]))
