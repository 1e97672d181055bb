"""Colour models to what a tracer and a writer need: one distinct key colour each, and a paint in grid coordinates."""

from collections.abc import Sequence

import numpy as np

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


def _reflected(levels: "np.typing.NDArray[np.int_]") -> "np.typing.NDArray[np.int_]":
    return np.asarray(255 - np.abs(levels % 510 - 255))


def paint_of(model: ColourModel, scale: float) -> Paint:
    """The paint of a model whose source pixels are `scale` grid steps wide."""
    colours = [_hexadecimal(colour) for colour in model.colours]
    if model.is_flat:
        return colours[0]
    first, last = float(model.knots[0]), float(model.knots[-1])
    if len(model.axis) == 3:
        radius = max(1, round(last * scale))
        line: tuple[int, ...] = (round(model.axis[0] * scale), round(model.axis[1] * scale), radius)
        offsets = model.knots / last
    else:
        dx, dy = model.axis
        # The direction is carried to the grid's far corner side only: any point with the same t serves as an end.
        line = tuple(round(value * scale) for value in (dx * first, dy * first, dx * last, dy * last))
        offsets = (model.knots - first) / (last - first)
    return Gradient(line, tuple((round(float(o) * 1000), c) for o, c in zip(offsets, colours, strict=True)))


def _hexadecimal(colour: Floats) -> str:
    red, green, blue = (int(value) for value in np.clip(np.rint(colour), 0, 255))
    return f"#{red:02x}{green:02x}{blue:02x}"
