"""
Which areas of a map are lines of constant width, where their middle runs and how wide they are.

The skeleton of an area says how its lines run. From every point of it the outline is sought to both sides: that gives
the middle and the width to a fraction of a pixel.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

from svgai.centrelines import Branch, branches, thinned
from svgai.colour_models import Floats
from svgai.contours import Page, Points
from svgai.layers import Layer, Mask

_LEAST_LENGTH = 3.0  # widths
_SPUR = 1.0  # widths: shorter free branches run into corners and ends
_BRIDGE = 1.0  # widths: where two lines cross at an angle, a branch this short joins two junctions
_THROUGH = -0.8  # cosine between two branches that are one line
_STEP = 0.5  # map pixels between samples along a normal
_EVEN_PIXELS, _EVEN_SHARE = 0.15, 0.12  # by how much, in source pixels and of the width, a line's width may vary
_EVENED = 2.0  # source pixels along a line: what its outline jumps from pixel to pixel is no width
_LEAST_EVEN = 0.8  # share of a line's points that have its width
_STRAY = 0.01  # of an area that its lines may leave out or cover beyond it
_CORNER = 0.1  # of a line's squared width, the same at an end, which may be flat or round
_ROUND_REACH, _ROUND_SIDE = 0.2, 0.38  # widths from the tip back and to the side, where a flat end is inside
_ROUND_FROM = 2.5  # source pixels of width from which an end is seen to be round
_AT_JUNCTION, _AT_END = 1.1, 0.6  # widths to where the outline says nothing about a line's middle
_BENT = 0.25  # of the width, by which it may seem to differ before a bend
_CORNER_COSINE = 0.94
_AROUND = 2  # map pixels around an area


@dataclass(frozen=True, eq=False)
class Line:
    """The middle of a line, (n, 2) as x and y in source pixels of the page; a closed one ends where it begins."""

    points: Points
    closed: bool


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines that an area consists of: their width in source pixels, and whether most of their ends are round."""

    lines: tuple[Line, ...]
    width: float
    round_ends: bool
    unevenness: float


@dataclass(frozen=True, eq=False)
class _Sides:
    """How far the outline lies to the left and right of points, in map pixels."""

    left: Floats
    right: Floats

    @property
    def width(self) -> Floats:
        return self.left + self.right


def lines_of(area: Layer, margins: Floats, times: int, page: Page) -> Lines | None:
    """
    The lines of an area of a map, or None where it is no line.

    Args:
        area: an area alone, without what lies on it.
        margins: how sure each pixel of the whole map is, (height, width), above zero.
        times: pixels of the map along one source pixel.
        page: what is seen of the map.
    """
    height, width = area.mask.shape
    sure = margins[area.top : area.top + height, area.left : area.left + width]
    heights = np.pad(np.where(area.mask, sure, -sure), _AROUND, mode="edge").astype(np.float32)
    beyond = np.pad(np.zeros(area.mask.shape, bool), _AROUND, constant_values=True)
    heights[beyond] = -np.abs(heights[beyond])
    skeleton = thinned(np.pad(area.mask, _AROUND))
    pixels = int(area.mask.sum())
    length = max(int(skeleton.sum()), 1)
    rough = pixels / length
    if length < _LEAST_LENGTH * rough:
        return None
    chains = _chains(_crossed(_pruned(branches(skeleton), _SPUR * rough), _BRIDGE * rough), rough)
    measured = [_measured(chain, heights, rough, times) for chain in chains]
    if not measured:
        return None
    across = np.concatenate([one.known for one in measured])
    if len(across) == 0:
        return None
    even = float(np.median(across))
    slack = max(_EVEN_PIXELS * times, _EVEN_SHARE * even)
    near = np.abs(across - even) <= slack
    if near.mean() < _LEAST_EVEN:
        return None
    lines, rounds = [], []
    for one in measured:
        line, ends = _placed(one, heights, even, slack)
        if line is None:
            return None
        lines.append(line)
        rounds += ends
    if _beyond(lines, even, np.pad(area.mask, _AROUND)) > _STRAY * pixels + _CORNER * even * even * (1 + len(rounds)):
        return None
    origin = np.array([area.left - _AROUND + 0.5, area.top - _AROUND + 0.5])
    placed = tuple(Line((line.points + origin) / times - page.margin, line.closed) for line in lines)
    round_ends = bool(rounds) and even >= _ROUND_FROM * times and float(np.mean(rounds)) > 0.5
    return Lines(placed, even / times, round_ends, float(across[near].std()) / times)


@dataclass(frozen=True, eq=False)
class _Chain:
    """The way of one line over a skeleton: points (n, 2) as x and y, and which of them lie at junctions."""

    points: Points
    junctions: Points
    closed: bool
    free: tuple[bool, bool]


@dataclass(frozen=True, eq=False)
class _Measured:
    chain: _Chain
    points: Points
    widths: Floats
    clear: np.ndarray

    @property
    def known(self) -> Floats:
        """The widths away from junctions and ends."""
        found = self.widths[self.clear]
        return found[np.isfinite(found)]


def _pruned(found: list[Branch], spur: float) -> list[Branch]:
    """Branches without those that end freely and are short, as long as something is left."""
    while True:
        degree: dict[int, int] = defaultdict(int)
        for branch in found:
            for node in branch.nodes:
                degree[node] += 1
        short = [
            branch
            for branch in found
            if not branch.closed
            and sum(node < 0 for node in branch.nodes) == 1
            and len(branch.pixels) < spur
        ]
        if not short or len(short) == len(found):
            return [_freed(branch, degree) for branch in found]
        gone = {id(branch) for branch in short}
        found = [branch for branch in found if id(branch) not in gone]


def _crossed(found: list[Branch], bridge: float) -> list[Branch]:
    """Branches without the short ones between junctions, which become one."""
    place: dict[int, int] = {}

    def merged(node: int) -> int:
        while node in place:
            node = place[node]
        return node

    kept = []
    for branch in found:
        one, other = map(merged, branch.nodes)
        if one != other and min(one, other) >= 0 and len(branch.pixels) < bridge:
            place[other] = one
        else:
            kept.append(branch)
    return [replace(branch, nodes=(merged(branch.nodes[0]), merged(branch.nodes[1]))) for branch in kept]


def _freed(branch: Branch, degree: dict[int, int]) -> Branch:
    """A branch that ends freely where it was left alone."""
    one, other = (node if degree[node] > 1 else -1 for node in branch.nodes)
    return replace(branch, nodes=(one, other))


def _chains(found: Sequence[Branch], width: float) -> list[_Chain]:
    """Lines that run through junctions as straight as they can."""
    ends: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, branch in enumerate(found):
        if not branch.closed:
            for side, node in enumerate(branch.nodes):
                if node >= 0:
                    ends[node].append((number, side))
    places = {
        node: np.mean([_end(found[number], side) for number, side in both], axis=0) for node, both in ends.items()
    }
    onward: dict[tuple[int, int], tuple[int, int]] = {}
    for node, meeting in ends.items():
        for one, other in _pairs(found, places[node], meeting, width):
            onward[one], onward[other] = other, one
    chains: list[_Chain] = []
    used: set[int] = set()
    starts = [(n, s) for n, b in enumerate(found) if not b.closed for s in (0, 1) if (n, s) not in onward]
    for start in starts:
        if start[0] not in used:
            chains.append(_run(found, onward, places, start, used))
    for number, branch in enumerate(found):
        if branch.closed:
            points = branch.pixels[:, ::-1].astype(float)
            chains.append(_Chain(np.vstack([points, points[:1]]), np.zeros((0, 2)), True, (False, False)))
        elif number not in used:
            chains.append(_run(found, onward, places, (number, 0), used))
    return [chain for chain in chains if len(chain.points) >= 3]


def _end(branch: Branch, side: int) -> Points:
    return np.asarray(branch.pixels[-side][::-1], float)


def _pairs(
    found: Sequence[Branch], place: Points, meeting: Sequence[tuple[int, int]], width: float
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Which ends of branches that meet at a place go on into each other."""
    if len(meeting) == 2:
        return [(meeting[0], meeting[1])]
    reach = max(2, round(2 * width))
    ways = []
    for number, side in meeting:
        pixels = found[number].pixels[:: -1 if side else 1]
        way = pixels[min(reach, len(pixels) - 1)][::-1] - place
        ways.append(way / max(float(np.hypot(*way)), 1e-9))
    cosines = sorted(
        (float(ways[i] @ ways[j]), i, j) for i in range(len(ways)) for j in range(i) if meeting[i][0] != meeting[j][0]
    )
    taken: set[int] = set()
    pairs = []
    for cosine, i, j in cosines:
        if cosine < _THROUGH and not {i, j} & taken:
            taken |= {i, j}
            pairs.append((meeting[i], meeting[j]))
    return pairs


def _run(
    found: Sequence[Branch],
    onward: dict[tuple[int, int], tuple[int, int]],
    places: dict[int, Points],
    start: tuple[int, int],
    used: set[int],
) -> _Chain:
    points: list[Points] = []
    junctions: list[Points] = []
    number, side = start
    first = found[number].nodes[side]
    if first >= 0:
        points.append(places[first][None])
        junctions.append(places[first])
    closed = False
    while True:
        used.add(number)
        points.append(found[number].pixels[:: -1 if side else 1][:, ::-1].astype(float))
        far = (number, 1 - side)
        last = found[number].nodes[1 - side]
        if last >= 0:
            points.append(places[last][None])
            junctions.append(places[last])
        if far not in onward:
            break
        number, side = onward[far]
        if number in used:
            closed = (number, side) == start
            break
    whole = np.concatenate(points)
    if closed:
        whole = np.vstack([whole, whole[:1]]) if (whole[0] != whole[-1]).any() else whole
    free = (first < 0 and not closed, last < 0 and not closed)
    return _Chain(whole, np.array(junctions).reshape(-1, 2), closed, free)


def _measured(chain: _Chain, heights: Floats, width: float, times: int) -> _Measured:
    points, reach = _evenly(chain.points), 0.75 * width + 2
    sigma = max(1.0, 0.5 * width)
    for _ in range(2):
        points = _smooth(points, sigma, chain.closed)
        normals = _normals(points, chain.closed)
        sides = _across(points, normals, heights, reach)
        found = np.isfinite(sides.width)
        by = np.where(found, np.subtract(sides.right, sides.left, where=found, out=np.zeros(len(points), np.float32)), 0) / 2
        by[np.abs(by) > width] = 0
        points = points + by[:, None] * normals
        sigma = max(0.7, 0.15 * width)
    widths = sides.width
    known = np.isfinite(widths)
    if known.any():
        some = np.arange(len(widths))
        filled = np.interp(some, some[known], widths[known])
        evened = gaussian_filter1d(filled, _EVENED * times, mode="wrap" if chain.closed else "nearest")
        widths = np.where(known, evened, np.inf)
    clear = np.ones(len(points), bool)
    for junction in chain.junctions:
        clear &= np.hypot(*(points - junction).T) > _AT_JUNCTION * width
    along = np.arange(len(points))
    for free, from_end in zip(chain.free, (along, along[::-1]), strict=True):
        clear &= (from_end > max(1.0, _AT_END * width)) | (not free)
    return _Measured(chain, points, widths, clear)


def _evenly(points: Points) -> Points:
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    places = np.linspace(0, along[-1], max(3, round(along[-1]) + 1))
    return np.column_stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)])


def _smooth(points: Points, sigma: float, closed: bool) -> Points:
    if closed:
        inner = gaussian_filter1d(points[:-1], sigma, axis=0, mode="wrap")
        return np.vstack([inner, inner[:1]])
    # Reflected through its end points, so that a straight end stays where it is.
    reach = min(len(points) - 1, int(4 * sigma) + 1)
    before = 2 * points[0] - points[reach:0:-1]
    after = 2 * points[-1] - points[-2 : -reach - 2 : -1]
    padded = gaussian_filter1d(np.vstack([before, points, after]), sigma, axis=0, mode="nearest")
    return np.asarray(padded[reach : reach + len(points)])


def _normals(points: Points, closed: bool) -> Points:
    if closed:
        ring = points[:-1]
        way = np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)
        way = np.vstack([way, way[:1]])
    else:
        way = np.gradient(points, axis=0)
    return np.column_stack([way[:, 1], -way[:, 0]]) / np.maximum(np.hypot(*way.T), 1e-9)[:, None]


def _across(points: Points, normals: Points, heights: Floats, reach: float) -> _Sides:
    """Where outlines are crossed on the way from points along their normals; infinite where none is within reach."""
    return _Sides(_crossing(points, -normals, heights, reach), _crossing(points, normals, heights, reach))


def _crossing(points: Points, ways: Points, heights: Floats, reach: float) -> Floats:
    steps = np.arange(0, reach, _STEP)
    at = points[:, None] + steps[:, None] * ways[:, None]
    values = cv2.remap(
        heights,
        at[..., 0].astype(np.float32),
        at[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).reshape(len(points), -1)
    outside = values <= 0
    first = outside.argmax(axis=1)
    some = np.arange(len(points))
    inner, outer = values[some, np.maximum(first - 1, 0)], values[some, first]
    share = inner / np.maximum(inner - outer, 1e-6)
    found = (first - 1 + share) * _STEP
    return np.asarray(np.where(outside.any(axis=1) & (first > 0), found, np.inf), np.float32)


def _placed(one: _Measured, heights: Floats, width: float, slack: float) -> tuple[Line | None, list[bool]]:
    """The line through the points that have its width, with corners where it turns, and its ends."""
    kept = np.flatnonzero(one.clear & (np.abs(one.widths - width) <= max(slack, _BENT * width)))
    if len(kept) < 3:
        return None, []
    points = one.points[kept]
    corners = _corners(points, kept, width)
    if one.chain.closed:
        body = np.vstack([points, points[:1]])
        return Line(_inserted(body, _corners(body, np.append(kept, kept[0] + len(one.points) - 1), width)), True), []
    body = _inserted(points, corners)
    rounds: list[bool] = []
    for side, free in enumerate(one.chain.free):
        onward = body[:: -1 if side == 0 else 1]
        if free:
            tip, is_round = _tip(onward, heights, width)
            rounds.append(is_round)
        else:
            tip = _met(onward, one.chain.points[-side], heights, width)
        body = np.vstack([tip[None], body] if side == 0 else [body, tip[None]])
    return Line(body, False), rounds


def _beyond(lines: Sequence[Line], width: float, area: Mask) -> int:
    """Pixels that lie within lines but not in the area, or the other way round, and not along its outline."""
    drawn = np.zeros(area.shape, np.uint8)
    points = [np.rint(line.points * 16).astype(np.int32)[:, None] for line in lines]
    cv2.polylines(drawn, points, False, 1, max(1, round(width)), cv2.LINE_8, 4)
    around = np.ones((3, 3), np.uint8)
    mask = area.astype(np.uint8)
    too_much = (drawn > 0) & (cv2.dilate(mask, around) == 0)
    too_little = area & (cv2.dilate(drawn, around) == 0)
    return int(too_much.sum() + too_little.sum())


def _onward(points: Points, width: float) -> Points:
    """The direction in which a line leaves its last point."""
    way = points[-1] - points[-1 - min(len(points) - 1, max(2, round(width)))]
    return np.asarray(way / max(float(np.hypot(*way)), 1e-9))


def _met(points: Points, junction: Points, heights: Floats, width: float) -> Points:
    """Where a line that goes on as it comes meets the one that runs through a junction."""
    tip = points[-1] + _onward(points, width) * np.hypot(*(junction - points[-1]))
    x, y = np.asarray(tip, np.float32)[:, None, None]
    return np.asarray(tip if cv2.remap(heights, x, y, cv2.INTER_LINEAR)[0, 0] > 0 else junction)


def _tip(points: Points, heights: Floats, width: float) -> tuple[Points, bool]:
    """Where a line ends beyond its last point, and whether the end is round."""
    way = _onward(points, width)
    distance = float(_crossing(points[-1:], way[None], heights, 3 * width + 4)[0])
    if not np.isfinite(distance):
        return points[-1], False
    across = np.array([way[1], -way[0]]) * _ROUND_SIDE * width
    back = points[-1] + (distance - _ROUND_REACH * width * 0.5) * way
    corners = np.stack([back + across, back - across]).astype(np.float32)
    inside = cv2.remap(heights, corners[:, 0:1], corners[:, 1:2], cv2.INTER_LINEAR) > 0
    is_round = not inside.all()
    return points[-1] + (distance - is_round * width / 2) * way, is_round


def _corners(points: Points, places: np.ndarray, width: float) -> dict[int, Points]:
    """Where the lines before and after a gap in kept points meet, by the point before the gap."""
    found = {}
    reach = max(2, round(width))
    for gap in np.flatnonzero(np.diff(places) > 1).tolist():
        before, after = points[max(0, gap - reach) : gap + 1], points[gap + 1 : gap + 2 + reach]
        if len(before) < 2 or len(after) < 2:
            continue
        d, e = before[-1] - before[0], after[-1] - after[0]
        d, e = d / max(float(np.hypot(*d)), 1e-9), e / max(float(np.hypot(*e)), 1e-9)
        if float(d @ e) > _CORNER_COSINE:
            continue
        cross = d[0] * e[1] - d[1] * e[0]
        if abs(cross) < 0.2:
            continue
        off = after[0] - before[-1]
        along = (off[0] * e[1] - off[1] * e[0]) / cross
        back = (off[0] * d[1] - off[1] * d[0]) / cross
        if 0 <= along <= 2 * width and -2 * width <= back <= 0:
            found[gap] = before[-1] + along * d
    return found


def _inserted(points: Points, corners: dict[int, Points]) -> Points:
    if not corners:
        return points
    return np.insert(points, [gap + 1 for gap in corners], list(corners.values()), axis=0)
