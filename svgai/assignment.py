"""
Regions to a map of colour models: every pixel of the enlarged image goes to the model near it that explains it best.

Inner pixels keep their model. A pixel at an edge is a blend of the models beside it and goes to the nearer of them,
so that no blend becomes a colour and edges are sharp below a pixel. What no blend of near models explains, thin
strokes and small text, has no interior: the crests of such pixels become cores of the palette colour that they are a
blend of, or of a colour of their own. Along a ridge a stroke goes on even where it fills no pixel by half.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from svgai.colour_models import CLEAR, ColourModel, Floats, flat
from svgai.regions import MAX_MODELS, Cores, Labels, merge_colours
from svgai.ridges import ridges

Bits = npt.NDArray[np.uint64]

_UNEXPLAINED = 30.0  # levels off every blend of near models
_OFF_BLEND = 26.0
_LEAST_SHARE = 0.45  # of a palette colour, from which a crest is a stroke of it
_OWN_COLOUR_DISTANCE = 12.0
_MOST_OWN_COLOURS = 12
_MEETING = 4  # models that may meet in a pixel, three of them at a time
_LEAST_LINE = 6  # pixels of a faint stroke
_OPAQUE_ENOUGH = 115.0  # alpha from which a colour can be told
_PURE = 10.0  # levels off its model of a pixel that no edge runs through
_PASSES = 2  # strokes beside strokes: the weaker crest shows once the stronger is explained
_BLOCK = 16384  # pixels compared with all models at a time, which bounds memory
_FAR = np.float32(1e9)
_REACH = 2  # source pixels from a pixel to the cores of the models near it
_AWAY_FROM_EDGES = 60.0
_MARGINS = (4.0, 200.0)


@dataclass(frozen=True, eq=False)
class Assignment:
    """
    The models (at least one), the index of each pixel's model, (height * n, width * n), and by how many levels that
    explains the pixel better than the next model near it. Away from edges the margin is a constant.
    """

    models: tuple[ColourModel, ...]
    indices: npt.NDArray[np.uint8]
    margins: Floats


def assign(source: Floats, enlarged: Floats, cores: Cores, *, thin_strokes: bool = True) -> Assignment:
    """
    Give each pixel of the enlarged image, a whole multiple of the source's size, the index of its model.

    Args:
        source: levels (height, width, 3), or of what may be clear (height, width, 4): colours times alpha, and alpha.
        enlarged: the same, (height * n, width * n, 3 or 4).
        cores: what `find_cores` found in the source, with CLEAR for what is not painted; models of thin strokes are
            added.
        thin_strokes: whether strokes too thin to fill any pixel by half are kept whole.
    """
    lone = _with_lone(source, cores)
    models, labels = cores.models, lone
    for _ in range(_PASSES):
        models, labels = _with_crests(source, Cores(models, labels))
    if not models:
        models = (flat(source.reshape(-1, source.shape[2])[:, :3].mean(axis=0)),)
    times = enlarged.shape[0] // source.shape[0]
    near = _near(labels, len(models))
    labels = _with_pure(source, models, lone, near)
    indices = _enlarge(labels.clip(0).astype(np.uint8), times)
    margins = np.full(indices.shape, _AWAY_FROM_EDGES, np.float32)
    seconds, shares = indices.copy(), np.zeros(indices.shape, np.float32)
    rows, columns = np.nonzero(_enlarge(_near_edges(labels), times))
    for start in range(0, len(rows), _BLOCK):
        down, right = rows[start : start + _BLOCK], columns[start : start + _BLOCK]
        x, y = ((right + 0.5) / times).astype(np.float32), ((down + 0.5) / times).astype(np.float32)
        place = down // times, right // times
        distances = _distances(models, x, y, enlarged[down, right], near[place])
        distances = np.sqrt(np.maximum(distances, 0))
        known = labels[place]
        chosen = np.where(known >= 0, known, distances.argmin(axis=1)).astype(np.intp)
        pixels = np.arange(len(down))
        own = distances[pixels, chosen]
        distances[pixels, chosen] = np.inf
        second = distances.argmin(axis=1)
        rest = distances[pixels, second]
        indices[down, right], seconds[down, right] = chosen, second
        margins[down, right] = np.clip(rest - own, *_MARGINS)
        shares[down, right] = own / np.maximum(own + rest, 1e-3)
    if thin_strokes:
        ridge = ridges(indices, seconds, shares, times)
        indices[ridge], margins[ridge] = seconds[ridge], _MARGINS[0]
    return Assignment(models, indices, margins)


def _palette(models: Sequence[ColourModel], channels: int) -> Floats:
    """The first colours of models (n, channels)."""
    nowhere = np.zeros(1, np.float32)
    return np.concatenate(
        [_at(flat(model.colours[0]) if model is not CLEAR else model, nowhere, nowhere, channels) for model in models]
    )


def _at(model: ColourModel, x: Floats, y: Floats, channels: int) -> Floats:
    """What a model shows at positions (n,): its colours (n, 3), and with them 255 for alpha; all 0 if it is CLEAR."""
    colours = model.at(x, y)
    if channels == 3:
        return colours
    alpha = np.full((len(x), 1), 0 if model is CLEAR else 255, np.float32)
    return np.concatenate([colours, alpha], axis=1)


def _straight(colours: Floats) -> Floats:
    """Colours (n, 3) of such that were multiplied by their alpha (n, 4)."""
    if colours.shape[1] == 3:
        return colours
    return np.asarray(np.minimum(colours[:, :3] * (255 / np.maximum(colours[:, 3:], 1)), 255), np.float32)


def _near_edges(labels: Labels) -> npt.NDArray[np.bool_]:
    """Pixels without a label, those beside another label, and their neighbours."""
    edges = labels < 0
    across, down = labels[:, 1:] != labels[:, :-1], labels[1:] != labels[:-1]
    edges[:, 1:] |= across
    edges[:, :-1] |= across
    edges[1:] |= down
    edges[:-1] |= down
    return np.asarray(cv2.dilate(edges.astype(np.uint8), np.ones((3, 3), np.uint8)), bool)


def _enlarge(values: npt.NDArray[Any], times: int) -> npt.NDArray[Any]:
    return np.asarray(values.repeat(times, axis=0).repeat(times, axis=1))


def _with_pure(source: Floats, models: tuple[ColourModel, ...], labels: Labels, near: Bits) -> Labels:
    """Labels with the pixels that a near model covers wholly added: no edge runs through them, corners stay square."""
    rows, columns = np.nonzero(labels < 0)
    pure = labels.copy()
    for start in range(0, len(rows), _BLOCK):
        down, right = rows[start : start + _BLOCK], columns[start : start + _BLOCK]
        x, y = (right + 0.5).astype(np.float32), (down + 0.5).astype(np.float32)
        distances = _distances(models, x, y, source[down, right], near[down, right])
        pure[down, right] = np.where(distances.min(axis=1) <= _PURE**2, distances.argmin(axis=1), -1)
    return pure


def _near(labels: Labels, count: int) -> Bits:
    """The set of the `count` models with a core near each pixel; all of them where there is none."""
    bits = np.where(labels >= 0, np.uint64(1) << labels.clip(0).astype(np.uint64), np.uint64(0))
    for axis in (0, 1):
        grown = bits.copy()
        for step in range(1, _REACH + 1):
            ahead = [slice(None), slice(None)]
            behind = [slice(None), slice(None)]
            ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
            grown[tuple(ahead)] |= bits[tuple(behind)]
            grown[tuple(behind)] |= bits[tuple(ahead)]
        bits = grown
    return np.where(bits == 0, np.uint64((1 << count) - 1), bits)


def _distances(models: tuple[ColourModel, ...], x: Floats, y: Floats, colours: Floats, near: Bits) -> Floats:
    """Squared distances (n, models) of pixels to the models near them; far where a model is not near."""
    palette = _palette(models, colours.shape[1])
    distances = (colours**2).sum(axis=1)[:, None] - 2 * colours @ palette.T + (palette**2).sum(axis=1)
    members = (near[:, None] >> np.arange(len(models), dtype=np.uint64)) & np.uint64(1) > 0
    for index, model in enumerate(models):
        if not model.is_flat:
            some = members[:, index]
            distances[some, index] = ((colours[some] - _at(model, x[some], y[some], colours.shape[1])) ** 2).sum(axis=1)
    return np.where(members, distances, _FAR).astype(np.float32)


def _with_lone(source: Floats, cores: Cores) -> Labels:
    """
    Labels with pixels of a flat model's very colour added that no blend of near models explains.

    A stripe two pixels wide has no core, and yet its colour is known from elsewhere.
    """
    rows, columns = np.nonzero(cores.labels < 0)
    flats = np.array([index for index, model in enumerate(cores.models) if model.is_flat], np.int16)
    if not len(rows) or not len(flats):
        return cores.labels
    colours = source[rows, columns]
    palette = _palette([cores.models[index] for index in flats], colours.shape[1])
    distances = (colours**2).sum(axis=1)[:, None] - 2 * colours @ palette.T + (palette**2).sum(axis=1)
    owner = flats[distances.argmin(axis=1)]
    own = np.flatnonzero(distances.min(axis=1) <= _PURE**2)
    rows, columns, colours, owner = rows[own], columns[own], colours[own], owner[own]
    reached = _near(cores.labels, len(cores.models))[rows, columns]
    x, y = (columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32)
    off, _ = _unexplained(cores.models, x, y, colours, reached)
    lonely = (off > _UNEXPLAINED) | (reached == np.uint64((1 << len(cores.models)) - 1))
    labels = cores.labels.copy()
    labels[rows[lonely], columns[lonely]] = owner[lonely]
    return labels


def _with_crests(source: Floats, cores: Cores) -> tuple[tuple[ColourModel, ...], Labels]:
    """Models and labels with the crests of what no blend of near models explains added as cores."""
    models, labels = cores.models, cores.labels.copy()
    rows, columns = np.nonzero(labels < 0)
    if not len(rows):
        return models, labels
    colours = source[rows, columns]
    off, base = np.full(len(rows), 255, np.float32), np.zeros(colours.shape, np.float32)
    if models:
        near = _near(labels, len(models))[rows, columns]
        for start in range(0, len(rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            x, y = (columns[block] + 0.5).astype(np.float32), (rows[block] + 0.5).astype(np.float32)
            off[block], base[block] = _unexplained(models, x, y, colours[block], near[block])
    strength = np.zeros(labels.shape, np.float32)
    strength[rows, columns] = off
    crest = (strength >= 0.8 * cv2.dilate(strength, np.ones((3, 3), np.uint8))) & (strength > _UNEXPLAINED)
    chosen = crest[rows, columns]
    if not chosen.any():
        return models, labels
    return _place_crests(models, labels, rows[chosen], columns[chosen], colours[chosen], base[chosen])


def _unexplained(
    models: tuple[ColourModel, ...], x: Floats, y: Floats, colours: Floats, near: Bits
) -> tuple[Floats, Floats]:
    """How far pixels (n,) lie off blends of the nearest near model with others, and its colours (n, c) there."""
    distances = _distances(models, x, y, colours, near)
    local = np.stack([_at(model, x, y, colours.shape[1]) for model in models], axis=1)
    base = local[np.arange(len(x)), distances.argmin(axis=1)]
    misfit, _ = _off_blends(colours, base, local)
    misfit[distances >= _FAR] = _FAR
    off = misfit.min(axis=1)
    unsure = np.flatnonzero(off > _UNEXPLAINED)
    if len(unsure) and len(models) > 2:
        off[unsure] = np.minimum(off[unsure], _off_meetings(colours[unsure], local[unsure], distances[unsure]))
    return off, base


def _off_meetings(colours: Floats, local: Floats, distances: Floats) -> Floats:
    """How far colours (n, c) lie off blends of three models that meet there, of those (n, k, c) that are not far."""
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :_MEETING]
    there = np.take_along_axis(distances, nearest, axis=1) < _FAR
    ends = np.take_along_axis(local, nearest[..., None], axis=1)
    off = np.full(len(colours), _FAR, np.float32)
    for one, other in combinations(range(1, nearest.shape[1]), 2):
        u, v, w = ends[:, one] - ends[:, 0], ends[:, other] - ends[:, 0], colours - ends[:, 0]
        uu, uv, vv = (u * u).sum(axis=1), (u * v).sum(axis=1), (v * v).sum(axis=1)
        wu, wv = (w * u).sum(axis=1), (w * v).sum(axis=1)
        determinant = np.maximum(uu * vv - uv * uv, 1e-3)
        a, b = (wu * vv - wv * uv) / determinant, (wv * uu - wu * uv) / determinant
        inside = there[:, one] & there[:, other] & (a >= 0) & (b >= 0) & (a + b <= 1)
        misfit = np.sqrt(((w - a[:, None] * u - b[:, None] * v) ** 2).sum(axis=1))
        off = np.where(inside, np.minimum(off, misfit), off)
    return np.asarray(off, np.float32)


def _off_blends(colours: Floats, base: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """How far colours (n, c) lie off blends of base (n, c) with ends (n, k, c), and the shares of the ends."""
    spans = ends - base[:, None]
    offsets = (colours - base)[:, None]
    lengths = np.maximum((spans**2).sum(axis=2), 1e-3)
    shares = np.clip((spans * offsets).sum(axis=2) / lengths, 0, 1)
    misfits = np.sqrt(((offsets - shares[..., None] * spans) ** 2).sum(axis=2))
    return misfits.astype(np.float32), shares.astype(np.float32)


def _place_crests(
    models: tuple[ColourModel, ...],
    labels: Labels,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    colours: Floats,
    base: Floats,
) -> tuple[tuple[ColourModel, ...], Labels]:
    """Label crests with the flat model that they are a blend of, or with new colours shared among them."""
    flats = np.array([index for index, model in enumerate(models) if model.is_flat], np.intp)
    owner = np.full(len(rows), -1, np.int16)
    alone = np.ones(len(rows), bool)
    if len(flats):
        palette = _palette([models[index] for index in flats], colours.shape[1])
        ends = np.broadcast_to(palette, (len(rows), *palette.shape))
        misfits, shares = _off_blends(colours, base, ends)
        if colours.shape[1] == 4:
            # Where shapes abut, or in the middle of a thin stroke, something may be clear beside the colours.
            solid = np.column_stack([_straight(colours), np.full(len(colours), 255, np.float32)])
            by_colour, its_shares = _off_blends(solid, base, ends)
            better = (by_colour < misfits) & (colours[:, 3:] >= _OPAQUE_ENOUGH)
            misfits, shares = np.where(better, by_colour, misfits), np.where(better, its_shares, shares)
        blends = misfits <= _OFF_BLEND
        # A faint blend belongs to an edge, such as one along the page's border, and gets no colour of its own.
        alone = np.logical_not(blends.any(axis=1))
        misfits = np.where(blends & (shares >= _LEAST_SHARE), misfits + 20 * (1 - shares), np.inf)
        best = misfits.argmin(axis=1)
        fits = np.isfinite(misfits[np.arange(len(rows)), best])
        owner[fits] = flats[best[fits]]
        alone |= ~fits & _in_lines(rows, columns, ~fits, labels.shape)
    if colours.shape[1] == 4:
        alone &= colours[:, 3] >= _OPAQUE_ENOUGH
    room = min(_MOST_OWN_COLOURS, MAX_MODELS - len(models))
    if alone.any() and room > 0:
        own, place = _shared(_straight(colours[alone]), room)
        owner[alone] = len(models) + place
        models = (*models, *(flat(colour) for colour in own))
    labels[rows, columns] = owner
    return models, labels


def _in_lines(
    rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], faint: npt.NDArray[np.bool_], shape: tuple[int, ...]
) -> npt.NDArray[np.bool_]:
    """Which crests (n,) of faint blends go on from pixel to pixel: a lone one is the corner of something else."""
    mask = np.zeros(shape, np.uint8)
    mask[rows[faint], columns[faint]] = 1
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    lengths = stats[:, cv2.CC_STAT_AREA].copy()
    lengths[0] = 0
    return np.asarray(lengths[numbers[rows, columns]] >= _LEAST_LINE)


def _shared(colours: Floats, limit: int) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Few colours for many crests, the commonest first."""
    coarse = (colours / 16).astype(np.int64)
    _, place, counts = np.unique(coarse @ np.array([256, 16, 1]), return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(place, colours[:, c]) for c in range(3)], axis=1) / counts[:, None]
    kept, group = merge_colours(list(means.astype(np.float32)), list(counts), _OWN_COLOUR_DISTANCE, limit)
    return kept, group[place]
