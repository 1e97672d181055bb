"""
Outlines to the shortest path data on whole numbers.

Each command is relative or absolute, whichever is shorter, smooth joins have their short form, and outlines follow each
other by the shortest ways.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from svgai.trace.svg.grid_geometry import AnyOutline, Ellipse, GridPoint, Outline, Rectangle


def path_data(outlines: Iterable[AnyOutline], *, absolute_moves: bool = False) -> str:
    """
    The shortest path data that this writer knows for outlines and lines, which it writes in an order of its own.

    With `absolute_moves` no outline but the first begins by a relative move: CairoSVG takes that from the last written
    point, not from where the outline before was closed, when it measures the box of a gradient.
    """
    parts: list[str] = []
    pen: GridPoint | None = None
    for given in _nearest_next([one for one in outlines if not isinstance(one, Outline) or one.steps]):
        outline = _begun_best(given, pen or (0, 0)) if isinstance(given, Outline) and given.closed else given
        start = _start(outline)
        ways = [] if pen and absolute_moves else [f"m{numbers(_minus(start, pen or (0, 0)))}{_steps(outline, 'l')}"]
        if pen:
            ways.append(f"M{numbers(start)}{_steps(outline, 'L')}")
        parts.append(min(ways, key=len))
        if isinstance(outline, Outline) and not outline.closed:
            pen = outline.steps[-1][-1]
        else:
            parts.append("z")
            pen = start
    return "".join(parts)


def _nearest_next(outlines: Sequence[AnyOutline]) -> Iterator[AnyOutline]:
    """Each followed by the one that starts nearest to its own start: moves over short ways have fewer digits."""
    starts = np.array([_start(one) for one in outlines]).reshape(-1, 2)
    left = np.arange(len(outlines))
    pen = np.zeros(2, np.intp)
    while left.size:
        place = np.abs(starts[left] - pen).max(axis=1).argmin()
        nearest, left = left[place], np.delete(left, place)
        pen = starts[nearest]
        yield outlines[nearest]


def numbers(*points: GridPoint) -> str:
    """Numbers apart from each other by no more than they need."""
    text = str(points[0][0])
    for number in [points[0][1], *(value for point in points[1:] for value in point)]:
        text += str(number) if number < 0 else f" {number}"
    return text


def _start(outline: AnyOutline) -> GridPoint:
    if isinstance(outline, Outline):
        return outline.start
    if isinstance(outline, Ellipse):
        return outline.centre[0] - outline.radii[0], outline.centre[1]
    x, y = outline.corner
    return (x + outline.radius, y) if outline.clockwise else (x, y + outline.radius)


def _steps(outline: AnyOutline, implied: str) -> str:
    """What follows the move; `implied` is the command of numbers that follow it at once."""
    if isinstance(outline, Outline):
        return _drawn(outline, implied)
    sweep = int(outline.clockwise)
    if isinstance(outline, Ellipse):
        half = f"{numbers(outline.radii)} 0 1 {sweep}"
        width = 2 * outline.radii[0]
        return f"a{half} {width} 0 {half}-{width} 0"
    return _rounded(outline) if outline.radius else _sharp(outline)


def _sharp(rectangle: Rectangle) -> str:
    (left, top), (width, height) = rectangle.corner, rectangle.size
    if rectangle.clockwise:
        return f"h{width}v{height}{min(f'h{-width}', f'H{left}', key=len)}"
    return f"v{height}h{width}{min(f'v{-height}', f'V{top}', key=len)}"


def _rounded(rectangle: Rectangle) -> str:
    r = rectangle.radius
    width, height = rectangle.size[0] - 2 * r, rectangle.size[1] - 2 * r
    arc = f"a{r} {r} 0 0 {int(rectangle.clockwise)}"
    turns = [f"{arc} {r} {r}", f"{arc}-{r} {r}", f"{arc}-{r}-{r}", f"{arc} {r}-{r}"]
    if rectangle.clockwise:
        sides = [f"h{width}", f"v{height}", f"h{-width}", f"v{-height}"]
    else:
        turns = [turns[0], turns[3], turns[2], turns[1]]
        sides = [f"v{height}", f"h{width}", f"v{-height}", f"h{-width}"]
    return "".join(side * (side[1:] != "0") + turn for side, turn in zip(sides, turns, strict=True))


def _drawn(outline: Outline, implied: str) -> str:
    parts: list[str] = []
    pen = handle = outline.start
    last = implied
    for step in outline.steps:
        end = step[-1]
        if len(step) == 1:
            forms = _line(pen, end)
        elif step[0] == _mirrored(handle, pen) and last in "csCS":
            forms = ("s", numbers(_minus(step[1], pen), _minus(end, pen))), ("S", numbers(step[1], end))
        else:
            forms = ("c", numbers(*(_minus(point, pen) for point in step))), ("C", numbers(*step))
        written = [(_after(last, command, values), command) for command, values in forms]
        shortest, last = min(written, key=lambda form: len(form[0]))
        parts.append(shortest)
        pen, handle = end, step[-2] if len(step) > 1 else end
    return "".join(parts)


def _after(last: str, command: str, values: str) -> str:
    """A command and its numbers, without what the command before it makes superfluous."""
    if command != last:
        return command + values
    return values if values.startswith("-") else f" {values}"


def _line(pen: GridPoint, end: GridPoint) -> tuple[tuple[str, str], tuple[str, str]]:
    """The relative and the absolute form of a line: commands and numbers."""
    across, down = _minus(end, pen)
    if down == 0:
        return ("h", str(across)), ("H", str(end[0]))
    if across == 0:
        return ("v", str(down)), ("V", str(end[1]))
    return ("l", numbers((across, down))), ("L", numbers(end))


def _begun_best(outline: Outline, pen: GridPoint) -> Outline:
    """
    A closed outline, begun where that takes the fewest bytes: behind a long line, and not far from the pen.

    The line before the start is not written, since closing draws it.
    """
    ring = list(outline.steps)
    if ring[-1][-1] != outline.start:
        ring.append((outline.start,))
    ends = [step[-1] for step in ring]
    lines = [number for number, step in enumerate(ring) if len(step) == 1 < len(ring)]

    def taken(last: int) -> int:
        saved = min(len(command + values) for command, values in _line(ends[last - 1], ends[last])) if lines else 0
        return len(numbers(_minus(ends[last], pen))) - saved

    last = min(lines or range(len(ring)), key=taken)
    steps = ring[last + 1 :] + ring[: last + 1 - bool(lines)]
    return Outline(ends[last], tuple(steps))


def _minus(a: GridPoint, b: GridPoint) -> GridPoint:
    return a[0] - b[0], a[1] - b[1]


def _mirrored(point: GridPoint, centre: GridPoint) -> GridPoint:
    return 2 * centre[0] - point[0], 2 * centre[1] - point[1]
