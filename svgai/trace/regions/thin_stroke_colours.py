"""
The colours of peaks in thin strokes: that of the palette which they blend, or one of their own, shared among many.

A faint blend gets none but in a line. Within a stroke the strongest colour is that of all its peaks that are blends of
it.
"""

from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import AreaLabels, Flags, Floats, Indices
from svgai.trace.colours.blends import off_blends
from svgai.trace.colours.colour_merging import merge_colours
from svgai.trace.colours.colour_models import ColourModel, flat
from svgai.trace.regions.model_distances import in_blocks, palette_of
from svgai.trace.regions.smooth_areas import MAX_MODELS

_OFF_BLEND = 26.0
_LEAST_SHARE = 0.45  # of a palette colour, from which a peak is a stroke of it
_OWN_COLOUR_DISTANCE = 12.0
_MOST_OWN_COLOURS = 12
_LEAST_LINE = 6  # pixels of a faint stroke
_OPAQUE_ENOUGH = 115.0  # alpha from which a colour can be told


def label_peaks(
    models: tuple[ColourModel, ...],
    labels: AreaLabels,
    rows: Indices,
    columns: Indices,
    colours: Floats,
    base: Floats,
) -> tuple[tuple[ColourModel, ...], AreaLabels]:
    """Label peaks with the flat model that they are a blend of, or with new colours shared among them."""
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


def _stroke_of(palette: Floats, colours: Floats, base: Floats) -> tuple[Indices, Flags, Flags]:
    """
    Of peaks (n, c) on base (n, c): which colour of a palette (k, c) each is likeliest a stroke of, whether it is one,
    and whether it is a blend of none of them.
    """
    misfits, shares = _off_palette(palette, colours, base)
    blends = misfits <= _OFF_BLEND
    misfits = np.where(blends & (shares >= _LEAST_SHARE), misfits + 20 * (1 - shares), np.inf)
    best = misfits.argmin(axis=1)
    # A faint blend belongs to an edge, such as one along the page's border, and gets no colour of its own.
    return best, np.isfinite(misfits[np.arange(len(colours)), best]), np.logical_not(blends.any(axis=1))


def _off_palette(palette: Floats, colours: Floats, base: Floats) -> tuple[Floats, Floats]:
    """How far peaks (n, c) lie off blends of base (n, c) with a palette (k, c), and its shares: (n, k) each."""
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
    rows: Indices, columns: Indices, faint: npt.NDArray[np.bool_], shape: tuple[int, ...]
) -> npt.NDArray[np.bool_]:
    """Which peaks (n,) of faint blends go on from pixel to pixel: a lone one is the corner of something else."""
    mask = np.zeros(shape, np.uint8)
    mask[rows[faint], columns[faint]] = 1
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    lengths = stats[:, cv2.CC_STAT_AREA].copy()
    lengths[0] = 0
    return np.asarray(lengths[numbers[rows, columns]] >= _LEAST_LINE)


def _whole_strokes(rows: Indices, columns: Indices, base: Floats, own: Floats, place: Indices) -> Indices:
    """
    Which of its own colours (k, 3) each peak (n,) has: within a stroke, that which the others are blends of.

    A stroke about a pixel wide fills pixels here and there and elsewhere shares all with the base (n, c) beside it.
    """
    opaque = np.flatnonzero(base[:, -1] >= _OPAQUE_ENOUGH) if base.shape[1] == 4 else np.arange(len(place))
    found = place.copy()
    strokes = _connected(rows[opaque], columns[opaque])
    for stroke in np.unique(strokes).tolist():
        peaks = opaque[strokes == stroke]
        several = np.unique(place[peaks])
        if len(several) < 2:
            continue
        ground = base[peaks, :3].mean(axis=0)
        strongest = several[((own[several] - ground) ** 2).sum(axis=1).argmax()]
        misfits, shares = off_blends(own[several], np.tile(ground, (len(several), 1)), own[strongest][None, None])
        blends = several[(misfits[:, 0] <= _OFF_BLEND) & (shares[:, 0] >= _LEAST_SHARE)]
        found[peaks[np.isin(place[peaks], blends)]] = strongest
    return found


def _connected(rows: Indices, columns: Indices) -> Indices:
    """The number of the connected group that each pixel (n,) belongs to."""
    if not len(rows):
        return np.zeros(0, np.intp)
    mask = np.zeros((rows.max() + 1, columns.max() + 1), np.uint8)
    mask[rows, columns] = 1
    return np.asarray(cv2.connectedComponents(mask, connectivity=8)[1][rows, columns], np.intp)


def _shared(colours: Floats, limit: int) -> tuple[Floats, Indices]:
    """Few colours for many peaks, the commonest first."""
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
