"""
Squares of one colour each as a stack of areas, one for each colour: an area may extend beneath later ones.

Frequent colours lie below. Each area spreads beneath those above it as far as that saves corners of its outline.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from svgai.array_types import Mask

MOST_SPREAD = 64
"""Areas that spread beneath others, from the lowest: those of rare colours would gain nothing."""

_MOST_ROUNDS = 6

_A, _B, _C, _D = 1, 2, 4, 8  # squares around a crossing of borders: above left, above right, below left, below right


def _corners(around: int) -> int:
    """How many corners an outline has where some of four squares are of its area."""
    return 2 if around in {_A | _D, _B | _C} else around.bit_count() % 2


_CORNERS = np.array([_corners(around) for around in range(16)], np.int8)


def stacked(levels: npt.NDArray[np.intp], opaque: int) -> Iterator[Mask]:
    """
    The areas (rows, columns), from the lowest.

    Args:
        levels: of each square (rows, columns), from 0; less where it is clear.
        opaque: how many levels hide what is beneath them; these come first.
    """
    hides = levels < opaque
    for level in range(levels.max() + 1):
        own = levels == level
        if level >= min(opaque, MOST_SPREAD):
            yield own
            continue
        free = hides & (levels > level)
        yield min((_smoothed(area, free) for area in (own, own | free)), key=_count)


def _smoothed(area: Mask, free: Mask) -> Mask:
    """
    The area with free squares added or taken away one by one while that saves corners.

    Squares that have no corner in common are judged at once.
    """
    area = area.copy()
    for _ in range(_MOST_ROUNDS):
        before = area.copy()
        for y in range(2):
            for x in range(2):
                saves = (_change(area) < 0) & free
                area[y::2, x::2] ^= saves[y::2, x::2]
        if (area == before).all():
            break
    return area


def _change(area: Mask) -> npt.NDArray[np.int8]:
    """By how much the count of corners changes where a square (rows, columns) is added or taken away."""
    around = _around(area)
    places = (around[:-1, :-1], _D), (around[:-1, 1:], _C), (around[1:, :-1], _B), (around[1:, 1:], _A)
    changes = [_CORNERS[there ^ square] - _CORNERS[there] for there, square in places]
    return np.asarray(np.sum(changes, axis=0), np.int8)


def _count(area: Mask) -> int:
    return int(_CORNERS[_around(area)].sum(dtype=np.int64))


def _around(area: Mask) -> npt.NDArray[np.int8]:
    """The squares of an area around each crossing (rows + 1, columns + 1), a bit each."""
    framed = np.pad(area, 1).astype(np.int8)
    return np.asarray(
        framed[:-1, :-1] * _A + framed[:-1, 1:] * _B + framed[1:, :-1] * _C + framed[1:, 1:] * _D, np.int8
    )
