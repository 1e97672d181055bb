"""
The middle of an area as chains of pixels: thinned to a skeleton, whose branches run between ends and junctions.

Thinning is that of Zhang and Suen (A fast parallel algorithm for thinning digital patterns, 1984).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import Mask

Chain = npt.NDArray[np.intp]

# The eight neighbours, clockwise from above, as bits 1, 2, 4, ... of what the filter gives.
_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
_BITS = np.zeros((3, 3), np.float32)
for _bit, (_down, _right) in enumerate(_RING):
    _BITS[1 + _down, 1 + _right] = 1 << _bit


def _removable(step: int) -> npt.NDArray[np.uint8]:
    """By neighbourhood, 0 where a pixel goes in one of the two passes."""
    ring = (np.arange(256)[:, None] >> np.arange(8)) & 1
    count, turns = ring.sum(axis=1), ((ring == 0) & (np.roll(ring, -1, axis=1) == 1)).sum(axis=1)
    up, right, down, left = ring[:, 0], ring[:, 2], ring[:, 4], ring[:, 6]
    first, second = (up * right * down, right * down * left), (up * right * left, up * down * left)
    one, other = (first, second)[step]
    goes = (count >= 2) & (count <= 6) & (turns == 1) & (one == 0) & (other == 0)
    return np.where(goes, 0, 255).astype(np.uint8)


def _needless(turn: int) -> npt.NDArray[np.uint8]:
    """By neighbourhood, 0 where a pixel is the corner of a stair whose steps touch without it."""
    ring = np.roll((np.arange(256)[:, None] >> np.arange(8)) & 1, -2 * turn, axis=1)
    goes = (ring[:, 0] & ring[:, 2] & ~(ring[:, 4] | ring[:, 5] | ring[:, 6]) & 1) == 1
    return np.where(goes, 0, 255).astype(np.uint8)


_PASSES = (_removable(0), _removable(1))
_STAIRS = tuple(_needless(turn) for turn in range(4))
_NEIGHBOURS = np.ones((3, 3), np.float32)


@dataclass(frozen=True, eq=False)
class Branch:
    """
    A chain of pixels (n, 2), rows and columns, from one node of a skeleton to another.

    `nodes`: the numbers of both; -1 where the chain ends freely; a closed chain has none, and its last pixel is the
    neighbour of its first.
    """

    pixels: Chain
    nodes: tuple[int, int]
    closed: bool = False


def thinned(mask: Mask) -> Mask:
    """The skeleton of an area, one pixel wide."""
    skeleton = np.pad(mask, 1).astype(np.uint8)
    while True:
        before = cv2.countNonZero(skeleton)
        for removable in _PASSES:
            _peel(skeleton, removable)
        if cv2.countNonZero(skeleton) == before:
            break
    for needless in _STAIRS:
        _peel(skeleton, needless)
    return np.asarray(skeleton[1:-1, 1:-1] > 0)


def _peel(skeleton: npt.NDArray[np.uint8], kept: npt.NDArray[np.uint8]) -> None:
    ring = cv2.filter2D(skeleton, cv2.CV_8U, _BITS, borderType=cv2.BORDER_CONSTANT)
    cv2.bitwise_and(skeleton, cv2.LUT(ring, kept), dst=skeleton)


def branches(skeleton: Mask) -> list[Branch]:
    """The branches of a skeleton. Pixels with three neighbours or more are its nodes, those that touch are one."""
    around = cv2.filter2D(skeleton.astype(np.uint8), cv2.CV_8U, _NEIGHBOURS, borderType=cv2.BORDER_CONSTANT)
    crossing = skeleton & (around > 3)
    node = cv2.connectedComponents(crossing.astype(np.uint8), connectivity=8)[1]
    chain = cv2.connectedComponents((skeleton & ~crossing).astype(np.uint8), connectivity=8)[1]
    rows, columns = np.nonzero(chain)
    order = np.argsort(chain[rows, columns], kind="stable")
    numbers = chain[rows, columns][order]
    starts = np.flatnonzero(np.diff(numbers, prepend=0))
    groups = np.split(np.column_stack([rows, columns])[order], starts[1:])
    return [branch for group in groups if len(group) for branch in _walked(group, np.asarray(node, np.int32))]


def _walked(pixels: Chain, node: npt.NDArray[np.int32]) -> Iterator[Branch]:
    """The pixels of one chain in their order, with the nodes at its ends."""
    left = {(row, column) for row, column in pixels.tolist()}
    links = {at: [other for other in _beside(at) if other in left] for at in left}
    ends = [at for at, others in links.items() if len(others) <= 1]
    at = min(ends or links)
    walked = [at]
    left.discard(at)
    while True:
        # Straight on before diagonally: a skeleton's corner may hold a pixel beside both of its neighbours.
        onward = [other for other in links[at] if other in left]
        if not onward:
            break
        at = min(onward, key=lambda other: abs(other[0] - walked[-1][0]) + abs(other[1] - walked[-1][1]))
        walked.append(at)
        left.discard(at)
    found = np.array(walked, np.intp)
    first, last = _nodes_at(walked[0], node), _nodes_at(walked[-1], node)
    if len(walked) == 1:
        both = sorted(first)
        yield Branch(found, (both[0] if both else -1, both[1] if len(both) > 1 else -1))
        return
    closed = not ends and not first and not last and len(walked) > 3
    yield Branch(found, (min(first, default=-1), min(last, default=-1)), closed)


def _beside(at: tuple[int, int]) -> Iterator[tuple[int, int]]:
    return ((at[0] + down, at[1] + right) for down, right in _RING)


def _nodes_at(at: tuple[int, int], node: npt.NDArray[np.int32]) -> set[int]:
    row, column = at
    window = node[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
    return set(window[window > 0].tolist())
