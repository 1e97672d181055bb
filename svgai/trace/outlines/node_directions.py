"""The direction of outlines at their possible joints, and their smoothness: a corner turns at one point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from svgai.array_types import Doubles, Points
from svgai.trace.outlines.outline_points import Sampled, angles_between

_NEAR, _FAR, _FARTHEST = 1, 4, 8  # points on either side
_CORNER = np.radians(40)
"""A turn at one place that is half a corner: half of it less is none, half of it more nothing else."""
_BEND = np.radians(25)
"""The most that an outline turns near a node in a bend; with twice as much it has no direction there."""


@dataclass(frozen=True, eq=False)
class NodeDirections:
    """
    Of all nodes of some outlines, one after the other.

    Attributes:
        along: (n, 2) the way past each node.
        smooth: (n,) from 0 at a corner to 1 where the outline bends evenly or not at all.
    """

    along: Points
    smooth: Doubles


def node_directions(outlines: Sequence[Sampled]) -> NodeDirections:
    """The directions of the outlines at their nodes."""
    around = _Around(outlines)
    back, ahead = around(-_FAR), around(_FAR)
    near = angles_between(around(-_NEAR) - back, ahead - around(_NEAR))
    far = angles_between(back - around(-_FARTHEST), around(_FARTHEST) - ahead)
    # An even bend turns in proportion to how far the chords' middles are apart, a corner as much between near ones as
    # between far ones: two equations for both.
    share = (_NEAR + _FAR) / (_FARTHEST - _NEAR)
    corner = np.clip(near - share * (far - near), 0, near)
    # Two corners close together pass for a bend by that, but no bend that is seen turns so much near a node.
    tight = (near - _BEND) / _BEND
    smooth = np.clip(np.minimum(1.5 - corner / _CORNER, 1 - tight), 0, 1)
    return NodeDirections(ahead - back, smooth)


class _Around:
    """Points before or after the nodes: past its beginning a closed outline goes on, a line has none but its end."""

    def __init__(self, outlines: Sequence[Sampled]) -> None:
        counts = [len(outline.nodes) for outline in outlines]
        lengths = np.array([len(outline.points) for outline in outlines])
        self._points = np.concatenate([outline.points for outline in outlines])
        self._nodes = np.concatenate([outline.nodes for outline in outlines])
        self._first = np.repeat(np.cumsum(lengths) - lengths, counts)
        self._last = np.repeat(lengths - 1, counts)
        self._closed = np.repeat([outline.closed for outline in outlines], counts)

    def __call__(self, shift: int) -> Points:
        place = self._nodes + shift
        place = np.where(self._closed, place % self._last, np.clip(place, 0, self._last))
        return np.asarray(self._points[self._first + place])
