"""Outlines to the shortest path data: relative commands on whole numbers, the short form of smooth joins."""

from collections.abc import Iterable

from svgai.trace.svg.grid_geometry import AnyOutline, Ellipse, GridPoint, Outline, Rectangle


def path_data(outlines: Iterable[AnyOutline], *, absolute_moves: bool = False) -> str:
    """
    The shortest path data that this writer knows for outlines and lines.

    With `absolute_moves` no outline but the first begins by a relative move: CairoSVG takes that from the last written
    point, not from where the outline before was closed, when it measures the box of a gradient.
    """
    parts: list[str] = []
    pen: GridPoint | None = None
    for given in outlines:
        if isinstance(given, Outline) and not given.steps:
            continue
        outline = _begun_best(given, pen or (0, 0)) if isinstance(given, Outline) and given.closed else given
        start, steps = _start(outline), _steps(outline)
        ways = [] if pen and absolute_moves else [f"m{numbers(_minus(start, pen or (0, 0)))}{steps}"]
        if pen:  # after an absolute move, lines are absolute, too, unless they say otherwise
            ways.append(f"M{numbers(start)}{steps if steps[0].isalpha() else 'l' + steps.lstrip()}")
        parts.append(min(ways, key=len))
        if isinstance(outline, Outline) and not outline.closed:
            pen = outline.steps[-1][-1]
        else:
            parts.append("z")
            pen = start
    return "".join(parts)


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


def _steps(outline: AnyOutline) -> str:
    if isinstance(outline, Outline):
        return _drawn(outline)
    sweep = int(outline.clockwise)
    if isinstance(outline, Ellipse):
        half = f"{numbers(outline.radii)} 0 1 {sweep}"
        width = 2 * outline.radii[0]
        return f"a{half} {width} 0 {half}-{width} 0"
    return _rounded(outline) if outline.radius else _sharp(outline)


def _sharp(rectangle: Rectangle) -> str:
    width, height = rectangle.size
    return f"h{width}v{height}h{-width}" if rectangle.clockwise else f"v{height}h{width}v{-height}"


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


def _drawn(outline: Outline) -> str:
    parts: list[str] = []
    pen = handle = outline.start
    last_command = "m"
    for step in outline.steps:
        end = step[-1]
        offset = _minus(end, pen)
        if len(step) == 1:
            command, values = _line(offset)
            handle = end
        elif step[0] == _plus(pen, _minus(pen, handle)) and last_command in "cs":
            command, values = "s", numbers(_minus(step[1], pen), offset)
            handle = step[1]
        else:
            command, values = "c", numbers(_minus(step[0], pen), _minus(step[1], pen), offset)
            handle = step[1]
        repeated = command == last_command or (command == "l" and last_command == "m")
        separator = "" if not repeated or values.startswith("-") else " "
        parts.append(separator + values if repeated else command + values)
        pen, last_command = end, command
    return "".join(parts)


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
        saved = sum(map(len, _line(_minus(ends[last], ends[last - 1])))) if lines else 0
        return len(numbers(_minus(ends[last], pen))) - saved

    last = min(lines or range(len(ring)), key=taken)
    steps = ring[last + 1 :] + ring[: last + 1 - bool(lines)]
    return Outline(ends[last], tuple(steps))


def _line(offset: GridPoint) -> tuple[str, str]:
    if offset[1] == 0:
        return "h", str(offset[0])
    if offset[0] == 0:
        return "v", str(offset[1])
    return "l", numbers(offset)


def _minus(a: GridPoint, b: GridPoint) -> GridPoint:
    return a[0] - b[0], a[1] - b[1]


def _plus(a: GridPoint, b: GridPoint) -> GridPoint:
    return a[0] + b[0], a[1] + b[1]
