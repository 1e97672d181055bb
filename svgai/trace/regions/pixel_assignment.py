"""
Regions to a map of colour models: every pixel of the enlarged image goes to the model near it that explains it best.

Inner pixels keep their model. A pixel at an edge is a blend of the models beside it and goes to the nearer of them,
so that no blend becomes a colour and edges are sharp below a pixel. `thin_strokes` adds cores where there is no
inside; along a ridge a stroke goes on even where it fills no pixel by half.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import AreaLabels, Floats
from svgai.trace.colours.colour_models import ColourModel, flat
from svgai.trace.regions.label_borders import beside_others
from svgai.trace.regions.model_distances import BLOCK, PURE, Bits, distances_to, near_models
from svgai.trace.regions.smooth_areas import Cores
from svgai.trace.regions.subpixel_strokes import ridges
from svgai.trace.regions.thin_strokes import with_lone, with_peaks

_PASSES = 2  # strokes beside strokes: the weaker peak shows once the stronger is explained
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
    lone = with_lone(source, cores)
    models, labels = cores.models, lone
    for _ in range(_PASSES):
        models, labels = with_peaks(source, Cores(models, labels))
    if not models:
        models = (flat(source.reshape(-1, source.shape[2])[:, :3].mean(axis=0)),)
    times = enlarged.shape[0] // source.shape[0]
    near = near_models(labels, len(models))
    labels = _with_pure(source, models, lone, near)
    indices = _enlarge(labels.clip(0).astype(np.uint8), times)
    margins = np.full(indices.shape, _AWAY_FROM_EDGES, np.float32)
    seconds, shares = indices.copy(), np.zeros(indices.shape, np.float32)
    rows, columns = np.nonzero(_enlarge(_near_edges(labels), times))
    for start in range(0, len(rows), BLOCK):
        down, right = rows[start : start + BLOCK], columns[start : start + BLOCK]
        x, y = ((right + 0.5) / times).astype(np.float32), ((down + 0.5) / times).astype(np.float32)
        place = down // times, right // times
        distances = distances_to(models, x, y, enlarged[down, right], near[place])
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


def _near_edges(labels: AreaLabels) -> npt.NDArray[np.bool_]:
    """Pixels without a label, those beside another label, and their neighbours."""
    edges = (labels < 0) | beside_others(labels)
    return np.asarray(cv2.dilate(edges.astype(np.uint8), np.ones((3, 3), np.uint8)), bool)


def _enlarge(values: npt.NDArray[Any], times: int) -> npt.NDArray[Any]:
    return np.asarray(values.repeat(times, axis=0).repeat(times, axis=1))


def _with_pure(source: Floats, models: tuple[ColourModel, ...], labels: AreaLabels, near: Bits) -> AreaLabels:
    """Labels with the pixels that a near model covers wholly added: no edge runs through them, corners stay square."""
    rows, columns = np.nonzero(labels < 0)
    pure = labels.copy()
    for start in range(0, len(rows), BLOCK):
        down, right = rows[start : start + BLOCK], columns[start : start + BLOCK]
        x, y = (right + 0.5).astype(np.float32), (down + 0.5).astype(np.float32)
        distances = distances_to(models, x, y, source[down, right], near[down, right])
        pure[down, right] = np.where(distances.min(axis=1) <= PURE**2, distances.argmin(axis=1), -1)
    return pure
