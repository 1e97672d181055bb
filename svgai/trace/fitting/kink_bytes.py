"""The penalty for kinks, in bytes: keeps outlines smooth, and arcs from becoming polygons."""

from collections.abc import Sequence

import numpy as np

from svgai.array_types import Doubles, Indices
from svgai.trace.outlines.node_directions import node_directions
from svgai.trace.outlines.outline_points import Sampled, angles_between

_KINK_BYTES = 2.5  # that each of two segments may take more for it that they meet smoothly
_UNSEEN, _SEEN = np.radians(2), np.radians(6)  # turns off the outline's direction that cost nothing, and all


class KinkBytes:
    """What it costs pairs of nodes that their segment leaves or arrives in another direction than a smooth outline."""

    def __init__(self, batch: Sequence[Sampled], pairs: Sequence[tuple[Indices, Indices]]) -> None:
        nodes = node_directions(batch)
        counts = np.cumsum([0] + [len(outline.nodes) for outline in batch[:-1]])
        begin, end = (
            np.concatenate([pair[side] + before for pair, before in zip(pairs, counts, strict=True)]) for side in (0, 1)
        )
        self._along = nodes.along[begin], nodes.along[end]
        most = _KINK_BYTES * nodes.smooth
        self._bytes = most[begin], most[end]

    def __call__(self, leaving: Doubles, arriving: Doubles) -> Doubles:
        """In bytes, of ways (2, pairs) in which segments leave their beginning and arrive at their end."""
        costs = 0.0
        for way, along, most in zip((leaving, arriving), self._along, self._bytes, strict=True):
            off = angles_between(way.T, along)
            costs += most * np.clip((off - _UNSEEN) / (_SEEN - _UNSEEN), 0, 1)
        return np.asarray(costs)
