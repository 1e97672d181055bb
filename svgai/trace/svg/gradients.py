"""
Gradients to the fewest bytes of SVG.

A linear gradient may be moved along its own bands, so that one of its coordinates is zero, which is not written. One
that paints a single element uses that element's box as units, which is the default and needs no attribute.
"""

import math
from dataclasses import dataclass

from svgai.trace.svg.grid_geometry import Box

_LEAST_SIDE = 2  # grid steps: a flatter box says nothing across
_SHORT = 0.35  # of its box: below it, hundredths of the box are too coarse for a gradient
_UNSEEN = 0.75  # levels that rounding may change an opacity by
_MOST_SHIFT = 0.01  # of its length, that rounding may shift a gradient's bands by


@dataclass(frozen=True)
class Gradient:
    """
    A gradient in grid coordinates: `line` is (x1, y1, x2, y2) of a linear one, (centre x, centre y, radius) of a radial
    one, or the matrix (a, b, c, d, e, f) that makes the unit circle an elliptic one; `stops` are (offset in
    thousandths, `#rrggbb` or `#rrggbbaa`), rising.
    """

    line: tuple[int, ...]
    stops: tuple[tuple[int, str], ...]


def definition(gradient: Gradient, name: str, box: Box | None) -> str:
    """The element that defines a gradient by a name; `box` is that of the only element it paints, else None."""
    kind, place = _place(gradient, box)
    stops = "".join(
        f"<stop{_offset(offset)}{coloured('stop-color', 'stop-opacity', colour)}/>" for offset, colour in gradient.stops
    )
    return f'<{kind} id="{name}"{place}>{stops}</{kind}>'


def short_colour(colour: str) -> str:
    """A colour `#rrggbb` in three digits where these say the same."""
    return f"#{colour[1]}{colour[3]}{colour[5]}" if colour[1::2] == colour[2::2] else colour


def coloured(name: str, opacity: str, colour: str) -> str:
    """The attributes, named so, that give a colour `#rrggbb` or `#rrggbbaa`: not every reader knows eight digits."""
    if len(colour) == 7:
        return f' {name}="{short_colour(colour)}"'
    black = colour.startswith("#000000")
    share = int(colour[7:], 16) / 255
    decimals = 2 if abs(round(share, 2) - share) * 255 <= _UNSEEN else 3
    return ("" if black else f' {name}="{short_colour(colour[:7])}"') + (
        "" if share == 1 else f' {opacity}="{_number(share, decimals)}"'
    )


def _place(gradient: Gradient, box: Box | None) -> tuple[str, str]:
    page = ' gradientUnits="userSpaceOnUse"'
    if len(gradient.line) == 3:
        x, y, radius = gradient.line
        return "radialGradient", f' cx="{x}" cy="{y}" r="{radius}"{page}'
    if len(gradient.line) == 6:
        matrix = " ".join(map(str, gradient.line))  # not every reader tells 5-6 apart here, as all do in a path
        return "radialGradient", f' cx="0" cy="0" r="1" gradientTransform="matrix({matrix})"{page}'
    x1, y1, x2, y2 = gradient.line
    across, down = x2 - x1, y2 - y1
    on_page = _shortest((x1, y1), (across, down), decimals=0) + page
    if box is None or min(box.width, box.height) < _LEAST_SIDE or across == down == 0:
        return "linearGradient", on_page
    # In the box's own coordinates the same bands lie across another direction.
    square = across * across + down * down
    at_corner = ((box.left - x1) * across + (box.top - y1) * down) / square
    steep, tall = across * box.width / square, down * box.height / square
    length = steep * steep + tall * tall
    start = (-at_corner * steep / length, -at_corner * tall / length)
    decimals = 3 if length > 1 / _SHORT**2 else 2
    in_box = _shortest(start, (steep / length, tall / length), decimals)
    return "linearGradient", min(in_box, on_page, key=len)


def _shortest(start: tuple[float, float], way: tuple[float, float], decimals: int) -> str:
    """The coordinates of a linear gradient, moved along its bands to where they are shortest."""
    moves = [0.0]
    for axis in (0, 1):
        normal = (-way[1], way[0])[axis]
        if abs(normal) > 1e-6:
            moves += [-start[axis] / normal, -(start[axis] + way[axis]) / normal]
    texts = []
    # Rounding turns a gradient a little: the farther away it is put, the more its bands would shift.
    farthest = _MOST_SHIFT * 2 * math.hypot(*way) * 10**decimals
    for move in (move for move in moves if abs(move) <= farthest):
        x, y = start[0] - way[1] * move, start[1] + way[0] * move
        texts.append(_coordinates(x, y, x + way[0], y + way[1], decimals))
    return min(texts, key=len)


def _coordinates(x1: float, y1: float, x2: float, y2: float, decimals: int) -> str:
    texts = [_number(value, decimals) for value in (x1, y1, x2, y2)]
    # In a box the default end is its right side; on the page that would be the page's.
    default = ("0", "0", "1" if decimals else "", "0")
    return "".join(
        f' {name}="{text}"'
        for name, text, usual in zip(("x1", "y1", "x2", "y2"), texts, default, strict=True)
        if text != usual
    )


def _number(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
    return "0" if text in ("-0", "", "-") else text


def _offset(thousandths: int) -> str:
    return f' offset="{_number(thousandths / 1000, 3)}"' if thousandths else ""
