"""
Areas whose colour changes in two directions, as parallel strips with a linear gradient along each.

SVG has no gradient of two dimensions that every reader draws. Along a narrow strip colours change in one alone, and
what they change by across it is no more than a step between bands.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Floats, Indices
from svgai.trace.colours.colour_models import ColourModel, flat, profiles

_ERROR, _MOST_ERROR = 3.0, 5.0  # root mean square residual, in levels, that strips leave; where no more fit in
_OF_CONTRAST = 0.08  # of the deviation of an area's colours, that strips may leave if that is more
_CLOSE = 2.0  # squared levels that a strip may be farther off for fewer stops
_COUNTS = (2, 3, 4, 6, 8, 10, 12, 16, 20, 24)
_MOST_STOPS = 3  # of one strip: what bends more along every strip is no simple surface
_LEAST_WIDTH = 0.9  # pixels of a strip
_SIMPLE = 4.0  # levels, up to which a surface of second degree explains an area
_LEAST_AREA = 100  # pixels of a strip where none does
_SAMPLE = 2000

_Surface = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, eq=False)
class Strips:
    """A gradient (x, y) for every strip, from `low` on, each `width` pixels wide."""

    models: tuple[ColourModel, ...]
    axis: tuple[float, float]
    low: float
    width: float
    error: float

    def places(self, x: Floats, y: Floats) -> Indices:
        """Which strip each position (n,) lies in."""
        across = x if self.axis[1] else y
        return np.asarray(np.clip((across - self.low) / self.width, 0, len(self.models) - 1), np.intp)

    def off(self, x: Floats, y: Floats, colours: Floats) -> Floats:
        """How far colours (n, c) at positions (n,) are from the strips', in levels of a channel (n,)."""
        places = self.places(x, y)
        off = np.zeros(len(x), np.float32)
        for number, model in enumerate(self.models):
            own = places == number
            off[own] = np.abs(colours[own] - model.at(x[own], y[own])).max(axis=1)
        return off


def strips(x: Floats, y: Floats, colours: Floats, *, max_stops: int, most: int) -> Strips | None:
    """
    The fewest strips, across or down, that explain an area within tolerance; None if `most` strips do not.

    Args:
        x: positions (n,) of the area's pixels, across.
        y: the same, down.
        colours: their levels (n, c).
        max_stops: most stops of one gradient.
        most: strips.
    """
    surface, error = _surface(x, y, colours)
    if error > _SIMPLE:
        most = min(most, len(x) // _LEAST_AREA)
    if error <= _ERROR:
        x, y, colours = _on_hull(x, y, surface)
    enough = min(max(_ERROR, _OF_CONTRAST * float(colours.std(axis=0).max())), _MOST_ERROR)
    found = [one for axis in ((1.0, 0.0), (0.0, 1.0)) if (one := _along(axis, x, y, colours, max_stops, most, enough))]
    return min(
        found, key=lambda one: (max(one.error, enough), sum(len(model.knots) + 2 for model in one.models)), default=None
    )


def _surface(x: Floats, y: Floats, colours: Floats) -> tuple[_Surface, float]:
    """The surface of second degree through an area's colours, and its root mean square residual."""
    middle = float(x.mean()), float(y.mean())
    size = max(float(np.ptp(x)), float(np.ptp(y)), 1.0)
    terms = _terms(x, y, middle, size)
    factors = np.linalg.lstsq(terms, colours, rcond=None)[0]
    error = float(np.sqrt(((terms @ factors - colours) ** 2).mean()))
    return (lambda right, down: np.clip(_terms(right, down, middle, size) @ factors, 0, 255).astype(np.float32)), error


def _on_hull(x: Floats, y: Floats, surface: _Surface) -> tuple[Floats, Floats, Floats]:
    """The positions within an area's convex hull, and a surface's colours there, beneath what hides it, too."""
    points = np.stack([x, y], axis=1).astype(np.int32)
    low = points.min(axis=0)
    hull = np.zeros(np.ptp(points, axis=0)[::-1] + 1, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(points - low), 1)
    rows, columns = np.nonzero(hull)
    x, y = (columns + low[0] + 0.5).astype(np.float32), (rows + low[1] + 0.5).astype(np.float32)
    return x, y, surface(x, y)


def _terms(x: Floats, y: Floats, middle: tuple[float, float], size: float) -> Floats:
    x, y = (x - middle[0]) / size, (y - middle[1]) / size
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)


def _along(
    axis: tuple[float, float], x: Floats, y: Floats, colours: Floats, max_stops: int, most: int, enough: float
) -> Strips | None:
    across = x if axis[1] else y
    low, high = float(across.min()) - 0.5, float(across.max()) + 0.5
    step = -(-len(x) // _SAMPLE)
    most = min(most, int((high - low) / _LEAST_WIDTH))
    least, closest = 0.0, None
    for count in _COUNTS:
        if count > most:
            break
        if count < least:
            continue
        width = (high - low) / count
        models, error = _fitted(
            axis, x[::step], y[::step], colours[::step], (across[::step] - low) / width, count, max_stops
        )
        if error <= _MOST_ERROR:
            closest = Strips(models, axis, low, width, error)
        if error <= enough:
            break
        # What is off is the step between strips: it falls as they become more.
        least = count * error / enough * 0.75
    return closest


def _fitted(
    axis: tuple[float, float], x: Floats, y: Floats, colours: Floats, places: Floats, count: int, max_stops: int
) -> tuple[tuple[ColourModel, ...], float]:
    """A gradient of few stops for every strip, and the root mean square residual of all."""
    models = []
    squares = 0.0
    for number in range(count):
        own = places.astype(np.intp) == number
        model, error = _profile(axis, x[own], y[own], colours[own], min(max_stops, _MOST_STOPS))
        models.append(model)
        squares += error * own.sum()
    return tuple(models), float(squares / len(x)) ** 0.5


def _profile(
    axis: tuple[float, float], x: Floats, y: Floats, colours: Floats, max_stops: int
) -> tuple[ColourModel, float]:
    """The model along a direction with the fewest stops that are close enough, or the closest."""
    if not len(x):
        return flat(np.zeros(colours.shape[1], np.float32)), 0.0
    mean = flat(colours.mean(axis=0))
    found = [(mean, float(((colours - mean.colours) ** 2).mean())), *profiles(axis, x, y, colours, max_stops)]
    least = min(error for _, error in found)
    return next(one for one in found if one[1] <= least + _CLOSE)
