"""
Outlines on the grid of coordinates: whole numbers, which become the viewBox.

Curves and lines, and the two shapes that people draw most, which stay what they are: ellipses and rectangles.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

GridPoint = tuple[int, int]

STRAIGHT = 0.5
"""Farthest that a control point or a dropped corner may lie from a straight line, in grid steps."""

_PATH = re.compile(r'<path d="([^"]*)" fill="(#[0-9A-Fa-f]{6})"')
_TOKEN = re.compile(r"[MLCZmlcz]|-?\d*\.?\d+(?:e-?\d+)?")


@dataclass(frozen=True)
class Outline:
    """A closed outline: `steps` hold one end point each (a line) or two control points and an end point (a cubic)."""

    start: GridPoint
    steps: tuple[tuple[GridPoint, ...], ...]
    closed: bool = True


@dataclass(frozen=True)
class Ellipse:
    """An upright ellipse; `clockwise` is the way that it runs round, which makes a hole or fills one."""

    centre: GridPoint
    radii: GridPoint
    clockwise: bool = True


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle with its corners rounded by circles of a radius, 0 for sharp ones."""

    corner: GridPoint
    size: GridPoint
    radius: int = 0
    clockwise: bool = True


AnyOutline = Outline | Ellipse | Rectangle


@dataclass(frozen=True)
class Box:
    """An upright box in grid steps."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


def box_around(outlines: Iterable[AnyOutline]) -> Box:
    """
    The smallest box that holds what outlines enclose, as renderers compute it.

    Control points do not count, nor do outlines without steps, which are not drawn; one at least has to be drawn.
    """
    ranges = [_ranges(outline) for outline in outlines if not isinstance(outline, Outline) or outline.steps]
    (left, right), (top, bottom) = ([*zip(*axis, strict=True)] for axis in zip(*ranges, strict=True))
    return Box(min(left), min(top), max(right), max(bottom))


def _ranges(outline: AnyOutline) -> tuple[tuple[float, float], tuple[float, float]]:
    """The least and the greatest x, and the same of y."""
    if isinstance(outline, Ellipse):
        (x, y), (rx, ry) = outline.centre, outline.radii
        return (x - rx, x + rx), (y - ry, y + ry)
    if isinstance(outline, Rectangle):
        (x, y), (width, height) = outline.corner, outline.size
        return (x, x + width), (y, y + height)
    x_values, y_values = ([float(outline.start[axis])] for axis in (0, 1))
    at = outline.start
    for step in outline.steps:
        x_values += _extremes([at[0], *(x for x, _ in step)])
        y_values += _extremes([at[1], *(y for _, y in step)])
        at = step[-1]
    return (min(x_values), max(x_values)), (min(y_values), max(y_values))


def _extremes(b: Sequence[int]) -> list[float]:
    """Where one coordinate of a line or a cubic ends, and where it turns on the way."""
    if len(b) == 2 or (min(b[0], b[3]) <= min(b[1], b[2]) and max(b[1], b[2]) <= max(b[0], b[3])):
        return [float(b[-1])]
    turns = np.roots([b[3] - 3 * b[2] + 3 * b[1] - b[0], 2 * (b[2] - 2 * b[1] + b[0]), b[1] - b[0]])
    inside = [float(t.real) for t in turns if abs(t.imag) < 1e-9 and 0 < t.real < 1]
    on_curve = [
        (1 - t) ** 3 * b[0] + 3 * t * (1 - t) ** 2 * b[1] + 3 * t * t * (1 - t) * b[2] + t**3 * b[3] for t in inside
    ]
    return [float(b[3]), *on_curve]


def straightened(start: GridPoint, steps: Sequence[tuple[GridPoint, ...]]) -> Outline:
    """
    Turn straight cubics into lines, drop steps that go nowhere and corners that lie on a line.

    An outline that is nothing but a line there and back encloses nothing, and has no steps.
    """
    kept = straight_steps(start, steps)
    if kept and len(kept[-1]) == 1 and kept[-1][0] == start:
        kept.pop()
    points = [start, *(point for step in kept for point in step)]
    one = max(points, key=lambda point: math.dist(start, point))
    other = max(points, key=lambda point: math.dist(one, point))
    if all(_on_line(one, other, point) for point in points):
        kept = []
    return Outline(start, tuple(kept))


def straight_steps(start: GridPoint, steps: Sequence[tuple[GridPoint, ...]]) -> list[tuple[GridPoint, ...]]:
    """Steps with straight cubics as lines, without those that go nowhere and corners that lie on a line."""
    kept: list[tuple[GridPoint, ...]] = []
    dropped: list[GridPoint] = []  # corners on the last line kept: many small turns would add up to a large one
    at = start
    for given in steps:
        end = given[-1]
        straight = all(_on_line(at, end, control) for control in given[:-1])
        step = (end,) if straight else given
        if end == at and straight:
            continue
        if len(step) == 1 and kept and len(kept[-1]) == 1:
            before = kept[-2][-1] if len(kept) > 1 else start
            if all(_on_line(before, end, corner) for corner in (kept[-1][0], *dropped)):
                dropped.append(kept[-1][0])
                kept[-1] = step
                at = end
                continue
        kept.append(step)
        dropped = []
        at = end
    return kept


def _on_line(a: GridPoint, b: GridPoint, point: GridPoint) -> bool:
    dx, dy = b[0] - a[0], b[1] - a[1]
    px, py = point[0] - a[0], point[1] - a[1]
    length_squared = dx * dx + dy * dy
    if length_squared == 0:
        return px == 0 and py == 0
    across = px * dy - py * dx
    along = px * dx + py * dy
    slack = STRAIGHT * length_squared**0.5
    return bool(abs(across) <= slack and -slack <= along <= length_squared + slack)


def read_paths(svg: str, scale: float) -> list[tuple[str, tuple[Outline, ...]]]:
    """Fills and outlines of the paths that VTracer wrote (M, L, C, Z, of either case), times `scale`, on the grid."""
    return [(fill.lower(), tuple(_outlines(data, scale))) for data, fill in _PATH.findall(svg)]


def _outlines(data: str, scale: float) -> Iterable[Outline]:
    """The closed outlines of path data; each starts with a move."""
    tokens = _TOKEN.findall(data)
    x = y = start_x = start_y = 0.0
    start: GridPoint = (0, 0)
    steps: list[tuple[GridPoint, ...]] = []
    command, index = "", 0
    while index < len(tokens):
        if tokens[index].isalpha():
            command = tokens[index]
            index += 1
        if command in "Zz":
            yield straightened(start, steps)
            steps, (x, y) = [], (start_x, start_y)
            continue
        length = 6 if command in "Cc" else 2
        origin_x, origin_y = (x, y) if command.islower() else (0.0, 0.0)
        numbers = [float(token) for token in tokens[index : index + length]]
        index += length
        points = [(numbers[i] + origin_x, numbers[i + 1] + origin_y) for i in range(0, length, 2)]
        x, y = points[-1]
        grid = tuple((round(px * scale), round(py * scale)) for px, py in points)
        if command in "Mm":
            start, command = grid[0], "l" if command == "m" else "L"
            start_x, start_y = x, y
        else:
            steps.append(grid)
