"""
Strokes too thin to have an inside, and what else no blend of near models explains.

The crests of such pixels become cores of the palette colour that they are a blend of, or of a colour of their own; a
blend of three models where these meet does not, nor does a faint one but in a line.
"""

from functools import partial
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from svgai.blends import off_blends
from svgai.colour_models import ColourModel, Floats, flat
from svgai.near_models import (
    FAR,
    PURE,
    Bits,
    colours_at,
    distances_to,
    in_blocks,
    near_models,
    palette_distances,
    palette_of,
)
from svgai.regions import MAX_MODELS, Cores, Labels, merge_colours

_UNEXPLAINED = 30.0  # levels off every blend of near models
_OFF_BLEND = 26.0
_LEAST_SHARE = 0.45  # of a palette colour, from which a crest is a stroke of it
_OWN_COLOUR_DISTANCE = 12.0
_MOST_OWN_COLOURS = 12
_MEETING = 4  # models that may meet in a pixel, three of them at a time
_LEAST_LINE = 6  # pixels of a faint stroke
_OPAQUE_ENOUGH = 115.0  # alpha from which a colour can be told

Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


def with_lone(source: Floats, cores: Cores) -> Labels:
    """
    Labels with pixels of a flat model's very colour added that no blend of near models explains.

    A stripe two pixels wide has no core, and yet its colour is known from elsewhere.
    """
    rows, columns = np.nonzero(cores.labels < 0)
    flats = np.array([index for index, model in enumerate(cores.models) if model.is_flat], np.int16)
    if not len(rows) or not len(flats):
        return cores.labels
    colours = source[rows, columns]
    palette = palette_of([cores.models[index] for index in flats], colours.shape[1])
    nearest, distances = in_blocks(partial(_nearest_of, palette), colours)
    own = np.flatnonzero(distances <= PURE**2)
    rows, columns, colours, owner = rows[own], columns[own], colours[own], flats[nearest[own]]
    reached = near_models(cores.labels, len(cores.models))[rows, columns]
    off, _ = in_blocks(partial(_unexplained, cores.models), rows, columns, colours, reached)
    lonely = (off > _UNEXPLAINED) | (reached == np.uint64((1 << len(cores.models)) - 1))
    labels = cores.labels.copy()
    labels[rows[lonely], columns[lonely]] = owner[lonely]
    return labels


def with_crests(source: Floats, cores: Cores) -> tuple[tuple[ColourModel, ...], Labels]:
    """Models and labels with the crests of what no blend of near models explains added as cores."""
    models, labels = cores.models, cores.labels.copy()
    rows, columns = np.nonzero(labels < 0)
    if not len(rows):
        return models, labels
    colours = source[rows, columns]
    off, base = np.full(len(rows), 255, np.float32), np.zeros(colours.shape, np.float32)
    if models:
        near = near_models(labels, len(models))[rows, columns]
        off, base = in_blocks(partial(_unexplained, models), rows, columns, colours, near)
    strength = np.zeros(labels.shape, np.float32)
    strength[rows, columns] = off
    crest = (strength >= 0.8 * cv2.dilate(strength, np.ones((3, 3), np.uint8))) & (strength > _UNEXPLAINED)
    chosen = crest[rows, columns]
    if not chosen.any():
        return models, labels
    return _place_crests(models, labels, rows[chosen], columns[chosen], colours[chosen], base[chosen])


def _nearest_of(palette: Floats, colours: Floats) -> tuple[Places, Floats]:
    """The nearest colour of a palette (k, c) to each of (n, c), and its squared distance."""
    distances = palette_distances(colours, palette)
    return distances.argmin(axis=1), distances.min(axis=1)


def _unexplained(
    models: tuple[ColourModel, ...], rows: Places, columns: Places, colours: Floats, near: Bits
) -> tuple[Floats, Floats]:
    """How far pixels (n,) lie off blends of the nearest near model with others, and its colours (n, c) there."""
    x, y = (columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32)
    distances = distances_to(models, x, y, colours, near)
    local = np.stack([colours_at(model, x, y, colours.shape[1]) for model in models], axis=1)
    base = local[np.arange(len(x)), distances.argmin(axis=1)]
    misfit, _ = off_blends(colours, base, local)
    misfit[distances >= FAR] = FAR
    off = misfit.min(axis=1)
    unsure = np.flatnonzero(off > _UNEXPLAINED)
    if len(unsure) and len(models) > 2:
        off[unsure] = np.minimum(off[unsure], _off_meetings(colours[unsure], local[unsure], distances[unsure]))
    return off, base


def _off_meetings(colours: Floats, local: Floats, distances: Floats) -> Floats:
    """How far colours (n, c) lie off blends of three models that meet there, of those (n, k, c) that are not far."""
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :_MEETING]
    there = np.take_along_axis(distances, nearest, axis=1) < FAR
    ends = np.take_along_axis(local, nearest[..., None], axis=1)
    off = np.full(len(colours), FAR, np.float32)
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


def _place_crests(
    models: tuple[ColourModel, ...],
    labels: Labels,
    rows: Places,
    columns: Places,
    colours: Floats,
    base: Floats,
) -> tuple[tuple[ColourModel, ...], Labels]:
    """Label crests with the flat model that they are a blend of, or with new colours shared among them."""
    flats = np.array([index for index, model in enumerate(models) if model.is_flat], np.intp)
    owner = np.full(len(rows), -1, np.int16)
    alone = np.ones(len(rows), bool)
    if len(flats):
        palette = palette_of([models[index] for index in flats], colours.shape[1])
        best, fits, alone = in_blocks(partial(_stroke_of, palette), colours, base)
        owner[fits] = flats[best[fits]]
        alone |= ~fits & _in_lines(rows, columns, ~fits, labels.shape)
    if colours.shape[1] == 4:
        alone &= colours[:, 3] >= _OPAQUE_ENOUGH
    room = min(_MOST_OWN_COLOURS, MAX_MODELS - len(models))
    if alone.any() and room > 0:
        own, place = _shared(_straight(colours[alone]), room)
        place = _whole_strokes(rows[alone], columns[alone], base[alone], own, place)
        used, place = np.unique(place, return_inverse=True)
        own = own[used]
        owner[alone] = len(models) + place
        models = (*models, *(flat(colour) for colour in own))
    labels[rows, columns] = owner
    return models, labels


def _stroke_of(palette: Floats, colours: Floats, base: Floats) -> tuple[Places, Flags, Flags]:
    """
    Of crests (n, c) on base (n, c): which colour of a palette (k, c) each is likeliest a stroke of, whether it is one,
    and whether it is a blend of none of them.
    """
    misfits, shares = _off_palette(palette, colours, base)
    blends = misfits <= _OFF_BLEND
    misfits = np.where(blends & (shares >= _LEAST_SHARE), misfits + 20 * (1 - shares), np.inf)
    best = misfits.argmin(axis=1)
    # A faint blend belongs to an edge, such as one along the page's border, and gets no colour of its own.
    return best, np.isfinite(misfits[np.arange(len(colours)), best]), np.logical_not(blends.any(axis=1))


def _off_palette(palette: Floats, colours: Floats, base: Floats) -> tuple[Floats, Floats]:
    """How far crests (n, c) lie off blends of base (n, c) with a palette (k, c), and its shares: (n, k) each."""
    ends = np.broadcast_to(palette, (len(colours), *palette.shape))
    misfits, shares = off_blends(colours, base, ends)
    if colours.shape[1] == 3:
        return misfits, shares
    # Where shapes abut, or in the middle of a thin stroke, something may be clear beside the colours.
    solid = np.column_stack([_straight(colours), np.full(len(colours), 255, np.float32)])
    by_colour, its_shares = off_blends(solid, base, ends)
    better = (by_colour < misfits) & (colours[:, 3:] >= _OPAQUE_ENOUGH)
    return np.where(better, by_colour, misfits), np.where(better, its_shares, shares)


def _in_lines(
    rows: Places, columns: Places, faint: npt.NDArray[np.bool_], shape: tuple[int, ...]
) -> npt.NDArray[np.bool_]:
    """Which crests (n,) of faint blends go on from pixel to pixel: a lone one is the corner of something else."""
    mask = np.zeros(shape, np.uint8)
    mask[rows[faint], columns[faint]] = 1
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    lengths = stats[:, cv2.CC_STAT_AREA].copy()
    lengths[0] = 0
    return np.asarray(lengths[numbers[rows, columns]] >= _LEAST_LINE)


def _whole_strokes(rows: Places, columns: Places, base: Floats, own: Floats, place: Places) -> Places:
    """
    Which of its own colours (k, 3) each crest (n,) has: within a stroke, that which the others are blends of.

    A stroke about a pixel wide fills pixels here and there and elsewhere shares all with the base (n, c) beside it.
    """
    opaque = np.flatnonzero(base[:, -1] >= _OPAQUE_ENOUGH) if base.shape[1] == 4 else np.arange(len(place))
    found = place.copy()
    strokes = _connected(rows[opaque], columns[opaque])
    for stroke in np.unique(strokes).tolist():
        crests = opaque[strokes == stroke]
        several = np.unique(place[crests])
        if len(several) < 2:
            continue
        ground = base[crests, :3].mean(axis=0)
        strongest = several[((own[several] - ground) ** 2).sum(axis=1).argmax()]
        misfits, shares = off_blends(own[several], np.tile(ground, (len(several), 1)), own[strongest][None, None])
        blends = several[(misfits[:, 0] <= _OFF_BLEND) & (shares[:, 0] >= _LEAST_SHARE)]
        found[crests[np.isin(place[crests], blends)]] = strongest
    return found


def _connected(rows: Places, columns: Places) -> Places:
    """The number of the connected group that each pixel (n,) belongs to."""
    if not len(rows):
        return np.zeros(0, np.intp)
    mask = np.zeros((rows.max() + 1, columns.max() + 1), np.uint8)
    mask[rows, columns] = 1
    return np.asarray(cv2.connectedComponents(mask, connectivity=8)[1][rows, columns], np.intp)


def _shared(colours: Floats, limit: int) -> tuple[Floats, Places]:
    """Few colours for many crests, the commonest first."""
    coarse = (colours / 16).astype(np.int64)
    _, place, counts = np.unique(coarse @ np.array([256, 16, 1]), return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(place, colours[:, c]) for c in range(3)], axis=1) / counts[:, None]
    kept, group = merge_colours(list(means.astype(np.float32)), list(counts), _OWN_COLOUR_DISTANCE, limit)
    return kept, group[place]


def _straight(colours: Floats) -> Floats:
    """Colours (n, 3) of such that were multiplied by their alpha (n, 4)."""
    if colours.shape[1] == 3:
        return colours
    return np.asarray(np.minimum(colours[:, :3] * (255 / np.maximum(colours[:, 3:], 1)), 255), np.float32)
