"""
Shapes to the fewest bytes of SVG.

Neighbours in the painting order that share a fill share one path, gradients that are used twice are defined once. A
circle, an ellipse or a rectangle that stands alone becomes the element of that name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from svgai.outlines import AnyOutline, Ellipse, GridPoint, Rectangle
from svgai.path_data import numbers, path_data

_EDITABLE = 4  # bytes that an element which people can edit may cost more than a path


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
    outlines: tuple[AnyOutline, ...]


def elements(shapes: Sequence[Shape], prefix: str = "g") -> str:
    """The gradients, named `prefix` and a number, and then the elements of shapes in painting order."""
    merged: list[tuple[Paint, list[AnyOutline]]] = []
    for shape in shapes:
        if merged and merged[-1][0] == shape.fill:
            merged[-1][1].extend(shape.outlines)
        else:
            merged.append((shape.fill, list(shape.outlines)))
    drawn = [(fill, data) for fill, outlines in merged if (data := _drawn(outlines))]
    gradients = list(dict.fromkeys(fill for fill, _ in drawn if isinstance(fill, Gradient)))
    names = {gradient: f"{prefix}{_short_number(index)}" for index, gradient in enumerate(gradients)}
    definitions = "".join(_definition(gradient, name) for gradient, name in names.items())
    return definitions + "".join(
        f"<{name}{_fill(f'url(#{names[fill]})' if isinstance(fill, Gradient) else fill)}{attributes}/>"
        for fill, (name, attributes) in drawn
    )


def _drawn(outlines: Sequence[AnyOutline]) -> tuple[str, str] | None:
    """The name and the attributes of the element that draws outlines; None where there is nothing to draw."""
    data = path_data(outlines)
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


def _definition(gradient: Gradient, name: str) -> str:
    stops = "".join(
        f'<stop{_offset(offset)} stop-color="{_short_colour(colour)}"/>' for offset, colour in gradient.stops
    )
    if len(gradient.line) == 3:
        x, y, radius = gradient.line
        place, kind = f'cx="{x}" cy="{y}" r="{radius}"', "radialGradient"
    elif len(gradient.line) == 6:
        matrix = numbers(*zip(gradient.line[::2], gradient.line[1::2], strict=True))
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


def document(body: str, size: GridPoint, grid: GridPoint) -> str:
    """An SVG of `size` pixels whose coordinates run over `grid` steps."""
    aspect = "" if size[0] * grid[1] == size[1] * grid[0] else ' preserveAspectRatio="none"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {grid[0]} {grid[1]}"{aspect}>{body}</svg>'
    )
