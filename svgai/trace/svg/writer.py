"""
Shapes to the fewest bytes of SVG.

Neighbours in the painting order that share a fill share one path, gradients that are used twice are defined once. A
circle, an ellipse or a rectangle that stands alone becomes the element of that name.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from svgai.trace.svg.gradients import Gradient, coloured, definition
from svgai.trace.svg.grid_geometry import AnyOutline, Ellipse, GridPoint, Rectangle, box_around
from svgai.trace.svg.path_data import path_data

# Vector drawables and some cutters take lines of up to 32,767 characters. Wherever there is a space, a line may end.
_LONG_LINE = re.compile(r"([^\n]{30000,32700}?) ")
_EDITABLE = 4  # bytes that an element which people can edit may cost more than a path


Paint = str | Gradient
"""A colour, `#rrggbb` or `#rrggbbaa`, or a gradient."""


@dataclass(frozen=True)
class Pen:
    """What lines are drawn with: its width in grid steps, and whether ends and corners are round."""

    width: float
    round: bool = False


@dataclass(frozen=True)
class Shape:
    """Outlines filled (non-zero rule) with one paint, or drawn in it with a pen."""

    fill: Paint
    outlines: tuple[AnyOutline, ...]
    pen: Pen | None = None


def elements(shapes: Sequence[Shape], prefix: str = "g") -> str:
    """The gradients, named `prefix` and a number, and then the elements of shapes in painting order."""
    merged: list[tuple[Paint, Pen | None, list[AnyOutline]]] = []
    for shape in shapes:
        if merged and merged[-1][:2] == (shape.fill, shape.pen) and not _translucent(shape.fill):
            merged[-1][2].extend(shape.outlines)
        else:
            merged.append((shape.fill, shape.pen, list(shape.outlines)))
    drawn = [(fill, pen, outlines, element) for fill, pen, outlines in merged if (element := _drawn(fill, outlines))]
    painted: dict[Gradient, list[list[AnyOutline]]] = defaultdict(list)
    for fill, _, outlines, _ in drawn:
        if isinstance(fill, Gradient):
            painted[fill].append(outlines)
    names = {gradient: f"{prefix}{_short_number(index)}" for index, gradient in enumerate(painted)}
    definitions = "".join(
        definition(gradient, names[gradient], box_around(places[0]) if len(places) == 1 else None)
        for gradient, places in painted.items()
    )
    return definitions + "".join(
        f"<{name}{_paint(f'url(#{names[fill]})' if isinstance(fill, Gradient) else fill, pen)}{attributes}/>"
        for fill, pen, _, (name, attributes) in drawn
    )


def _translucent(fill: Paint) -> bool:
    return isinstance(fill, str) and len(fill) > len("#rrggbb")


def _drawn(fill: Paint, outlines: Sequence[AnyOutline]) -> tuple[str, str] | None:
    """The name and the attributes of the element that draws outlines; None where there is nothing to draw."""
    data = path_data(outlines, absolute_moves=isinstance(fill, Gradient))
    if not data:
        return None
    path = "path", f' d="{data}"'
    known = _element(outlines[0]) if len(outlines) == 1 else None
    if known and len(known[0]) + len(known[1]) <= len(path[0]) + len(path[1]) + _EDITABLE:
        return known
    return path


def _element(outline: AnyOutline) -> tuple[str, str] | None:
    if isinstance(outline, Ellipse):
        place = _attributes(cx=outline.centre[0], cy=outline.centre[1])
        rx, ry = outline.radii
        return ("circle", place + f' r="{rx}"') if rx == ry else ("ellipse", place + f' rx="{rx}" ry="{ry}"')
    if isinstance(outline, Rectangle):
        width, height = outline.size
        place = _attributes(x=outline.corner[0], y=outline.corner[1])
        return "rect", place + f' width="{width}" height="{height}"' + _attributes(rx=outline.radius)
    return None


def _attributes(**values: int) -> str:
    return "".join(f' {name}="{value}"' for name, value in values.items() if value)


def _short_number(index: int) -> str:
    return str(index) if index else ""


def _paint(colour: str, pen: Pen | None) -> str:
    if pen is None:
        return "" if colour == "#000000" else _coloured("fill", colour)
    ends = ' stroke-linecap="round" stroke-linejoin="round"' if pen.round else ""
    return f' fill="none"{_coloured("stroke", colour)} stroke-width="{pen.width:g}"{ends}'


def _coloured(name: str, colour: str) -> str:
    return coloured(name, f"{name}-opacity", colour) if colour.startswith("#") else f' {name}="{colour}"'


def document(body: str, size: GridPoint, grid: GridPoint, *, crisp: bool = False) -> str:
    """An SVG of `size` pixels whose coordinates run over `grid` steps; with `crisp`, edges are not to be smoothed."""
    aspect = "" if size[0] * grid[1] == size[1] * grid[0] else ' preserveAspectRatio="none"'
    edges = ' shape-rendering="crispEdges"' if crisp else ""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {grid[0]} {grid[1]}"{aspect}{edges}>{body}</svg>'
    )
    return _LONG_LINE.sub(r"\1\n", svg)
