"""Branches of a skeleton to whole lines, which run through junctions as straight as they can."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from svgai.array_types import Points
from svgai.trace.lines.centrelines import Branch

End = tuple[int, int]
"""The number of a branch, and 0 for its first end or 1 for its last."""

_SPUR = 1.0  # widths: shorter branches that end freely run into corners and flat ends
_BRIDGE = 1.0  # widths: where two lines cross at an angle, a branch this short joins two junctions
_THROUGH = -0.6  # cosine between the ways of two branches from a junction that are one line
_WAY = 2.0  # widths along a branch that say which way it leaves


@dataclass(frozen=True, eq=False)
class Chain:
    """
    A line over a skeleton: points (n, 2) as x and y, in pixels, a closed one's last equal to its first.

    `junctions` (k, 2) are those on it, `free` says of its first and last point whether the line ends there by itself.
    """

    points: Points
    junctions: Points
    closed: bool
    free: tuple[bool, bool]


def chains(found: Sequence[Branch], width: float) -> list[Chain]:
    """The lines of a skeleton's branches, of about a width in pixels."""
    graph = _Graph(_crossed(_pruned(found, _SPUR * width), _BRIDGE * width), width)
    return [chain for chain in graph.chains() if len(chain.points) >= 3]


def _pruned(found: Sequence[Branch], spur: float) -> list[Branch]:
    """Branches without those that end freely and are short, as long as something is left."""
    left = list(found)
    while True:
        degree: dict[int, int] = defaultdict(int)
        for branch in left:
            for node in branch.nodes:
                degree[node] += 1
        short = {
            number
            for number, branch in enumerate(left)
            if len(branch.pixels) < spur and not branch.closed and sum(node < 0 for node in branch.nodes) == 1
        }
        if not short or len(short) == len(left):
            return [_freed(branch, degree) for branch in left]
        left = [branch for number, branch in enumerate(left) if number not in short]


def _freed(branch: Branch, degree: dict[int, int]) -> Branch:
    """A branch that ends freely where no other is left."""
    one, other = (node if degree[node] > 1 else -1 for node in branch.nodes)
    return replace(branch, nodes=(one, other))


def _crossed(found: Sequence[Branch], bridge: float) -> list[Branch]:
    """Branches without the short ones between two junctions, which become one."""
    joined: dict[int, int] = {}

    def place(node: int) -> int:
        while node in joined:
            node = joined[node]
        return node

    kept = []
    for branch in found:
        one, other = place(branch.nodes[0]), place(branch.nodes[1])
        if one != other and min(one, other) >= 0 and len(branch.pixels) < bridge:
            joined[other] = one
        else:
            kept.append(branch)
    return [replace(branch, nodes=(place(branch.nodes[0]), place(branch.nodes[1]))) for branch in kept]


class _Graph:
    """Branches, where their ends meet, and which ends go on into each other."""

    def __init__(self, branches: Sequence[Branch], width: float) -> None:
        self.branches, self.width = branches, width
        meetings: dict[int, list[End]] = defaultdict(list)
        for number, branch in enumerate(branches):
            for side, node in enumerate(branch.nodes):
                if node >= 0 and not branch.closed:
                    meetings[node].append((number, side))
        self.places = {
            node: np.mean([branches[number].pixels[-side][::-1] for number, side in ends], axis=0)
            for node, ends in meetings.items()
        }
        self.onward: dict[End, End] = {}
        for node, ends in meetings.items():
            for one, other in self._pairs(node, ends):
                self.onward[one], self.onward[other] = other, one

    def chains(self) -> Iterator[Chain]:
        used: set[int] = set()
        ends = [(number, side) for number, branch in enumerate(self.branches) if not branch.closed for side in (0, 1)]
        # Lines with ends first: what is left after them goes round in circles.
        for start in sorted(ends, key=lambda end: end in self.onward):
            if start[0] not in used:
                yield self._run(start, used)
        for branch in self.branches:
            if branch.closed:
                points = branch.pixels[:, ::-1].astype(float)
                yield Chain(np.vstack([points, points[:1]]), np.zeros((0, 2)), True, (False, False))

    def _pairs(self, node: int, ends: Sequence[End]) -> Iterator[tuple[End, End]]:
        """Which ends that meet at a node are one line: those that lie most opposite each other."""
        if len(ends) == 2:
            yield ends[0], ends[1]
            return
        ways = [self._way(node, end) for end in ends]
        cosines = sorted(
            (float(ways[one] @ ways[other]), one, other) for one in range(len(ends)) for other in range(one)
        )
        taken: set[int] = set()
        for cosine, one, other in cosines:
            if cosine < _THROUGH and not {one, other} & taken:
                taken |= {one, other}
                yield ends[one], ends[other]

    def _way(self, node: int, end: End) -> Points:
        pixels = self._pixels(end)
        way = pixels[min(max(2, round(_WAY * self.width)), len(pixels) - 1)] - self.places[node]
        return np.asarray(way / max(float(np.hypot(*way)), 1e-9))

    def _pixels(self, end: End) -> Points:
        """The pixels of a branch from one end to the other, as x and y."""
        number, side = end
        return self.branches[number].pixels[:: -1 if side else 1, ::-1].astype(float)

    def _run(self, start: End, used: set[int]) -> Chain:
        """The line that begins with one end of a branch."""
        first = self.branches[start[0]].nodes[start[1]]
        junctions = [self.places[first]] if first >= 0 else []
        parts: list[Points] = [place[None] for place in junctions]
        at: End | None = start
        last = -1
        while at is not None and at[0] not in used:
            number, side = at
            used.add(number)
            parts.append(self._pixels(at))
            last = self.branches[number].nodes[1 - side]
            if last >= 0:
                parts.append(self.places[last][None])
                junctions.append(self.places[last])
            at = self.onward.get((number, 1 - side))
        closed = at == start
        return Chain(
            np.concatenate(parts),
            np.array(junctions).reshape(-1, 2),
            closed,
            (first < 0, last < 0),
        )
