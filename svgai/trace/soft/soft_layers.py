"""
The soft part of an image to few translucent layers: a gradient of colour and opacity where one fits, else nested areas.

A blurred shape has no simple formula, but its levels of equal alpha nest: painted one over the other, each adds a step
of opacity. All levels are premultiplied, 0-255.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage

from svgai.array_types import Floats, Mask
from svgai.trace.colours.colour_models import ColourModel, fit, flat
from svgai.trace.colours.hidden_colours import CLEAR_TO
from svgai.trace.soft.soft_mixtures import parted_colours
from svgai.trace.soft.soft_parts import Parts, carried_on

_MOST_COLOURS = 6
_SAME_COLOUR = 8.0  # levels, times alpha, between areas
_ONE_COLOUR = 4.0  # the same, between the levels of one
_GRADIENT_ERROR = 2.0
_LEAST_INSIDE, _SAMPLE = 30, 700
_LEAST_SHARE = (0.003, 0.02)  # of an area: fewer pixels at a level are an edge; where the area is much of an edge
_MOST_EDGES = 0.15  # of an area, from which it is
_FAINTEST = 1.5  # levels of alpha that are painted at all
_MOST_OFF = 9.0  # root mean square of levels that layers may be off in colour, times alpha


@dataclass(frozen=True, eq=False)
class SoftLayer:
    """What is painted with `model`, whose colours have alpha, where `heights` (h, w) are above zero."""

    model: ColourModel
    heights: Floats


def soft_layers(parts: Parts, step: float, max_stops: int) -> list[SoftLayer] | None:
    """
    The layers of a soft part, the lowest first; None where they would not show its colours.

    Args:
        parts: of an image.
        step: most levels of alpha, of opaque ones, between nested areas.
        max_stops: most stops of a gradient; below 2 there is none.
    """
    areas = list(_of_one_colour(parts.soft, parts.areas))
    if len(areas) > _MOST_COLOURS:
        return None
    inside = parts.areas & ~parts.edges
    for mixed in (False, True):
        layers = [
            layer
            for area in areas
            for layer in _of_area(_levels_of(area, parts, alone=len(areas) == 1), area, parts, step, max_stops, mixed)
        ]
        shown = np.zeros_like(parts.soft)
        for layer in layers:
            _paint(layer, shown)
        off = np.sqrt(((shown - parts.soft)[inside, :3] ** 2).mean()) if inside.any() else 0.0
        if off <= _MOST_OFF:
            return layers
    return None


def _levels_of(area: Mask, parts: Parts, *, alone: bool) -> Floats:
    """The levels of an area, which go on where something hides it."""
    return parts.soft if alone else carried_on(np.where(area[..., None], parts.soft, np.float32(0)), parts.seen)


def _of_area(levels: Floats, area: Mask, parts: Parts, step: float, max_stops: int, mixed: bool) -> list[SoftLayer]:
    """The layers of one area, which with `mixed` may be two shapes of different colours, one over the other."""
    of_gradient = _gradient(levels, area, parts, max_stops)
    if of_gradient:
        return of_gradient
    shapes = parted_colours(levels, area) if mixed else [levels]
    return [
        layer
        for shape in shapes
        if (own := area & (shape[..., 3] > CLEAR_TO)).any()
        for layer in _nested(shape, own, parts.edges, step)
    ]


def _of_one_colour(soft: Floats, seen: Mask) -> Iterator[Mask]:
    """Areas of what is seen, those of the same colour together."""
    count, numbers = cv2.connectedComponents(seen.astype(np.uint8), connectivity=8)
    names = numbers.ravel()
    sums = np.stack([np.bincount(names, soft[..., c].ravel(), count) for c in range(4)], axis=1)
    colours = sums[:, :3] / np.maximum(sums[:, 3:], 1)
    strengths = ndimage.maximum(soft[..., 3], numbers, range(count))
    groups: list[list[int]] = []
    for part in sorted(range(1, count), key=lambda one: -sums[one, 3]):
        for group in groups:
            if np.abs(colours[part] - colours[group[0]]).max() * strengths[part] <= _SAME_COLOUR:
                group.append(part)
                break
        else:
            groups.append([part])
            if len(groups) > _MOST_COLOURS:
                break
    for group in groups:
        yield np.isin(numbers, group)


def _gradient(levels: Floats, area: Mask, parts: Parts, max_stops: int) -> list[SoftLayer]:
    """One layer if one colour or gradient explains an area but for its edges; else none."""
    edges = parts.edges.astype(np.uint8)
    inside = area & (cv2.dilate(edges, np.ones((3, 3))) == 0)
    # What is clear around it belongs to the slope of a gradient that fades out.
    around = cv2.dilate(area.astype(np.uint8), np.ones((5, 5))) > 0
    fading = around & parts.seen & (cv2.dilate(edges, np.ones((7, 7))) == 0)
    for mask in (inside | fading, inside):
        model = _fitted(levels, mask, max_stops)
        if model:
            height, width = area.shape
            down, across = np.mgrid[:height, :width].astype(np.float32) + np.float32(0.5)
            alpha = model.at(across.ravel(), down.ravel())[:, 3].reshape(area.shape)
            return [SoftLayer(model, levels[..., 3] - np.maximum(alpha / 2, _FAINTEST))]
    return []


def _fitted(levels: Floats, mask: Mask, max_stops: int) -> ColourModel | None:
    """The model that explains levels (h, w, 4) in a mask within tolerance."""
    rows, columns = np.nonzero(mask)
    if len(rows) < _LEAST_INSIDE:
        return None
    some = slice(None, None, -(-len(rows) // _SAMPLE))
    x, y = (columns[some] + 0.5).astype(np.float32), (rows[some] + 0.5).astype(np.float32)
    slopes = np.stack(
        [cv2.Sobel(levels, cv2.CV_32F, 1 - axis, axis, scale=1 / 8)[rows[some], columns[some]] for axis in (0, 1)],
        axis=1,
        dtype=np.float32,
    )
    model, error = fit(x, y, levels[rows[some], columns[some]], slopes, area=len(rows), max_stops=max_stops)
    # Of a black shadow three channels are even, and would hide what alpha, which is seen, is off.
    off = model.at(x, y)[:, 3] - levels[rows[some], columns[some], 3]
    return model if max(error, float(np.sqrt((off * off).mean()))) <= _GRADIENT_ERROR else None


def _nested(levels: Floats, area: Mask, edges: Mask, step: float) -> list[SoftLayer]:
    """Layers of which each adds to the opacity of those below it, and to their colour what that lacks."""
    alpha = levels[..., 3]
    least = _LEAST_SHARE[int(edges[area].mean() > _MOST_EDGES)]
    area = area & ~edges if (area & ~edges).any() else area
    tops = _tops(alpha[area], step, least)
    telling = levels[area & (alpha >= tops[-1] / 2)]
    common = np.median(telling / np.maximum(telling[:, 3:], 1), axis=0)
    near = [area & (np.abs(alpha - top) <= step / 4) for top in tops]
    shown = np.stack([levels[one].mean(axis=0) if one.any() else common for one in near])
    shown *= (np.array(tops, np.float32) / np.maximum(shown[:, 3], 1e-3))[:, None]
    if np.abs(shown - np.outer(tops, common)).max() <= _ONE_COLOUR:
        shown = np.outer(tops, common).astype(np.float32)
    layers = []
    below = np.zeros(4, np.float32)
    for here in shown:
        opacity = float((here[3] - below[3]) / (255 - below[3]))
        paint = here - (1 - opacity) * below
        paint[:3] = np.clip(paint[:3], 0, opacity * 255)
        layers.append(SoftLayer(flat(paint), alpha - (below[3] + here[3]) / 2))
        below = paint + np.float32(1 - opacity) * below
    return layers


def _tops(alpha: Floats, step: float, least_share: float) -> list[float]:
    """
    Rising levels that alphas (n,) are no farther from than half a step, but for those that few of them are near to.

    Steps grow with alpha: faint ones show most.
    """
    counts = np.bincount(np.rint(alpha).astype(np.intp), minlength=256)
    found = []
    level = CLEAR_TO
    while level < 256:
        if counts[level]:
            width = max(round(step * (0.3 + level / 100)), 1)
            within = counts[level : level + width]
            if within.sum() >= least_share * len(alpha):
                found.append(level + float((np.arange(len(within)) * within).sum() / within.sum()))
            level += width
        else:
            level += 1
    return found or [float(alpha.max())]


def _paint(layer: SoftLayer, shown: Floats) -> None:
    """Lay a layer on what is shown (h, w, 4)."""
    rows, columns = np.nonzero(layer.heights > 0)
    x, y = (columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32)
    colours = layer.model.at(x, y)
    shown[rows, columns] = colours + (1 - colours[:, 3:] / 255) * shown[rows, columns]
