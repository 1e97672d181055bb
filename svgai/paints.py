"""Colour models to what a tracer and a writer need: one distinct key colour each, and a paint in grid coordinates."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from svgai.colour_models import ColourModel, Floats
from svgai.images import Pixels
from svgai.svg_writer import Gradient, Paint

_KEY_GAP = 6  # levels: far enough apart that a tracer's averages over merged specks still name one key


def key_colours(models: Sequence[ColourModel]) -> Pixels:
    """A colour (models, 3) for each model, near its own mean and unlike those of the others."""
    keys: list[tuple[int, ...]] = []
    for model in models:
        level = np.clip(np.rint(model.colours.mean(axis=0)), 0, 255).astype(int)
        for attempt in range(256):
            shift = attempt * _KEY_GAP
            key = tuple(int(value) for value in _reflected(level + np.array([shift, shift * 3, shift * 7])))
            if all(max(abs(a - b) for a, b in zip(key, other, strict=True)) >= _KEY_GAP for other in keys):
                break
        keys.append(key)
    return np.array(keys, np.uint8)


def _reflected(levels: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    return np.asarray(255 - np.abs(levels % 510 - 255))


def paint_of(model: ColourModel, scale: float) -> Paint:
    """The paint of a model whose source pixels are `scale` grid steps wide."""
    colours = [_hexadecimal(colour) for colour in model.colours]
    if model.is_flat:
        return colours[0]
    first, last = float(model.knots[0]), float(model.knots[-1])
    offsets = (model.knots - first) / (last - first) if len(model.axis) == 2 else model.knots / last
    stops = tuple((round(float(offset) * 1000), colour) for offset, colour in zip(offsets, colours, strict=True))
    return Gradient(tuple(round(value * scale) for value in _geometry(model.axis, first, last)), stops)


def _geometry(axis: tuple[float, ...], first: float, last: float) -> tuple[float, ...]:
    if len(axis) == 2:
        dx, dy = axis
        return dx * first, dy * first, dx * last, dy * last
    if len(axis) == 3:
        return axis[0], axis[1], last
    # The unit circle becomes the ellipse of distance `last`: its matrix is the inverse root of the form's.
    x, y, a, b, d = axis
    values, vectors = np.linalg.eigh(np.array([[a, b], [b, d]]))
    root = vectors @ np.diag(last / np.sqrt(values)) @ vectors.T
    return float(root[0, 0]), float(root[1, 0]), float(root[0, 1]), float(root[1, 1]), x, y


def _hexadecimal(colour: Floats) -> str:
    red, green, blue = (int(value) for value in np.clip(np.rint(colour), 0, 255))
    return f"#{red:02x}{green:02x}{blue:02x}"
