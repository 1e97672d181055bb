"""Colour models to paints in grid coordinates."""

import numpy as np

from svgai.array_types import Floats
from svgai.trace.regions.colour_models import ColourModel
from svgai.trace.svg.gradients import Gradient
from svgai.trace.svg.writer import Paint

_UNSEEN = 1.0  # levels that a gradient may change by
_LEAST_ALPHA = 8.0  # levels, below which no colour can be told


def paint_of(model: ColourModel, scale: float) -> Paint:
    """The paint of a model whose source pixels are `scale` grid steps wide."""
    colours = [_hexadecimal(colour) for colour in _straight(model.colours)]
    if model.is_flat:
        return colours[0]
    first, last = float(model.knots[0]), float(model.knots[-1])
    offsets = (model.knots - first) / (last - first) if len(model.axis) == 2 else model.knots / last
    kept = _needed(offsets, np.rint(model.colours))
    if len({colours[number] for number in kept}) == 1:
        return colours[kept[0]]
    stops = tuple((round(float(offsets[number]) * 1000), colours[number]) for number in kept)
    return Gradient(tuple(round(value * scale) for value in _geometry(model.axis, first, last)), stops)


def _needed(offsets: Floats, colours: Floats) -> list[int]:
    """The stops, two at least, that a gradient needs to look as it does; beyond the outermost it goes on as there."""
    kept = list(range(len(offsets)))
    for number in range(len(offsets)):
        rest = [one for one in kept if one != number]
        if len(rest) < 2:
            break
        without = [np.interp(offsets, offsets[rest], colours[rest, channel]) for channel in range(colours.shape[1])]
        if np.abs(np.stack(without, axis=1) - colours).max() <= _UNSEEN:
            kept = rest
    return kept


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


def _straight(colours: Floats) -> Floats:
    """Levels (s, 3) as they are, (s, 4) with colours not times alpha: what is clear has the colour beside it."""
    if colours.shape[1] == 3:
        return colours
    alpha = colours[:, 3]
    there = np.flatnonzero(alpha >= min(_LEAST_ALPHA, alpha.max()))
    nearest = there[np.abs(np.arange(len(alpha))[:, None] - there).argmin(axis=1)]
    return np.column_stack([colours[nearest, :3] * (255 / np.maximum(alpha[nearest], 1))[:, None], alpha])


def _hexadecimal(colour: Floats) -> str:
    return "#" + "".join(f"{round(value):02x}" for value in np.clip(colour, 0, 255).tolist())
