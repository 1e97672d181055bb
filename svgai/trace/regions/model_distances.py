"""The colour models near each pixel, and the distances of its colour from theirs."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from svgai.array_types import AreaLabels, Floats
from svgai.trace.colours.colour_models import CLEAR, ColourModel, flat

Bits = npt.NDArray[np.uint64]
"""Sets of models: the bit of each that belongs to it."""

Arrays = tuple[npt.NDArray[Any], ...]

BLOCK = 16384
"""Pixels compared with all models at a time, which bounds memory."""

FAR = np.float32(1e9)
"""The squared distance of a model that is not near."""

PURE = 10.0
"""Largest deviation from its model of a pixel without an edge, in levels."""

_REACH = 2  # source pixels from a pixel to the cores of the models near it


def near_models(labels: AreaLabels, count: int) -> Bits:
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


def in_blocks(work: Callable[..., Arrays], *pixels: npt.NDArray[Any]) -> Arrays:
    """What `work` gives for arrays (n, ...) of pixels, a BLOCK of them at a time."""
    starts = range(0, max(len(pixels[0]), 1), BLOCK)
    parts = [work(*(values[start : start + BLOCK] for values in pixels)) for start in starts]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def distances_to(models: tuple[ColourModel, ...], x: Floats, y: Floats, colours: Floats, near: Bits) -> Floats:
    """Squared distances (n, models) of pixels to the models near them; far where a model is not near."""
    distances = palette_distances(colours, palette_of(models, colours.shape[1]))
    members = (near[:, None] >> np.arange(len(models), dtype=np.uint64)) & np.uint64(1) > 0
    for index, model in enumerate(models):
        if not model.is_flat:
            some = members[:, index]
            shown = colours_at(model, x[some], y[some], colours.shape[1])
            distances[some, index] = ((colours[some] - shown) ** 2).sum(axis=1)
    return np.where(members, distances, FAR).astype(np.float32)


def palette_distances(colours: Floats, palette: Floats) -> Floats:
    """Squared distances (n, k) of colours (n, c) to those of a palette (k, c)."""
    squares = (colours**2).sum(axis=1)[:, None] - 2 * colours @ palette.T + (palette**2).sum(axis=1)
    return np.asarray(squares, np.float32)


def palette_of(models: Sequence[ColourModel], channels: int) -> Floats:
    """The first colours of models (n, channels)."""
    nowhere = np.zeros(1, np.float32)
    return np.concatenate(
        [
            colours_at(flat(model.colours[0]) if model is not CLEAR else model, nowhere, nowhere, channels)
            for model in models
        ]
    )


def colours_at(model: ColourModel, x: Floats, y: Floats, channels: int) -> Floats:
    """What a model shows at positions (n,): its colours (n, 3), and with them 255 for alpha; all 0 if it is CLEAR."""
    colours = model.at(x, y)
    if channels == colours.shape[1]:
        return colours
    alpha = np.full((len(x), 1), 0 if model is CLEAR else 255, np.float32)
    return np.concatenate([colours, alpha], axis=1)
