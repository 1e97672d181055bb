"""
Recognises pixel art: sprites, hand-made icons, bar codes, also enlarged by a whole number.

Unlike a sampled picture, such an image has hard edges where sampling would blend both sides, or it is so small that
hardly any neighbours are equal.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from svgai.array_types import Pixels
from svgai.decode.pixels import premultiplied

MOST_SQUARES = 1 << 16
"""Most squares of an image that is drawn as squares."""

FEW_SQUARES = 1 << 10
"""Up to so many squares may each have a colour of its own."""

_ROWS_AT_ONCE = 64

# Edges of a logo at 32 to 256 px are blends at .3 or more in 98 of 100, those of a scene of few colours at .11. Of
# neighbours in a logo of 256 px .07 differ in the median, in a scene .2, in a QR code .33.
_MOST_BLENDED = 0.15
_DETAILED = 0.12
_NOTHING_ALIKE = 0.6
_MOST_COLOURS = 64
_CHANGES_OF_A_COLOUR = 32  # least, in the mean; icons with smooth edges reach 25
_CLEAR_STEP = 10  # levels that the eye sees as an edge
_BLEND_STEP = 48  # levels from one side of a blend to the other
_BETWEEN = 0.08, 0.92  # how far a blend is from one side to the other
_OFF_LINE = 0.12  # how far it may be off the line between them, in lengths of that line

_NOTHING_BUT_PIXELS = 64  # squares: with so few nothing else can be found

# Longest sides, in squares.
_ICON = 16
_SPRITE = 32

_ENLARGED = 3  # times, from which on squares are seen as such


@dataclass(frozen=True, eq=False)
class Squares:
    """
    An image in squares of one colour each, as large as they can be.

    Args:
        rgba: straight-alpha colours of the squares (rows, columns, 4).
        side: of a square, in pixels of the image.
    """

    rgba: Pixels
    side: int

    @property
    def count(self) -> int:
        """How many squares there are."""
        rows, columns = self.rgba.shape[:2]
        return int(rows * columns)

    @cached_property
    def numbers(self) -> npt.NDArray[np.uint32]:
        """The colours as numbers (rows, columns), 0 where they are clear."""
        return _as_numbers(self.rgba)

    @cached_property
    def colours(self) -> int:
        """How many colours there are."""
        return len(np.unique(self.numbers))

    @property
    def are_pixel_art(self) -> bool:
        """Whether the image consists of squares, rather than samples of something smooth."""
        longest = max(self.rgba.shape[:2])
        if self.count > MOST_SQUARES or self.colours == 1:
            return False
        if self.count <= _NOTHING_BUT_PIXELS:
            return True
        if longest <= _ICON and self._changing >= _NOTHING_ALIKE and self._seen_apart:
            return True
        if self.colours > _MOST_COLOURS:
            return False
        if self.side >= _ENLARGED or (longest <= _SPRITE and self._cut_out):
            return True
        detailed = longest <= _SPRITE or self._changing >= _DETAILED
        return detailed and self._chosen and self._seen_apart and self._unblended

    @property
    def are_few(self) -> bool:
        """Whether the squares are so few that each can be drawn, and seen apart from those beside it."""
        return 1 < self.count <= FEW_SQUARES and self._seen_apart

    @cached_property
    def _changes(self) -> int:
        """How many pairs of neighbours differ."""
        across, down = self.numbers[:, 1:] != self.numbers[:, :-1], self.numbers[1:] != self.numbers[:-1]
        return int(across.sum() + down.sum())

    @property
    def _changing(self) -> float:
        """The share of pairs of neighbours that differ."""
        return float(self._changes / (2 * self.count - sum(self.numbers.shape)))

    @property
    def _chosen(self) -> bool:
        """Whether colours recur, as chosen ones do: blends are many, with few pixels each."""
        return self._changes >= _CHANGES_OF_A_COLOUR * self.colours

    @property
    def _cut_out(self) -> bool:
        """Whether there are shapes on a transparent background without blended pixels between."""
        alpha = self.rgba[..., 3]
        return bool((alpha == 0).any() and ((alpha == 0) | (alpha == 255)).all())

    @cached_property
    def _seen_apart(self) -> bool:
        """Whether most neighbours that differ do so by a step that is seen."""
        levels = premultiplied(self.rgba)
        steps = [np.abs(np.diff(levels, axis=axis)).max(axis=2) for axis in (0, 1)]
        changes, clear = (sum(np.count_nonzero(step > least) for step in steps) for least in (0, _CLEAR_STEP))
        return bool(2 * clear >= changes)

    @property
    def _unblended(self) -> bool:
        """Whether few squares on edges lie between the colours on either side of them."""
        levels = premultiplied(self.rgba)
        edges = blends = 0
        for lines in (levels, levels.transpose(1, 0, 2)):
            way, part = lines[2:] - lines[:-2], lines[1:-1] - lines[:-2]
            length = (way * way).sum(axis=2)
            share = (way * part).sum(axis=2) / np.maximum(length, 1)
            off = (part * part).sum(axis=2) - share * share * length
            on_line = (np.abs(way).max(axis=2) >= _BLEND_STEP) & (off < _OFF_LINE * _OFF_LINE * length)
            edges += int(on_line.sum())
            blends += int((on_line & (share > _BETWEEN[0]) & (share < _BETWEEN[1])).sum())
        return blends <= _MOST_BLENDED * edges


def squares(rgba: Pixels) -> Squares:
    """The largest squares that an image (height, width, 4) consists of; pixels where it is not enlarged."""
    side = math.gcd(*rgba.shape[:2])
    for top in range(0, len(rgba), _ROWS_AT_ONCE):
        if side == 1:
            break
        above = max(top - 1, 0)
        rows = _as_numbers(rgba[above : top + _ROWS_AT_ONCE])
        across = np.flatnonzero((rows[:, 1:] != rows[:, :-1]).any(axis=0)) + 1
        down = np.flatnonzero((rows[1:] != rows[:-1]).any(axis=1)) + above + 1
        side = math.gcd(side, *across.tolist(), *down.tolist())
    return Squares(rgba[::side, ::side], side)


def _as_numbers(rgba: Pixels) -> npt.NDArray[np.uint32]:
    """Pixels (h, w, 4) as one number each (h, w), 0 where they are clear."""
    numbers = np.ascontiguousarray(rgba).view(np.uint32)[..., 0]
    return np.where(rgba[..., 3] == 0, np.uint32(0), numbers)
