"""
Restores the edges of a noisy picture as blends of the areas beside them.

JPEG keeps brightness to the pixel and spreads colour over several, so that an edge has a fringe of foreign colours.
Pixels away from edges give the picture's colours; a pixel at an edge becomes the blend of two of them with its
brightness, as before the noise, including anti-aliasing.
"""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import AreaLabels, Floats, Indices, Mask, Pixels
from svgai.trace.colours.blends import off_blends
from svgai.trace.colours.colour_models import ColourModel
from svgai.trace.colours.hidden_colours import OPAQUE_FROM
from svgai.trace.regions.model_distances import BLOCK, palette_distances
from svgai.trace.regions.smooth_areas import MAX_MODELS, Cores, RegionSettings, find_cores, steepest_steps

EDGE_FROM = 60
"""Largest step within 3 x 3 pixels, in levels, from which a pixel is at an edge."""

_SETTINGS = RegionSettings(max_colours=MAX_MODELS, max_stops=5, merge_distance=4.0)
_THIN_MERGE_DISTANCE = 14.0  # CIELAB, of colours seen at edges alone: how much of them spread is not known
_CLEAR_OF_EDGES = 2.0  # pixels
_LEAST_CLEAR = 0.5  # of the pixels: what has fewer away from edges is no drawing
_MOST_EDGE_PIXELS = 100_000  # pixels near edges: an illustration has more, and they would take seconds
_MOST_MODELS = 24  # of areas: what has more is no drawing in a few colours
_LEAST_THIN_AREA = 16  # pixels of a colour seen at edges alone
_BRIGHTNESS_AND_COLOUR = np.array(
    [[0.299, 0.587, 0.114], [0.5, -0.4187, -0.0813], [-0.1687, -0.3313, 0.5]], np.float32
).T
_AT_EDGES, _OF_COLOURS = 0.24, 1.0  # of a level of brightness: what one of colour counts in a blend, and in a colour
_NO_SPREAD = 2.0  # the same off every blend of the colours there, however far they spread
_SAME_COLOUR = 20.0  # levels off a colour known from elsewhere
_UNEXPLAINED = 28.0  # levels off every blend
_ENDS = 4  # nearest models that a blend is sought among
_NEAR, _BEYOND = 6.0, 50.0  # pixels from a model that blends, and what each pixel more counts, in levels
_SHARPER = 1.8  # than ringing leaves the shares of a blend
_STEPS, _FARTHEST = 16, 255  # distances in sixteenths of a pixel, which are bytes
_WINDOW, _RANGE, _SPACE = 5, 25.0, 1.0  # of the filter that leaves edges as steep as they are

_Distances = npt.NDArray[np.uint8]


def unmixed(noisy: Pixels, calm: Pixels) -> Pixels | None:
    """
    A noisy picture with even areas and clean edges; None where it is no drawing of a few colours.

    Args:
        noisy: straight-alpha pixels (h, w, 4).
        calm: the same without noise, but for what is left of it at edges. Its alpha stays.
    """
    rgb = np.ascontiguousarray(calm[..., :3])
    opaque = calm[..., 3] >= OPAQUE_FROM
    edges = (steepest_steps(rgb) > EDGE_FROM).astype(np.uint8)
    clear = opaque & (cv2.distanceTransform(1 - edges, cv2.DIST_L2, 3) >= _CLEAR_OF_EDGES)
    if clear.mean() < _LEAST_CLEAR * opaque.mean() or int((opaque & ~clear).sum()) > _MOST_EDGE_PIXELS:
        return None
    cores = find_cores(rgb, clear, _SETTINGS)
    if not 0 < len(cores.models) <= _MOST_MODELS:
        return None
    detail = np.asarray(cv2.bilateralFilter(np.ascontiguousarray(noisy[..., :3]), _WINDOW, _RANGE, _SPACE), np.float32)
    cores = _with_thin(rgb, detail, opaque, cores)
    rows, columns = np.nonzero(opaque & (cores.labels < 0))
    blends, off = _explained(detail, cores, rows, columns)
    drawn = rgb.astype(np.float32)
    known = off <= _UNEXPLAINED
    drawn[rows[known], columns[known]] = blends[known]
    for index, model in enumerate(cores.models):
        if model.is_flat:
            drawn[cores.labels == index] = model.colours[0]
    return np.dstack([np.clip(np.rint(drawn), 0, 255).astype(np.uint8), calm[..., 3]])


def _with_thin(rgb: Pixels, detail: Floats, opaque: Mask, cores: Cores) -> Cores:
    """Cores with those of what no blend of areas explains: in a colour of theirs, or else in one of its own."""
    rows, columns = np.nonzero(opaque & (cores.labels < 0))
    _, off = _explained(detail, cores, rows, columns)
    strange = off > _UNEXPLAINED
    cores = _with_known(rgb, cores, rows[strange], columns[strange])
    rows, columns = np.nonzero(opaque & (cores.labels < 0))
    _, off = _explained(detail, cores, rows, columns)
    unexplained = np.zeros(cores.labels.shape, np.uint8)
    unexplained[rows, columns] = off > _UNEXPLAINED
    around = (cv2.dilate(unexplained, np.ones((3, 3), np.uint8)) > 0) & opaque & (cores.labels < 0)
    room = MAX_MODELS - len(cores.models)
    if not room or not around.any():
        return cores
    settings = replace(_SETTINGS, max_colours=room, merge_distance=_THIN_MERGE_DISTANCE)
    found = find_cores(rgb, around, settings)
    areas = np.bincount(found.labels[found.labels >= 0], minlength=len(found.models))
    kept = np.flatnonzero(areas >= _LEAST_THIN_AREA)[:room]
    place = np.full(len(found.models) + 1, -1, np.int16)
    place[kept] = np.arange(len(kept)) + len(cores.models)
    labels = np.where(cores.labels < 0, place[found.labels], cores.labels)
    return Cores((*cores.models, *(found.models[index] for index in kept)), labels)


def _with_known(rgb: Pixels, cores: Cores, rows: Indices, columns: Indices) -> Cores:
    """Cores with pixels added that have a flat colour of theirs, wherever that was found."""
    flats = np.array([index for index, model in enumerate(cores.models) if model.is_flat], np.int16)
    if not len(flats) or not len(rows):
        return cores
    palette = np.concatenate([cores.models[index].colours for index in flats])
    colours = _seen(rgb[rows, columns].astype(np.float32), _OF_COLOURS)
    off = palette_distances(colours, _seen(palette, _OF_COLOURS))
    own = off.min(axis=1) <= _SAME_COLOUR**2
    labels = cores.labels.copy()
    labels[rows[own], columns[own]] = flats[off.argmin(axis=1)[own]]
    return Cores(cores.models, labels)


def _explained(detail: Floats, cores: Cores, rows: Indices, columns: Indices) -> tuple[Floats, Floats]:
    """The blends (n, 3) of models near pixels that explain them best, and how far the pixels are off them (n,)."""
    near = _distances(cores.labels, len(cores.models), rows, columns)
    blends, off = np.zeros((len(rows), 3), np.float32), np.zeros(len(rows), np.float32)
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        down, right = rows[block], columns[block]
        ends = np.argsort(near[block], axis=1, kind="stable")[:, :_ENDS]
        distances = np.asarray(np.take_along_axis(near[block], ends, axis=1) / _STEPS, np.float32)
        colours = np.stack([_shown(model, down, right) for model in cores.models], axis=1)
        colours = np.take_along_axis(colours, ends[..., None], axis=1)
        blends[block], off[block] = _best_blends(detail[down, right], colours, distances)
    return blends, off


def _best_blends(seen: Floats, ends: Floats, distances: Floats) -> tuple[Floats, Floats]:
    """The blends (n, 3) of two of the ends (n, k, 3), at such distances (n, k), that come nearest to colours (n, 3)."""
    count = len(seen)
    pixels = np.arange(count)
    colours, shown = _seen(seen, _AT_EDGES), _seen(ends, _AT_EDGES)
    farness = distances + np.maximum(distances - _NEAR, 0) * _BEYOND
    blends, off, least = np.zeros_like(seen), np.zeros(count, np.float32), np.full(count, np.inf, np.float32)
    for first in range(ends.shape[1]):
        misfits, shares = off_blends(colours, shown[:, first], shown[:, first:])
        strange, _ = off_blends(colours[:, 1:], shown[:, first, 1:], shown[:, first:, 1:])
        misfits = np.hypot(misfits, strange * np.float32(_NO_SPREAD / _AT_EDGES))
        far = farness[:, first, None] + shares * (farness[:, first:] - farness[:, first, None])
        costs = misfits**2 + far**2
        second = costs.argmin(axis=1)
        better = costs[pixels, second] < least
        some, other = pixels[better], second[better]
        share = np.clip((shares[some, other] - 0.5) * _SHARPER + 0.5, 0, 1)[:, None]
        blends[some] = ends[some, first] + share * (ends[some, first + other] - ends[some, first])
        off[some], least[some] = misfits[some, other], costs[some, other]
    return blends, off


def _distances(labels: AreaLabels, count: int, rows: Indices, columns: Indices) -> _Distances:
    """How far pixels (n,) lie from the cores of each model, (n, count)."""
    found = np.full((len(rows), count), _FARTHEST, np.uint8)
    for index in range(count):
        outside = (labels != index).astype(np.uint8)
        if not outside.all():
            distances = cv2.distanceTransform(outside, cv2.DIST_L2, 3)[rows, columns]
            found[:, index] = np.minimum(distances * _STEPS, _FARTHEST)
    return found


def _shown(model: ColourModel, rows: Indices, columns: Indices) -> Floats:
    return model.at((columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32))


def _seen(colours: Floats, weight: float) -> Floats:
    """Colours (..., 3) as brightness and what is left, which counts less."""
    turned = colours @ _BRIGHTNESS_AND_COLOUR
    return np.asarray(turned * np.array([1, weight, weight], np.float32), np.float32)
