"""
Squares of one colour each to the fewest bytes of SVG: outlines along the borders of pixels, one path for each colour.

An outline keeps what it encloses on its right, so that a path with all outlines of an area fills that area and nothing
else. Where two squares touch at a corner alone, four lines meet, and outlines may change over: two become one, which
needs one move less.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from svgai.array_types import Indices, Mask
from svgai.trace.svg.grid_geometry import GridPoint


def outline_data(mask: Mask) -> str:
    """Path data that fills the squares of a mask (h, w), a unit each, and nothing else; empty where there are none."""
    parts: list[str] = []
    pen = (0, 0)
    for loop in _loops(mask):
        corners = _well_begun(loop, pen)
        start = corners[0]
        parts += [_move(start, pen), *(_line(a, b) for a, b in pairwise(corners)), "z"]
        pen = start
    return "".join(parts)


def _loops(mask: Mask) -> Iterator[list[GridPoint]]:
    """The corners of closed outlines, in the order of their first rows."""
    x, y, following = _turns(mask)
    visited = np.zeros(len(x), bool)
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    after = following.tolist()
    for first in range(len(points)):
        if not visited[first]:
            loop = [first]
            while (turn := after[loop[-1]]) != first:
                loop.append(turn)
            visited[loop] = True
            yield [points[turn] for turn in loop]


def _turns(mask: Mask) -> tuple[Indices, Indices, Indices]:
    """Where outlines turn, x and y (n,), and the number (n,) of the turn that comes after each; two lie at a touch."""
    framed = np.pad(mask, 1).astype(np.int8)
    a, b, c, d = framed[:-1, :-1], framed[:-1, 1:], framed[1:, :-1], framed[1:, 1:]
    touch = (a == d) & (b == c) & (a != b)
    y, x = np.nonzero(((a + b + c + d) % 2 == 1) | touch)
    y, x = (np.repeat(places, 1 + touch[y, x]) for places in (y, x))
    along_row = np.arange(len(x)) ^ 1  # turns come in the order of rows: a line joins each odd one to the one before
    by_column = np.lexsort((y, x))
    along_column = np.empty_like(by_column)
    along_column[by_column] = by_column[np.arange(len(x)) ^ 1]
    # A line with area beneath it runs to the right.
    partner = x[along_row]
    beneath = d[y, np.minimum(x, partner)] == 1
    leaves_along_row = beneath == (x < partner)
    following = np.where(leaves_along_row, along_row, along_column)
    touches = np.flatnonzero((x[:-1] == x[1:]) & (y[:-1] == y[1:]))
    if len(touches):
        _join(following, touches)
    return x, y, following


def _join(following: Indices, touches: Indices) -> None:
    """Make outlines one where two of them touch, which is at turns `touches` and those after them."""
    loop = _loop_numbers(following).tolist()
    joined = list(range(len(loop)))

    def root(number: int) -> int:
        while joined[number] != number:
            joined[number] = number = joined[joined[number]]
        return number

    for turn in touches.tolist():
        one, other = root(loop[turn]), root(loop[turn + 1])
        if one != other:
            joined[other] = one
            following[[turn, turn + 1]] = following[[turn + 1, turn]]


def _loop_numbers(following: Indices) -> Indices:
    """The least number of the loop that each turn is on, by doubling the steps that are looked ahead."""
    least, ahead = np.arange(len(following)), following
    while True:
        lower = np.minimum(least, least[ahead])
        if (lower == least).all():
            return least
        least, ahead = lower, ahead[ahead]


def _well_begun(loop: Sequence[GridPoint], pen: GridPoint) -> list[GridPoint]:
    """The corners from where the move there and the line that closing draws save most."""
    lengths = [len(_move(corner, pen)) - len(_line(loop[number - 1], corner)) for number, corner in enumerate(loop)]
    first = lengths.index(min(lengths))
    return [*loop[first:], *loop[:first]]


def _move(to: GridPoint, pen: GridPoint) -> str:
    x, y = to[0] - pen[0], to[1] - pen[1]
    relative = f"m{x}{y}" if y < 0 else f"m{x} {y}"
    return min(f"M{to[0]} {to[1]}", relative, key=len)


def _line(begin: GridPoint, end: GridPoint) -> str:
    name, axis = ("h", 0) if begin[1] == end[1] else ("v", 1)
    return min(f"{name}{end[axis] - begin[axis]}", f"{name.upper()}{end[axis]}", key=len)
