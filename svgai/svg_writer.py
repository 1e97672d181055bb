"""
Outlines to the fewest bytes of SVG.

Coordinates are rounded to whole numbers of a fine grid, which becomes the viewBox, so that no number needs a decimal
point and relative commands add up without drift. Straight cubics become lines, lines that continue each other become
one, smooth joins use the short form, and neighbours in the painting order that share a fill share one path.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[int, int]

STRAIGHT = 0.5
"""Farthest that a control point or a dropped corner may lie from a straight line, in grid steps."""


@dataclass(frozen=True)
class Outline:
    """A closed outline: `steps` hold one end point each (a line) or two control points and an end point (a cubic)."""

    start: Point
    steps: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Gradient:
    """
    A gradient in grid coordinates: `line` is (x1, y1, x2, y2) of a linear one, (centre x, centre y, radius) of a radial
    one, or the matrix (a, b, c, d, e, f) that the unit circle takes to an elliptic one; `stops` are (offset in
    thousandths, `#rrggbb`), rising.
    """

    line: tuple[int, ...]
    stops: tuple[tuple[int, str], ...]


Paint = str | Gradient
"""A colour, `#rrggbb`, or a gradient."""


@dataclass(frozen=True)
class Shape:
    """Outlines filled (non-zero rule) with one paint."""

    fill: Paint
    outlines: tuple[Outline, ...]


_PATH = re.compile(r'<path d="([^"]*)" fill="(#[0-9A-Fa-f]{6})"')
_TOKEN = re.compile(r"[MLCZmlcz]|-?\d*\.?\d+(?:e-?\d+)?")


def read_shapes(svg: str, scale: float) -> list[Shape]:
    """Read the paths that VTracer wrote (M, L, C, Z, of either case), times `scale`, rounded to the grid."""
    return [Shape(fill.lower(), tuple(_outlines(data, scale))) for data, fill in _PATH.findall(svg)]


def _outlines(data: str, scale: float) -> Iterable[Outline]:
    """The closed outlines of path data; each starts with a move."""
    tokens = _TOKEN.findall(data)
    x = y = start_x = start_y = 0.0
    start: Point = (0, 0)
    steps: list[tuple[Point, ...]] = []
    command, index = "", 0
    while index < len(tokens):
        if tokens[index].isalpha():
            command = tokens[index]
            index += 1
        if command in "Zz":
            yield _straightened(start, steps)
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


def _straightened(start: Point, steps: Sequence[tuple[Point, ...]]) -> Outline:
    """Turn straight cubics into lines, drop steps that go nowhere and corners that lie on a line."""
    kept: list[tuple[Point, ...]] = []
    at = start
    for given in steps:
        end = given[-1]
        straight = all(_on_line(at, end, control) for control in given[:-1])
        step = (end,) if straight else given
        if end == at and straight:
            continue
        if len(step) == 1 and kept and len(kept[-1]) == 1:
            before = kept[-2][-1] if len(kept) > 1 else start
            if _on_line(before, end, kept[-1][0]):
                kept[-1] = step
                at = end
                continue
        kept.append(step)
        at = end
    if kept and len(kept[-1]) == 1 and kept[-1][0] == start:
        kept.pop()
    return Outline(start, tuple(kept))


def _on_line(a: Point, b: Point, point: Point) -> bool:
    dx, dy = b[0] - a[0], b[1] - a[1]
    px, py = point[0] - a[0], point[1] - a[1]
    length_squared = dx * dx + dy * dy
    if length_squared == 0:
        return px == 0 and py == 0
    across = px * dy - py * dx
    along = px * dx + py * dy
    slack = STRAIGHT * length_squared**0.5
    return bool(abs(across) <= slack and -slack <= along <= length_squared + slack)


def path_data(outlines: Iterable[Outline]) -> str:
    """The shortest path data that this writer knows for closed outlines."""
    parts: list[str] = []
    pen: Point | None = None
    for outline in outlines:
        if not outline.steps:
            continue
        start = outline.start
        parts.append(f"m{_numbers(start if pen is None else _minus(start, pen))}")
        pen, last_command, handle = start, "m", start
        for step in outline.steps:
            end = step[-1]
            offset = _minus(end, pen)
            if len(step) == 1:
                command, numbers = _line(offset)
                handle = end
            elif step[0] == _plus(pen, _minus(pen, handle)) and last_command in "cs":
                command, numbers = "s", _numbers(_minus(step[1], pen), offset)
                handle = step[1]
            else:
                command, numbers = "c", _numbers(_minus(step[0], pen), _minus(step[1], pen), offset)
                handle = step[1]
            repeated = command == last_command or (command == "l" and last_command == "m")
            separator = "" if not repeated or numbers.startswith("-") else " "
            parts.append(separator + numbers if repeated else command + numbers)
            pen, last_command = end, command
        parts.append("z")
        pen = start
    return "".join(parts)


def _line(offset: Point) -> tuple[str, str]:
    if offset[1] == 0:
        return "h", str(offset[0])
    if offset[0] == 0:
        return "v", str(offset[1])
    return "l", _numbers(offset)


def _numbers(*points: Point) -> str:
    text = str(points[0][0])
    for number in [points[0][1], *(value for point in points[1:] for value in point)]:
        text += str(number) if number < 0 else f" {number}"
    return text


def _minus(a: Point, b: Point) -> Point:
    return a[0] - b[0], a[1] - b[1]


def _plus(a: Point, b: Point) -> Point:
    return a[0] + b[0], a[1] + b[1]


def paths(shapes: Sequence[Shape], prefix: str = "g") -> str:
    """The gradients, named `prefix` and a number, and then the `<path>` elements of shapes in painting order."""
    merged: list[tuple[Paint, list[Outline]]] = []
    for shape in shapes:
        if merged and merged[-1][0] == shape.fill:
            merged[-1][1].extend(shape.outlines)
        else:
            merged.append((shape.fill, list(shape.outlines)))
    drawn = [(fill, data) for fill, outlines in merged if (data := path_data(outlines))]
    gradients = list(dict.fromkeys(fill for fill, _ in drawn if isinstance(fill, Gradient)))
    names = {gradient: f"{prefix}{_short_number(index)}" for index, gradient in enumerate(gradients)}
    definitions = "".join(_definition(gradient, name) for gradient, name in names.items())
    return definitions + "".join(
        f'<path{_fill(f"url(#{names[fill]})" if isinstance(fill, Gradient) else fill)} d="{data}"/>'
        for fill, data in drawn
    )


def _short_number(index: int) -> str:
    return str(index) if index else ""


def _definition(gradient: Gradient, name: str) -> str:
    stops = "".join(
        f'<stop{_offset(offset)} stop-color="{_short_colour(colour)}"/>' for offset, colour in gradient.stops
    )
    if len(gradient.line) == 3:
        x, y, radius = gradient.line
        place, kind = f'cx="{x}" cy="{y}" r="{radius}"', "radialGradient"
    elif len(gradient.line) == 6:
        matrix = _numbers(*zip(gradient.line[::2], gradient.line[1::2], strict=True))
        place, kind = f'cx="0" cy="0" r="1" gradientTransform="matrix({matrix})"', "radialGradient"
    else:
        x1, y1, x2, y2 = gradient.line
        place, kind = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"', "linearGradient"
    return f'<{kind} id="{name}" {place} gradientUnits="userSpaceOnUse">{stops}</{kind}>'


def _offset(thousandths: int) -> str:
    if not thousandths:
        return ""
    return f' offset="{thousandths / 1000:.3g}"'.replace("0.", ".", 1)


def _short_colour(colour: str) -> str:
    return f"#{colour[1]}{colour[3]}{colour[5]}" if colour[1::2] == colour[2::2] else colour


def _fill(colour: str) -> str:
    if colour == "#000000":
        return ""
    return f' fill="{_short_colour(colour) if colour.startswith("#") else colour}"'


def document(body: str, size: Point, grid: Point) -> str:
    """An SVG of `size` pixels whose coordinates run over `grid` steps."""
    aspect = "" if size[0] * grid[1] == size[1] * grid[0] else ' preserveAspectRatio="none"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {grid[0]} {grid[1]}"{aspect}>{body}</svg>'
    )
