"""Measures the distance of an area's outline on both sides of a line within it, with subpixel accuracy."""

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

from svgai.array_types import Doubles, Floats, Points

THIN = 2.5
"""Pixels of width below which an outline jumps from pixel to pixel, and lines are measured by what they cover."""

_STEP = 0.5  # pixels between samples on the way to the outline
_REACH = 0.75  # widths to either side, and two pixels
_BESIDE = 1.25  # pixels beside a thin line to which its cover is counted
_ROUNDS = ((0.5, 1.0), (0.15, 0.7))  # by how many widths a line is smoothed before it is measured, and least pixels


def centred(points: Points, heights: Floats, width: float, *, closed: bool) -> tuple[Points, Doubles]:
    """
    A line moved to the middle between both sides of the outline, at even distances, and its width at each point.

    Args:
        points: (n, 2) as x and y, in pixels of `heights`.
        heights: (h, w), above zero within the area and below outside.
        width: about the line's, in pixels.
        closed: whether the line ends where it begins.

    The width is infinite where the outline is not within reach on both sides.
    """
    middle = _evenly(points)
    widths = np.full(len(middle), np.inf)
    for share, least in _ROUNDS:
        middle = _smooth(middle, max(share * width, least), closed)
        normals = _normals(middle, closed)
        by, widths = (_covered if width < THIN else _between)(middle, normals, heights, width)
        middle = middle + by[:, None] * normals
    return middle, widths


def _between(points: Points, normals: Points, heights: Floats, width: float) -> tuple[Doubles, Doubles]:
    """How far along their normals points lie off the middle between both crossings, and how far these are apart."""
    left, right = (crossing(points, way, heights, _REACH * width + 2) for way in (-normals, normals))
    found = np.isfinite(left) & np.isfinite(right)
    by = np.zeros(len(points))
    by[found] = (right[found] - left[found]) / 2
    return by, left + right


def _covered(points: Points, normals: Points, heights: Floats, width: float) -> tuple[Doubles, Doubles]:
    """The same of a line whose outline jumps from pixel to pixel: by what it covers along the normals."""
    reach = _REACH * width + _BESIDE
    steps = np.arange(-reach, reach + _STEP / 2, _STEP)
    covers = sampled((heights > 0).astype(np.float32), points[:, None] + steps[:, None] * normals[:, None])
    total = covers.sum(axis=1)
    found = total > 0
    by = np.zeros(len(points))
    by[found] = (covers[found] @ steps) / total[found]
    return by, np.where(found, total * _STEP, np.inf)


def evened(widths: Doubles, reach: float, *, closed: bool) -> Doubles:
    """Widths averaged over so many pixels along a line: what an outline jumps from pixel to pixel is no width."""
    known = np.isfinite(widths)
    if not known.any():
        return widths
    some = np.arange(len(widths))
    filled = np.interp(some, some[known], widths[known])
    return np.where(known, gaussian_filter1d(filled, reach, mode="wrap" if closed else "nearest"), np.inf)


def crossing(points: Points, ways: Points, heights: Floats, reach: float) -> Doubles:
    """How far from points (n, 2) the outline is met on their ways (n, 2); infinite where it is not within reach."""
    steps = np.arange(0, reach, _STEP)
    values = sampled(heights, points[:, None] + steps[:, None] * ways[:, None])
    outside = values <= 0
    first = outside.argmax(axis=1)
    some = np.arange(len(points))
    inner, outer = values[some, np.maximum(first - 1, 0)], values[some, first]
    found = (first - 1 + inner / np.maximum(inner - outer, 1e-6)) * _STEP
    return np.where(outside.any(axis=1) & (first > 0), found, np.inf)


def sampled(heights: Floats, places: Points) -> Doubles:
    """Heights at places (n, m, 2) between pixels."""
    x, y = places[..., 0].astype(np.float32), places[..., 1].astype(np.float32)
    return np.asarray(cv2.remap(heights, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float64)


def _evenly(points: Points) -> Points:
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    places = np.linspace(0, along[-1], max(3, round(along[-1]) + 1))
    return np.column_stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)])


def _smooth(points: Points, sigma: float, closed: bool) -> Points:
    if closed:
        inner = gaussian_filter1d(points[:-1], sigma, axis=0, mode="wrap")
        return np.vstack([inner, inner[:1]])
    # Reflected through its end points, so that a straight end stays where it is.
    reach = min(len(points) - 1, int(4 * sigma) + 1)
    before = 2 * points[0] - points[reach:0:-1]
    after = 2 * points[-1] - points[-2 : -reach - 2 : -1]
    padded = gaussian_filter1d(np.vstack([before, points, after]), sigma, axis=0, mode="nearest")
    return np.asarray(padded[reach : reach + len(points)])


def _normals(points: Points, closed: bool) -> Points:
    way = np.gradient(points, axis=0)
    if closed:
        way[0] = way[-1] = points[1] - points[-2]
    return np.asarray(np.column_stack([way[:, 1], -way[:, 0]]) / np.maximum(np.hypot(*way.T), 1e-9)[:, None])
