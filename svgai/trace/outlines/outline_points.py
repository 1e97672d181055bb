"""Outlines as equidistant points, with possible joints."""

from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Doubles, Indices, Points

UNITS = 1024.0
"""In a source pixel: points lie on this grid."""

_STEP = 0.5  # source pixels between the points of an outline
_LEAST_POINTS, _MOST_POINTS = 8, 8192  # longer outlines have their points farther apart
_NODE_TOLERANCE = 0.08  # source pixels: joints are sought where a polygon this close to the outline turns
_CORNER = np.radians(40)  # within two pixels on either side
_SMOOTHING = ((-2, 1 / 9), (-1, 2 / 9), (0, 3 / 9), (1, 2 / 9), (2, 1 / 9))


@dataclass(frozen=True, eq=False)
class Sampled:
    """Points and worth as `curve_fitting.FittedOutline` has them, their middle and distance, and possible joints."""

    points: Points
    worth: Doubles
    middle: Doubles
    step: float
    nodes: Indices
    closed: bool


def sample(contour: Points, worths: Doubles) -> Sampled:
    """The points of a contour or line (n, 2), and what deviations are worth there (n,)."""
    lengths = np.hypot(*np.diff(contour, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    count = int(np.clip(round(along[-1] / _STEP), _LEAST_POINTS, _MOST_POINTS))
    closed = bool((contour[0] == contour[-1]).all())
    places = np.linspace(0, along[-1], count + (not closed), endpoint=not closed)
    points = np.column_stack([np.interp(places, along, contour[:, axis]) for axis in (0, 1)])
    if not closed:
        worth = worths[np.searchsorted(along, places[:-1], side="right") - 1]
        points = _on_units(points)
        nodes = np.unique(np.concatenate([_nodes(points, closed=False), [0, count]]))
        return Sampled(points, worth, _on_units(points.mean(axis=0)), float(along[-1]) / count, nodes, closed=False)
    # A corner that anti-aliasing cut off has two nodes, but the start is always a joint: it lies between them.
    start = _start(points)
    worth = np.roll(worths[np.searchsorted(along, places, side="right") - 1], -start)
    # Where a deviation begins to matter less, an outline may be cut.
    changes = np.flatnonzero(worth != np.roll(worth, 1))
    nodes = np.unique(np.concatenate([(_nodes(points) - start) % count, changes, [0, count]]))
    points = _on_units(np.roll(points, -start, axis=0))
    points = np.vstack([points, points[:1]])
    return Sampled(points, worth, _on_units(points.mean(axis=0)), float(along[-1]) / count, nodes, closed=True)


def _start(points: Points) -> int:
    """The sharpest corner; where there is none, the middle of the straightest part, at which lines can be joined."""
    turns = _turns(points)
    sharpest = int(turns.argmax())
    if turns[sharpest] > _CORNER:
        return sharpest
    reach = max(1, len(points) // 16)
    padded = np.concatenate([turns[-reach:], turns, turns[:reach]])
    return int(np.convolve(padded, np.ones(2 * reach + 1), "valid").argmin())


def _on_units(values: Doubles) -> Doubles:
    return np.asarray(np.rint(values * UNITS) / UNITS)


def _nodes(points: Points, *, closed: bool = True) -> Indices:
    """The points at which a close polygon turns, at least three."""
    smooth = np.sum([weight * np.roll(points, shift, axis=0) for shift, weight in _SMOOTHING], axis=0)
    if not closed:
        smooth[:2], smooth[-2:] = points[:2], points[-2:]
    narrow = smooth.astype(np.float32)
    polygon = cv2.approxPolyDP(narrow[:, None], _NODE_TOLERANCE, closed=closed)
    keys = narrow.view(np.complex64).ravel()
    order = np.argsort(keys)
    found = order[np.searchsorted(keys[order], np.ascontiguousarray(polygon).view(np.complex64).ravel())]
    return found if len(found) >= 3 else np.arange(3) * len(points) // 3


def _turns(points: Points) -> Doubles:
    """How sharply a closed outline turns at each point, in radians."""
    reach = max(2, min(len(points) // 6, 4))
    before, after = points - np.roll(points, reach, axis=0), np.roll(points, -reach, axis=0) - points
    return angles_between(before, after)


def angles_between(one: Points, other: Points) -> Doubles:
    """Between vectors (n, 2) each, in radians from 0 to pi."""
    cross = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return np.asarray(np.abs(np.arctan2(cross, (one * other).sum(axis=1))))
