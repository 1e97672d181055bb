"""
A map of models to layers: which areas are painted, in which order, and how far each reaches.

An area that lies within another is painted over it, so that the outline between them is drawn once; where it has the
ground's model it is a hole instead, which needs no element of its own. Areas side by side cannot share an outline:
anti-aliasing would let the ground shine through between them. So every layer also runs on for one source pixel beneath
the layers painted later.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from svgai.array_types import Map, Mask, Numbers

MOST_LAYERS = 3000

_LEAST_SPARED = 4.0  # pixels


@dataclass(frozen=True, eq=False)
class Layer:
    """One area of one model: a mask (h, w) whose first pixel is at row `top` and column `left` of the map."""

    model: int
    top: int
    left: int
    mask: Mask

    @property
    def box(self) -> tuple[slice, slice]:
        """Where on the map it lies."""
        height, width = self.mask.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


@dataclass(frozen=True, eq=False)
class Stack:
    """The model that the whole page is painted with, and the layers over it, the lowest first."""

    ground: int
    layers: tuple[Layer, ...]


def stack_layers(
    indices: Map, clear: int | None, least_area: float, overlap: int, careful: Mask | None = None
) -> Stack:
    """
    Layers of a (height, width) map of model indices.

    Args:
        indices: the model of each pixel.
        clear: the index that stands for what is not painted, which is then the ground; None where everything is
            painted, and the ground is what most of the page's border has.
        least_area: smaller areas are given to the neighbour they touch most, in pixels.
        overlap: how far a layer runs on beneath later ones, in pixels.
        careful: where areas stay however small they are, but for single pixels, and where a layer does not reach the
            edge of what lies on it: anti-aliasing would let it shine through.
    """
    parts = _Parts(indices)
    ground = clear if clear is not None else parts.widest_at_the_border()
    nesting = _Nesting(parts, ground)
    nesting.drop_specks(least_area, spared=parts.within(careful) if careful is not None else frozenset())
    nesting.nest()
    return Stack(ground, tuple(_masks(parts, nesting, overlap, careful)))


class _Parts:
    """The connected areas of a map: `numbers` (height, width), and for each number its model and its pixels."""

    def __init__(self, indices: Map) -> None:
        self.numbers = np.zeros(indices.shape, np.int32)
        models: list[int] = []
        areas: list[int] = []
        for model, box in enumerate(ndimage.find_objects(indices.astype(np.int32) + 1)):
            if box is None:
                continue
            count, labels, stats, _ = cv2.connectedComponentsWithStats(
                (indices[box] == model).astype(np.uint8), connectivity=4
            )
            np.add(labels, len(models) - 1, out=self.numbers[box], where=labels > 0)
            models += [model] * (count - 1)
            areas += stats[1:, cv2.CC_STAT_AREA].tolist()
        self.models = models
        self.areas = areas
        numbers = self.numbers
        edges = np.concatenate([numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]])
        places, counts = np.unique(edges, return_counts=True)
        self.at_border = dict(zip(places.tolist(), counts.tolist(), strict=True))

    def widest_at_the_border(self) -> int:
        """The model that most pixels of the page's border have."""
        totals: dict[int, int] = defaultdict(int)
        for part, pixels in self.at_border.items():
            totals[self.models[part]] += pixels
        return max(totals, key=lambda model: totals[model])

    def within(self, mask: Mask) -> frozenset[int]:
        """The areas with a pixel in a mask."""
        return frozenset(np.unique(self.numbers[mask]).tolist())

    def borders(self) -> list[tuple[int, int, int]]:
        """Pairs of touching areas, and the length of their common border."""
        numbers, count = self.numbers, len(self.models)
        pairs = []
        for one, other in ((numbers[:, 1:], numbers[:, :-1]), (numbers[1:], numbers[:-1])):
            apart = one != other
            first, second = one[apart].astype(np.int64), other[apart].astype(np.int64)
            pairs.append(np.minimum(first, second) * count + np.maximum(first, second))
        keys, lengths = np.unique(np.concatenate(pairs), return_counts=True)
        return [
            (key // count, key % count, length) for key, length in zip(keys.tolist(), lengths.tolist(), strict=True)
        ]


class _Nesting:
    """Which area lies on which: a tree whose root is the ground."""

    def __init__(self, parts: _Parts, ground: int) -> None:
        self.parts = parts
        self.root = len(parts.models)
        self.area = [*map(float, parts.areas), np.inf]
        self.place = list(range(self.root + 1))
        self.parent: dict[int, int] = {}
        self.neighbours: dict[int, dict[int, int]] = {number: {} for number in range(self.root + 1)}
        for one, other, length in parts.borders():
            self.neighbours[one][other] = self.neighbours[other][one] = length
        for part, pixels in parts.at_border.items():
            self.neighbours[part][self.root] = self.neighbours[self.root][part] = pixels
        for part in range(self.root):
            if parts.models[part] == ground:
                self._join(part, self.root)

    def drop_specks(self, least_area: float, spared: frozenset[int]) -> None:
        """Give small areas, and those beyond the number that is painted, to the neighbour they touch most."""
        rising = sorted(self._live(), key=lambda part: self.area[part])
        spare = len(rising) - MOST_LAYERS
        for place, part in enumerate(rising):
            least = min(least_area, _LEAST_SPARED) if part in spared else least_area
            if self.area[part] < least or place < spare:
                self._join(part, self._closest(part))

    def nest(self) -> None:
        """
        Lay areas on one another until only the ground is left, those first that share their whole outline with another.

        What an area touches beside the one that it is laid on is outlined twice, so the shortest such rest goes first.
        """
        queue: list[tuple[bool, float, int, int]] = []
        stamps = [0] * self.root

        def offer(part: int) -> None:
            if part != self.root:
                stamps[part] += 1
                touching = self.neighbours[part]
                rest = sum(touching.values()) - touching[self._closest(part)]
                heapq.heappush(queue, (rest > 0, rest or self.area[part], part, stamps[part]))

        for part in self._live():
            offer(part)
        while len(self.neighbours) > 1:
            _, _, part, stamp = heapq.heappop(queue)
            if part not in self.neighbours or stamps[part] != stamp:
                continue
            near = list(self.neighbours[part])
            below = self._closest(part)
            self.parent[part] = below
            self._merge(part, below)
            for neighbour in near:
                offer(neighbour)

    def resolved(self) -> npt.NDArray[np.intp]:
        """The area that each area was joined to, by number."""
        for part in range(self.root):
            above = part
            while self.place[above] != above:
                above = self.place[above]
            self.place[part] = above
        return np.array(self.place, np.intp)

    def children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for part, below in self.parent.items():
            found[below].append(part)
        return found

    def _live(self) -> list[int]:
        return [part for part in self.neighbours if part != self.root]

    def _closest(self, part: int) -> int:
        touching = self.neighbours[part]
        return max(touching, key=lambda other: touching[other])

    def _join(self, part: int, other: int) -> None:
        self.place[part] = other
        self.area[other] += self.area[part]
        self._merge(part, other)

    def _merge(self, part: int, other: int) -> None:
        for neighbour, length in self.neighbours.pop(part).items():
            touching = self.neighbours[neighbour]
            del touching[part]
            if neighbour != other:
                touching[other] = self.neighbours[other][neighbour] = touching.get(other, 0) + length


def _painting_order(children: dict[int, list[int]], models: Sequence[int], root: int) -> list[int]:
    """Areas so that each comes after the one it lies on, and those of one model follow each other where they can."""
    order: list[int] = []
    ready: dict[int, list[int]] = defaultdict(list)
    for part in children.get(root, ()):
        ready[models[part]].append(part)
    while ready:
        model = max(ready, key=lambda one: (len(ready[one]), -one))
        for part in ready.pop(model):
            order.append(part)
            for above in children.get(part, ()):
                ready[models[above]].append(above)
    return order


def _masks(parts: _Parts, nesting: _Nesting, overlap: int, careful: Mask | None) -> Iterator[Layer]:
    """The layers in painting order. An area's number in preorder shows whether it lies within another."""
    children = nesting.children()
    order = _painting_order(children, parts.models, nesting.root)
    entry, leave = _preorder(children, nesting.root)
    rank = np.zeros(len(entry), np.int32)
    for place, part in enumerate(order, start=1):
        rank[entry[part]] = place
    resolved = nesting.resolved()
    numbers = np.array([entry[part] for part in resolved.tolist()], np.int32)[parts.numbers]
    ranks = rank[numbers]
    boxes = _boxes(numbers, order, entry, leave)
    height, width = numbers.shape
    square = np.ones((2 * overlap + 1, 2 * overlap + 1), np.uint8)
    for place, part in enumerate(order, start=1):
        top, bottom, left, right = boxes[part]
        top, left = max(top - overlap, 0), max(left - overlap, 0)
        bottom, right = min(bottom + overlap, height), min(right + overlap, width)
        window = numbers[top:bottom, left:right]
        own = ((window >= entry[part]) & (window < leave[part])).astype(np.uint8)
        later = ranks[top:bottom, left:right] > place
        reach = cv2.dilate(own, square) if later.any() else own
        if careful is not None and (within := own.astype(bool) & careful[top:bottom, left:right] & later).any():
            bare = own.astype(bool) & ~later
            edge = cv2.dilate(1 - own, square).astype(bool) & ~cv2.dilate(bare.astype(np.uint8), square).astype(bool)
            own[within & edge] = 0
            reach[within & edge] = 0
        yield Layer(parts.models[part], top, left, own.astype(bool) | (reach.astype(bool) & later))


def _preorder(children: dict[int, list[int]], root: int) -> tuple[dict[int, int], dict[int, int]]:
    """For each area its number in preorder, and the first number after all that lie on it."""
    entry: dict[int, int] = {}
    leave: dict[int, int] = {}
    waiting = [(root, False)]
    while waiting:
        part, done = waiting.pop()
        if done:
            leave[part] = len(entry)
            continue
        entry[part] = len(entry)
        waiting.append((part, True))
        waiting += [(above, False) for above in children.get(part, ())]
    return entry, leave


def _boxes(
    numbers: Numbers, order: Sequence[int], entry: dict[int, int], leave: dict[int, int]
) -> dict[int, tuple[int, int, int, int]]:
    """Top, bottom, left and right of each area with all that lies on it."""
    found = ndimage.find_objects(numbers + 1, max_label=len(entry))
    own = np.array([_corners(box) for box in found], np.int64)
    boxes = {}
    for part in order:
        within = own[entry[part] : leave[part]]
        top, left = within[:, [0, 2]].min(axis=0).tolist()
        bottom, right = within[:, [1, 3]].max(axis=0).tolist()
        boxes[part] = (top, bottom, left, right)
    return boxes


def _corners(box: tuple[slice, slice] | None) -> tuple[int, int, int, int]:
    if box is None:  # the ground of an image without a clear pixel, which lies under all and is in no other area
        return 2**31, -1, 2**31, -1
    return box[0].start, box[0].stop, box[1].start, box[1].stop
