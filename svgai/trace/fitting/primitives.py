"""Replaces outlines by ellipses and rectangles where they are one: exact, and fewer bytes than curves."""

import numpy as np

from svgai.array_types import Doubles, Points
from svgai.trace.svg.grid_geometry import Box, Ellipse, Rectangle

_LEAST_SIDE = 3.0  # source pixels
_FULL_ELLIPSE = np.pi / 4  # share of its box that an ellipse fills
_FULL_SLACK = 0.02
_ROUND_BYTES, _OVAL_BYTES, _RECTANGLE_BYTES, _ROUNDED_BYTES = 36.0, 42.0, 17.0, 50.0
_SAME_RADIUS = 0.01  # of the radius: axes this alike, or less than a third of a pixel apart, make a circle
_SAME_RADIUS_PIXELS = 0.3


def primitive(points: Points, cost: float, worth: Doubles, scale: float) -> Ellipse | Rectangle | None:
    """
    The ellipse or rectangle that says an outline in no more than its own cost, on the grid; None where none does.

    Args:
        points: the closed outline, (n + 1, 2) at even distances, in source pixels.
        cost: bytes and deviation of its curves, in bytes.
        worth: bytes (n,) that a squared deviation of one pixel along one pixel of outline is worth at each point.
        scale: grid steps of one source pixel.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    box = Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    if min(box.width, box.height) < _LEAST_SIDE:
        return None
    x, y = points.T
    area = float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2
    full = abs(area) / (box.width * box.height)
    length = float(np.hypot(*np.diff(points, axis=0).T).sum())
    weights = np.append(worth, worth[:1]) * (length / len(points))
    if abs(full - _FULL_ELLIPSE) < _FULL_SLACK:
        ellipse, squares, size = _ellipse(points, scale, clockwise=area > 0)
        if size + float(weights @ squares) <= cost:
            return ellipse
    if full > _FULL_ELLIPSE:
        rectangle, squares, size = _rectangle(points, abs(area), box, scale, clockwise=area > 0)
        if size + float(weights @ squares) <= cost:
            return rectangle
    return None


def _ellipse(points: Points, scale: float, *, clockwise: bool) -> tuple[Ellipse, Doubles, float]:
    """The closest upright ellipse in algebraic least squares, squared deviations from it (n + 1,), and its bytes."""
    middle = points.mean(axis=0)
    x, y = (points - middle).T
    a, b, c, d = np.linalg.lstsq(np.column_stack([x * x, y * y, x, y]), np.ones(len(x)), rcond=None)[0]
    if min(a, b) <= 0:
        return Ellipse((0, 0), (0, 0)), np.full(len(x), np.inf), 0.0
    centre = np.array([-c / (2 * a), -d / (2 * b)])
    size = 1 + c * c / (4 * a) + d * d / (4 * b)
    rx, ry = np.sqrt(size / a), np.sqrt(size / b)
    if abs(rx - ry) < max(_SAME_RADIUS_PIXELS, _SAME_RADIUS * rx):
        rx = ry = (rx + ry) / 2
    u, v = x - centre[0], y - centre[1]
    squares = np.square(1 - 1 / np.maximum(np.hypot(u / rx, v / ry), 1e-6)) * (u * u + v * v)
    place = (middle + centre) * scale
    radii = round(rx * scale), round(ry * scale)
    ellipse = Ellipse((round(place[0]), round(place[1])), radii, clockwise)
    return ellipse, squares, _ROUND_BYTES if radii[0] == radii[1] else _OVAL_BYTES


def _rectangle(
    points: Points, area: float, box: Box, scale: float, *, clockwise: bool
) -> tuple[Rectangle, Doubles, float]:
    """The upright rectangle with round corners of an outline's sides and area, squared deviations, and bytes."""
    box = _sides(points, box)
    missing = max(box.width * box.height - area, 0.0)
    # Anti-aliasing cuts about a sixth of a pixel off a sharp corner's area.
    radius = np.sqrt(missing / (4 - np.pi))
    radius = 0.0 if radius < 1.2 else min(radius, box.width / 2, box.height / 2)
    centre = np.array([box.left + box.right, box.top + box.bottom]) / 2
    beyond = np.abs(points - centre) - (np.array([box.width, box.height]) / 2 - radius)
    outside = np.hypot(*np.maximum(beyond, 0).T) + np.minimum(beyond.max(axis=1), 0) - radius
    left, top = round(box.left * scale), round(box.top * scale)
    size = round(box.right * scale) - left, round(box.bottom * scale) - top
    rectangle = Rectangle((left, top), size, min(round(radius * scale), min(size) // 2), clockwise)
    return rectangle, np.square(outside), _ROUNDED_BYTES if rectangle.radius else _RECTANGLE_BYTES


def _sides(points: Points, box: Box) -> Box:
    """The box whose sides are where most of the outline's sides are, not at its farthest points."""
    x, y = points.T
    near = 0.5
    return Box(
        float(np.median(x[x < box.left + near])),
        float(np.median(y[y < box.top + near])),
        float(np.median(x[x > box.right - near])),
        float(np.median(y[y > box.bottom - near])),
    )
