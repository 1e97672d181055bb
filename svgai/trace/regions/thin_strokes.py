"""
Finds strokes without interior pixels, and other pixels that no blend of near models explains.

Peaks, such pixels that lie further off than those around them, become cores; a blend of three models where these meet
does not.
"""

from functools import partial
from itertools import combinations

import cv2
import numpy as np

from svgai.array_types import AreaLabels, Floats, Indices
from svgai.trace.colours.blends import off_blends
from svgai.trace.colours.colour_models import ColourModel
from svgai.trace.regions.model_distances import (
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
from svgai.trace.regions.smooth_areas import Cores
from svgai.trace.regions.thin_stroke_colours import label_peaks

_UNEXPLAINED = 30.0  # levels off every blend of near models
_MEETING = 4  # models that may meet in a pixel, three of them at a time


def with_lone(source: Floats, cores: Cores) -> AreaLabels:
    """
    AreaLabels with pixels of a flat model's very colour added that no blend of near models explains.

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


def with_peaks(source: Floats, cores: Cores) -> tuple[tuple[ColourModel, ...], AreaLabels]:
    """Models and labels with the peaks of what no blend of near models explains added as cores."""
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
    peak = (strength >= 0.8 * cv2.dilate(strength, np.ones((3, 3), np.uint8))) & (strength > _UNEXPLAINED)
    chosen = peak[rows, columns]
    if not chosen.any():
        return models, labels
    return label_peaks(models, labels, rows[chosen], columns[chosen], colours[chosen], base[chosen])


def _nearest_of(palette: Floats, colours: Floats) -> tuple[Indices, Floats]:
    """The nearest colour of a palette (k, c) to each of (n, c), and its squared distance."""
    distances = palette_distances(colours, palette)
    return distances.argmin(axis=1), distances.min(axis=1)


def _unexplained(
    models: tuple[ColourModel, ...], rows: Indices, columns: Indices, colours: Floats, near: Bits
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
