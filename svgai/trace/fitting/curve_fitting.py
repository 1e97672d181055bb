"""
Fits outlines with straight lines and cubic Bézier curves, weighing bytes against deviation.

The cost of a division of an outline at its possible joints is the bytes of its segments plus their deviation, the
squared distance summed along the outline with a weight. The minimum is found by dynamic programming, as Perez and Vidal
did for polygons (Optimum polygonal approximation of digitized curves, 1994).

A curve is fitted with its parameter proportional to the length of the outline. The least squares then depend on sums of
powers alone, which differences of running sums give for every pair of joints at once, however far apart these are.
The sums are of whole numbers: they may wrap around, and their differences are exact for all that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from svgai.array_types import Doubles, Indices, Points
from svgai.trace.fitting.kink_bytes import KinkBytes
from svgai.trace.fitting.segment_bytes import curve_bytes, line_bytes
from svgai.trace.outlines.outline_points import UNITS, Sampled, sample

Whole = npt.NDArray[np.int64]

_MOST_NODES_APART = 32
_PAIRS_AT_A_TIME = 20_000
_LEAST_CURVE = 4  # steps: with fewer points the fit of two handles is not determined
_MOST_CURVE = 2048  # steps: sums of their third powers times coordinates stay within 64 bits
_STRAIGHT_SHARE = 0.6  # a line is at least this share of the outline that it stands for
_NEVER = 1e12

# Bernstein polynomials by powers of t.
_BERNSTEIN = np.array([[1, -3, 3, -1], [0, 3, -6, 3], [0, 0, 3, -3], [0, 0, 0, 1]], np.float64)


@dataclass(frozen=True)
class FitSettings:
    """Steps of the coordinate grid in a source pixel, and whether curves may be used."""

    grid: float
    curves: bool = True


@dataclass(frozen=True, eq=False)
class FittedOutline:
    """
    A closed outline cut into segments.

    `points` (n + 1, 2) lie on it at even distances of `step` pixels, the last equal to the first; segment s runs from
    point `joints[s]` to point `joints[s + 1]` and is a curve where `curved[s]`, with the two control points
    `controls[s]`. `worth` (n,) is what a deviation is worth at each point but the last; `cost` is bytes and deviation
    together, in bytes. A line that is not `closed` has a last segment that leads back across the gap, worth nothing.
    """

    points: Points
    step: float
    worth: Doubles
    joints: Indices
    curved: npt.NDArray[np.bool_]
    controls: Doubles
    cost: float
    closed: bool = True


@dataclass(frozen=True, eq=False)
class _Spans:
    """All segments that are possible between joints: by pair of nodes the cost, the kind and the control points."""

    costs: Doubles
    curved: npt.NDArray[np.bool_]
    controls: Doubles


def fit_outlines(contours: Sequence[Points], worths: Sequence[Doubles], settings: FitSettings) -> list[FittedOutline]:
    """
    Fit outlines and lines, each (n, 2) in source pixels; those that are closed end where they begin.

    `worths` (n,) of each say what a squared deviation of one source pixel along one pixel is worth, in bytes.
    """
    fitted: list[FittedOutline] = []
    for batch in _batches([sample(*one) for one in zip(contours, worths, strict=True)]):
        pairs = [_pairs(len(outline.nodes)) for outline in batch]
        spans = _spans(batch, pairs, settings)
        begin = 0
        for outline, (first, second) in zip(batch, pairs, strict=True):
            part = slice(begin, begin + len(first))
            begin = part.stop
            own = _Spans(spans.costs[part], spans.curved[part], spans.controls[part])
            fitted.append(_cut(outline, first, second, own))
    return fitted


def _batches(outlines: Sequence[Sampled]) -> Iterator[list[Sampled]]:
    """Outlines in groups whose pairs of nodes fit into little memory."""
    batch: list[Sampled] = []
    pairs = 0
    for outline in outlines:
        batch.append(outline)
        pairs += len(outline.nodes) * min(len(outline.nodes), _MOST_NODES_APART)
        if pairs >= _PAIRS_AT_A_TIME:
            yield batch
            batch, pairs = [], 0
    if batch:
        yield batch


def _pairs(count: int) -> tuple[Indices, Indices]:
    first = np.arange(count).repeat(_MOST_NODES_APART)
    second = first + np.tile(np.arange(1, _MOST_NODES_APART + 1), count)
    inside = second < count
    return first[inside], second[inside]


def _spans(batch: Sequence[Sampled], pairs: Sequence[tuple[Indices, Indices]], settings: FitSettings) -> _Spans:
    """Fit a line and a curve between all pairs of nodes of some outlines, in the order of the pairs."""
    begin = np.concatenate([outline.nodes[one] for outline, (one, _) in zip(batch, pairs, strict=True)])
    end = np.concatenate([outline.nodes[other] for outline, (_, other) in zip(batch, pairs, strict=True)])
    sizes = [len(one) for one, _ in pairs]
    step = np.repeat([outline.step for outline in batch], sizes)
    middles = np.repeat([outline.middle for outline in batch], sizes, axis=0).T
    sums = np.concatenate([_sums(outline, *pair) for outline, pair in zip(batch, pairs, strict=True)], axis=1)
    starts = np.cumsum([0] + [len(outline.points) for outline in batch[:-1]])
    shift = np.repeat(starts, sizes)
    points = np.concatenate([outline.points for outline in batch]).T
    ends = np.stack([points[:, begin + shift], points[:, end + shift]]) - middles
    length = end - begin
    worth = np.concatenate(
        [
            mean_worth(outline.worth, outline.nodes[one], outline.nodes[other])
            for outline, (one, other) in zip(batch, pairs, strict=True)
        ]
    )
    moments = _moments(sums[:8].reshape(4, 2, -1), begin, length)
    products = sums[8:] / UNITS**2
    line_error = _line_errors(moments[0], products, ends, length, step)
    line_costs = line_bytes(ends, settings.grid) + worth * line_error
    controls, left = _curves(moments, products[0] + products[1], ends, length)
    curve_costs = curve_bytes(ends, controls, settings.grid)
    curve_costs += worth * np.maximum(left, 0) * step
    if settings.curves:
        kinks = KinkBytes(batch, pairs)
        line_costs += kinks(ends[1] - ends[0], ends[1] - ends[0])
        curve_costs += kinks(controls[0] - ends[0], ends[1] - controls[1])
    curve_costs[(length < _LEAST_CURVE) | (length > _MOST_CURVE)] = _NEVER
    curved = (curve_costs < line_costs) if settings.curves else np.zeros(len(length), bool)
    return _Spans(np.where(curved, curve_costs, line_costs), curved, (controls + middles).transpose(2, 0, 1))


def mean_worth(worth: Doubles, begin: Indices, end: Indices) -> Doubles:
    """The means of `worth`, of an outline's points, from each of `begin` to each of `end`."""
    running = np.concatenate([[0.0], np.cumsum(worth)])
    return np.asarray((running[end] - running[begin]) / (end - begin))


def _sums(outline: Sampled, one: Indices, other: Indices) -> Whole:
    """Of x, y, k x, k y, ... k^3 y, x x, y y and x y, in units, each summed over points k between pairs of nodes."""
    points = np.rint((outline.points - outline.middle).T * UNITS).astype(np.int64)
    powers = np.arange(points.shape[1]) ** np.arange(4)[:, None]
    products = points[[0, 1, 0]] * points[[0, 1, 1]]
    values = np.concatenate([(powers[:, None] * points).reshape(8, -1), products])
    running = np.concatenate([np.zeros((len(values), 1), np.int64), np.cumsum(values, axis=1)], axis=1)
    return np.asarray(running[:, outline.nodes[other] + 1] - running[:, outline.nodes[one]])


def _moments(raw: Whole, begin: Indices, length: Indices) -> Doubles:
    """Sums of t^0 to t^3 times x and y, (4, 2, pairs), in pixels, for t from 0 to 1, from those of k^0 to k^3."""
    i, n = begin, length * 1.0
    one, k, kk, kkk = raw
    return np.stack(
        [
            one / UNITS,
            (k - i * one) / (n * UNITS),
            (kk - 2 * i * k + i**2 * one) / (n**2 * UNITS),
            (kkk - 3 * i * kk + 3 * i**2 * k - i**3 * one) / (n**3 * UNITS),
        ]
    )


def _line_errors(sums: Doubles, products: Doubles, ends: Doubles, length: Indices, step: Doubles) -> Doubles:
    """Squared distances from the chord, summed along the outline."""
    x, y = ends[1] - ends[0]
    offset = y * ends[0, 0] - x * ends[0, 1]
    chord = x * x + y * y
    total = y * y * products[0] + x * x * products[1] - 2 * x * y * products[2]
    total += offset * (offset * (length + 1) - 2 * y * sums[0] + 2 * x * sums[1])
    folded = chord < (_STRAIGHT_SHARE * length * step) ** 2
    return np.where(folded, _NEVER, np.maximum(total / np.maximum(chord, 1e-12), 0) * step)


def _curves(moments: Doubles, squares: Doubles, ends: Doubles, length: Indices) -> tuple[Doubles, Doubles]:
    """Control points (2, 2, pairs) of the cubics that are closest in least squares, and what is left of the squares."""
    outer, beside, across, far, inner, between = _gram()[:, np.minimum(length, _MOST_CURVE)]
    weighted = np.tensordot(_BERNSTEIN, moments, axes=1)
    first = weighted[1] - beside * ends[0] - across * ends[1]
    second = weighted[2] - across * ends[0] - beside * ends[1]
    determinant = np.maximum(inner * inner - between * between, 1e-9)
    controls = np.stack([inner * first - between * second, inner * second - between * first]) / determinant
    fixed = squares - 2 * (ends[0] * weighted[0] + ends[1] * weighted[3]).sum(axis=0)
    fixed += outer * (ends * ends).sum(axis=(0, 1)) + 2 * far * (ends[0] * ends[1]).sum(axis=0)
    return controls, fixed - (controls[0] * first + controls[1] * second).sum(axis=0)


@cache
def _gram() -> Doubles:
    """
    Sums of products of Bernstein polynomials over t = 0, 1/n, ... 1, (6, n): of 0 and 0, 0 and 1, 0 and 2, 0 and 3,
    1 and 1, 1 and 2. The others follow by symmetry. The sums of powers are Faulhaber's.
    """
    n = np.arange(_MOST_CURVE + 1, dtype=np.float64)
    n[0] = 1
    m = n + 1
    powers = np.stack(
        [
            m,
            m / 2,
            m * (2 * n + 1) / (6 * n),
            m**2 / (4 * n),
            m * (2 * n + 1) * (3 * n * n + 3 * n - 1) / (30 * n**3),
            m**2 * (2 * n * n + 2 * n - 1) / (12 * n**3),
            m * (2 * n + 1) * (3 * n**4 + 6 * n**3 - 3 * n + 1) / (42 * n**5),
        ]
    )
    products = [np.convolve(_BERNSTEIN[a], _BERNSTEIN[b]) for a, b in ((0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (1, 2))]
    return np.asarray(np.array(products) @ powers)


def _cut(outline: Sampled, first: Indices, second: Indices, spans: _Spans) -> FittedOutline:
    """The cheapest way from the first node to the last."""
    count = len(outline.nodes)
    table = np.full((count, _MOST_NODES_APART + 1), np.inf)
    table[second, second - first] = spans.costs
    cheapest, origin = np.zeros(count), np.zeros(count, np.intp)
    for node in range(1, count):
        least = max(0, node - _MOST_NODES_APART)
        ways = cheapest[least:node] + table[node, node - least : 0 : -1]
        best = int(ways.argmin())
        cheapest[node], origin[node] = ways[best], least + best
    path = [count - 1]
    while path[-1]:
        path.append(int(origin[path[-1]]))
    chosen = np.array(path[::-1], np.intp)
    number = np.zeros(table.shape, np.intp)
    number[second, second - first] = np.arange(len(first))
    taken = number[chosen[1:], np.diff(chosen)]
    fitted = FittedOutline(
        outline.points,
        outline.step,
        outline.worth,
        outline.nodes[chosen],
        spans.curved[taken],
        spans.controls[taken],
        float(cheapest[-1]),
    )
    return fitted if outline.closed else _with_gap(fitted)


def _with_gap(line: FittedOutline) -> FittedOutline:
    """A line with the segment that leads back from its end to its beginning."""
    return replace(
        line,
        points=np.vstack([line.points, line.points[:1]]),
        worth=np.append(line.worth, 0.0),
        joints=np.append(line.joints, line.joints[-1] + 1),
        curved=np.append(line.curved, False),
        controls=np.concatenate([line.controls, np.zeros((1, 2, 2))]),
        closed=False,
    )
