"""
Finds the areas of a map that are lines of constant width, their centrelines and widths.

The skeleton of an area gives the course of its lines, its outline on both sides their middle. Strokes along these must
reproduce the area.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Floats, Indices, Mask, Points
from svgai.trace.lines.centrelines import branches, thinned
from svgai.trace.lines.line_graph import Chain, chains
from svgai.trace.lines.line_sides import THIN, centred, crossing, evened, sampled
from svgai.trace.regions.layer_stack import Layer
from svgai.trace.regions.page_border import MapExtent

_LEAST_LENGTH = 3.0  # widths
_EVEN_PIXELS, _EVEN_SHARE = 0.35, 0.12  # by how much, in source pixels and of the width, a line's width may vary
_JUMP = 0.6  # map pixels, the same of what was drawn without anti-aliasing
_EVENED = 2.0  # source pixels along a line that its width is the mean of
_LEAST_EVEN = 0.8  # share of a line's points that have its width
_BENT_PIXELS, _BENT = 1.0, 0.25  # in map pixels and of the width, by which it may seem to differ before a bend
_AT_JUNCTION, _AT_END = 1.1, 0.15  # widths to where the outline says nothing about a line's middle
_ROUND_FROM = 2.5  # source pixels of width from which an end is seen to be round
_ROUND_BACK, _ROUND_SIDE = 0.14, 0.38  # widths from the tip back and to the side, where a flat end is inside
_CORNER_COSINE, _CORNER_SINE = 0.94, 0.2  # between the ways before and after a corner
_CORNER_REACH = 0.9  # widths from where a line's middle was last measured
_STRAY = 0.03  # of an area that its lines may leave out or cover beyond it
_STRAY_END = 0.5  # of a line's squared width, the same at an end, which may be flat or round
_HAIRLINE = 16.0  # source pixels
_AROUND = 2  # map pixels around an area
_FINE = 4  # bits of a pixel's fraction that OpenCV draws with


@dataclass(frozen=True, eq=False)
class Lines:
    """
    The lines that an area consists of.

    Attributes:
        middles: (n, 2) each, as x and y in source pixels of the page; a closed one ends where it begins.
        width: in source pixels.
        unevenness: standard deviation of the width, in source pixels.
        round_ends: whether most ends are round.
        ragged: whether they are so thin that their outline jumps from pixel to pixel.
    """

    middles: tuple[Points, ...]
    width: float
    unevenness: float
    round_ends: bool
    ragged: bool

    @property
    def are_hairlines(self) -> bool:
        """Whether they are so thin and long that outlines would only follow the jumps."""
        return self.ragged and self.length > _HAIRLINE

    @property
    def length(self) -> float:
        """Of all lines together, in source pixels."""
        return sum(float(np.hypot(*np.diff(middle, axis=0).T).sum()) for middle in self.middles)


def lines_of(area: Layer, margins: Floats, times: int, page: MapExtent) -> Lines | None:
    """
    The lines of an area of a map, or None where it is no line.

    Args:
        area: an area alone, without what lies on it.
        margins: how sure each pixel of the whole map is, (height, width), above zero.
        times: pixels of the map along one source pixel.
        page: what is seen of the map.
    """
    mask, sure = np.pad(area.mask, _AROUND), np.pad(margins[area.box], _AROUND, mode="edge")
    heights = np.where(mask, sure, -sure).astype(np.float32)
    skeleton = thinned(mask)
    pixels, length = int(area.mask.sum()), max(int(skeleton.sum()), 1)
    about = pixels / length
    if length < _LEAST_LENGTH * about:
        return None
    measured = [_Measured(chain, heights, about, times) for chain in chains(branches(skeleton), about)]
    across = np.concatenate([[], *(one.widths[one.clear & np.isfinite(one.widths)] for one in measured)])
    if not len(across):
        return None
    width = float(np.median(across))
    slack = max(_EVEN_PIXELS * times, _EVEN_SHARE * width, _JUMP)
    even = np.abs(across - width) <= slack
    if even.mean() < _LEAST_EVEN:
        return None
    placed = [_placed(one, heights, width) for one in measured]
    middles = [middle for middle, _ in placed if len(middle)]
    rounds = [is_round for _, ends in placed for is_round in ends]
    if len(middles) < len(placed):
        return None
    if _stray(middles, width, mask) > _STRAY * pixels + _STRAY_END * width * width * len(rounds):
        return None
    origin = np.array([area.left, area.top]) - _AROUND + 0.5
    width = float(across[even].mean())
    return Lines(
        tuple((middle + origin) / times - page.margin for middle in middles),
        width / times,
        float(across[even].std()) / times,
        bool(rounds) and width >= _ROUND_FROM * times and float(np.mean(rounds)) > 0.5,
        width < THIN,
    )


class _Measured:
    """A chain in the middle of its line, its width at each point, and where neither junctions nor ends disturb it."""

    def __init__(self, chain: Chain, heights: Floats, about: float, times: int) -> None:
        self.chain = chain
        self.points, widths = centred(chain.points, heights, about, closed=chain.closed)
        self.widths = evened(widths, _EVENED * times, closed=chain.closed)
        self.clear = np.ones(len(self.points), bool)
        for junction in chain.junctions:
            self.clear &= np.hypot(*(self.points - junction).T) > _AT_JUNCTION * about
        along = np.arange(len(self.points))
        for free, from_end in zip(chain.free, (along, along[::-1]), strict=True):
            if free:
                self.clear &= from_end > max(1.0, _AT_END * about)


def _placed(one: _Measured, heights: Floats, width: float) -> tuple[Points, list[bool]]:
    """
    The middle of a line through the points that have its width, with corners where it turns, and its ends.

    Returns:
        The points (n, 2), none where too few have its width, and for each free end whether it is round.
    """
    kept = np.flatnonzero(one.clear & (np.abs(one.widths - width) <= max(_BENT_PIXELS, _BENT * width)))
    if len(kept) < 3:
        return np.zeros((0, 2)), []
    if one.chain.closed:
        # It begins where it was measured, not in a gap.
        round_ = len(one.points) - 1
        kept, half = kept[kept < round_], len(kept) // 2
        kept = np.concatenate([kept[half:], kept[: half + 1] + round_])
        return _bridged(one.points[kept % round_], kept, width), []
    body = _bridged(one.points[kept], kept, width)
    rounds: list[bool] = []
    tips: list[Points] = []
    for side, free in enumerate(one.chain.free):
        onward = body[:: 1 if side else -1]
        if free:
            tip, is_round = _tip(onward, heights, width)
            rounds.append(is_round)
        else:
            tip = _met(onward, one.chain.points[-side], heights, width)
        tips.append(tip[None])
    return np.vstack([tips[0], body, tips[1]]), rounds


def _tip(points: Points, heights: Floats, width: float) -> tuple[Points, bool]:
    """Where a line ends beyond its last point, and whether the end is round."""
    way = _onward(points, width)
    distance = float(crossing(points[-1:], way[None], heights, 3 * width + 4)[0])
    if not np.isfinite(distance):
        return points[-1], False
    across = np.array([way[1], -way[0]]) * _ROUND_SIDE * width
    back = points[-1] + (distance - _ROUND_BACK * width) * way
    is_round = bool((sampled(heights, np.stack([back + across, back - across])[None]) <= 0).all())
    return points[-1] + (distance - is_round * width / 2) * way, is_round


def _met(points: Points, junction: Points, heights: Floats, width: float) -> Points:
    """Where a line that goes on as it comes meets the one that runs through a junction."""
    tip = points[-1] + _onward(points, width) * np.hypot(*(junction - points[-1]))
    return np.asarray(tip if sampled(heights, tip[None, None])[0, 0] > 0 else junction)


def _onward(points: Points, width: float) -> Points:
    """The direction in which a line that bends on as it does leaves its last point."""
    reach = min((len(points) - 1) // 2, max(2, round(width / 2)))
    if reach < 1:
        return _unit(points[-1] - points[0])
    later, earlier = points[-1] - points[-1 - reach], points[-1 - reach] - points[-1 - 2 * reach]
    return _unit(1.5 * later - 0.5 * earlier)


def _unit(way: Points) -> Points:
    return np.asarray(way / max(float(np.hypot(*way)), 1e-9))


def _bridged(points: Points, places: Indices, width: float) -> Points:
    """Points of a line, of which some are left out, with what lies in such gaps: a corner, or a smooth passage."""
    reach = max(2, round(width))
    parts: list[Points] = []
    begin = 0
    for gap in (np.flatnonzero(np.diff(places) > 1) + 1).tolist():
        before, after = points[max(0, gap - 1 - reach) : gap], points[gap : gap + 1 + reach]
        parts += [points[begin:gap], _between(before, after, width)]
        begin = gap
    return np.vstack([*parts, points[begin:]])


def _between(before: Points, after: Points, width: float) -> Points:
    """What leads from the last of some points to the first of others."""
    start, end = before[-1], after[0]
    if min(len(before), len(after)) < 2:
        return np.zeros((0, 2))
    d, e, off = _unit(start - before[0]), _unit(after[-1] - end), end - start
    cross = d[0] * e[1] - d[1] * e[0]
    if float(d @ e) < _CORNER_COSINE and abs(cross) > _CORNER_SINE:
        along, back = (off[0] * e[1] - off[1] * e[0]) / cross, (off[0] * d[1] - off[1] * d[0]) / cross
        if 0 <= along <= _CORNER_REACH * width and -_CORNER_REACH * width <= back <= 0:
            return np.asarray(start + along * d)[None]
    handle = float(np.hypot(*off)) / 3
    t = np.linspace(0, 1, max(2, round(3 * handle)))[1:-1, None]
    rising, falling = t * t * (3 - 2 * t), (1 - t) ** 2 * (1 + 2 * t)
    return np.asarray(falling * start + rising * end + 3 * handle * (t * (1 - t) ** 2 * d - t * t * (1 - t) * e))


def _stray(middles: Sequence[Points], width: float, area: Mask) -> int:
    """Pixels that lie within lines but not in the area, or the other way round, and not along its outline."""
    drawn = np.zeros(area.shape, np.uint8)
    fine = [np.rint(middle * (1 << _FINE)).astype(np.int32)[:, None] for middle in middles]
    cv2.polylines(drawn, fine, False, 1, max(1, round(width)), cv2.LINE_8, _FINE)
    around = np.ones((3, 3), np.uint8)
    beyond = (drawn > 0) & (cv2.dilate(area.astype(np.uint8), around) == 0)
    left_out = area & (cv2.dilate(drawn, around) == 0)
    return int(beyond.sum() + left_out.sum())
