"""
Corrects outlines by the picture: they move to where the drawing has too little or too much of what they enclose.

An anti-aliased pixel shows how much of it each side covers, so the difference between source and drawing shows how far
an outline is off: along the outline's normal, it sums to the distance.
"""

from collections.abc import Sequence

import numpy as np

from svgai.array_types import Floats, Points
from svgai.trace.regions.model_distances import colours_at
from svgai.trace.regions.region_map import RegionMap

_BESIDE = 0.75  # source pixels from an outline to what lies on either side of it
_OFFSETS = (-1.25, -0.75, -0.25, 0.25, 0.75, 1.25)  # source pixels along the normal
_STEP = 0.5
_LEAST_CONTRAST = 16.0  # levels between the sides, below which nothing is learned from a difference
_MOST = 0.6  # source pixels that an outline moves at a time
_GAIN = 0.8
_NOTHING = 0.02  # source pixels: an outline that moves less stays as it is
_REACH = 2  # points to either side that a point moves with


def followed(contours: Sequence[Points], missing: Floats, regions: RegionMap) -> list[Points]:
    """
    Closed contours, each (n, 2) in source pixels, moved along their normals.

    Args:
        contours: of the layers of `regions`.
        missing: the source less the drawing, (page height, page width, 4), colours times alpha and alpha, in levels.
        regions: what lies on either side of the contours.
    """
    if not contours:
        return []
    sizes = [len(contour) - 1 for contour in contours]
    points = np.concatenate([contour[:-1] for contour in contours])
    starts = np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
    counts = np.repeat(sizes, sizes)
    places = np.arange(len(points)) - starts

    def beside(values: Points, step: int) -> Points:
        return np.asarray(values[starts + (places + step) % counts])

    way = beside(points, _REACH) - beside(points, -_REACH)
    normal = np.column_stack([way[:, 1], -way[:, 0]]) / np.maximum(np.hypot(*way.T), 1e-6)[:, None]
    contrast = _colours(points - _BESIDE * normal, regions) - _colours(points + _BESIDE * normal, regions)
    lacking = _STEP * sum(_sampled(missing, points + offset * normal) for offset in _OFFSETS)
    square = (contrast**2).sum(axis=1)
    distance = (lacking * contrast).sum(axis=1) / np.maximum(square, _LEAST_CONTRAST**2)
    distance[square < _LEAST_CONTRAST**2] = 0
    even = sum(beside(distance, step) for step in range(-_REACH, _REACH + 1)) / (2 * _REACH + 1)
    by = np.clip(_GAIN * even, -_MOST, _MOST)
    moved = np.clip(points + by[:, None] * normal, 0, [regions.page.width, regions.page.height])
    ends = np.cumsum(sizes)[:-1]
    return [
        np.vstack([part, part[:1]]) if np.abs(change).max() > _NOTHING else contour
        for contour, part, change in zip(contours, np.split(moved, ends), np.split(by, ends), strict=True)
    ]


def _colours(points: Points, regions: RegionMap) -> Floats:
    """What a map shows at points of the page: colours times alpha and alpha (n, 4), in levels."""
    at = (points + regions.page.margin) * regions.times
    height, width = regions.indices.shape
    column, row = np.clip(at.astype(np.intp), 0, [width - 1, height - 1]).T
    model = regions.indices[row, column]
    x, y = ((column + 0.5) / regions.times).astype(np.float32), ((row + 0.5) / regions.times).astype(np.float32)
    colours = np.zeros((len(points), 4), np.float32)
    for index in np.unique(model).tolist():
        some = model == index
        colours[some] = colours_at(regions.models[index], x[some], y[some], 4)
    return colours


def _sampled(image: Floats, points: Points) -> Floats:
    """An image (h, w, c) between its pixels' middles at points (n, 2); nothing is beyond its border."""
    height, width = image.shape[:2]
    framed = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    x, y = np.clip(points + 0.5, 0, [width + 0.999, height + 0.999]).T
    left, top = x.astype(np.intp), y.astype(np.intp)
    across, down = (x - left)[:, None], (y - top)[:, None]
    upper = framed[top, left] * (1 - across) + framed[top, left + 1] * across
    lower = framed[top + 1, left] * (1 - across) + framed[top + 1, left + 1] * across
    return np.asarray(upper * (1 - down) + lower * down, np.float32)
