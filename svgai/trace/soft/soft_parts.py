"""
Splits an image into its soft part (shadows, glows, translucent shapes), which lies beneath, and its crisp part.

Over a soft shadow the edge of an opaque shape is a blend of both. So the soft part is continued beneath opaque shapes,
and subtracted from the blends (Porter and Duff 1984, Compositing digital images: `over`, solved for the top layer). The
result is a cut-out image whose edges are as sharp as on a transparent background.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Alpha, Floats, Mask, Pixels
from svgai.decode.pixels import premultiplied
from svgai.trace.colours.hidden_colours import CLEAR_TO, OPAQUE_FROM

_EDGE = np.ones((5, 5), np.uint8)  # anti-aliasing reaches two pixels from what is opaque
_HARD = 0.75  # of the step within 7 x 7 pixels, from which the one within 3 x 3 is an edge and no slope
_STEEP = 24  # levels within 3 x 3 pixels, up to which nothing is an edge
_SLOPE = 1.6  # times the least alpha within 3 x 3 pixels, up to which a pixel is on a slope
_NOTICEABLE_SHARE = 0.004
_MOST_EDGES = 0.6  # of what is soft, above which it is strokes
_EVENED = 8  # times that what lies beneath opaque shapes is evened out


@dataclass(frozen=True, eq=False)
class Parts:
    """
    `crisp`, straight-alpha pixels (h, w, 4), over `soft`, levels (h, w, 4) of colours times alpha, and alpha, known
    where `seen` (h, w) and carried on beneath what hides it. `edges` (h, w): where alpha steps rather than slopes.
    """

    crisp: Pixels
    soft: Floats
    seen: Mask
    edges: Mask

    @property
    def areas(self) -> Mask:
        """Where something soft is to be seen."""
        return np.asarray(self.seen & (self.soft[..., 3] > CLEAR_TO))


def parted(rgba: Pixels) -> Parts:
    """Part straight-alpha pixels (h, w, 4)."""
    levels, alpha = premultiplied(rgba), rgba[..., 3]
    opaque = (alpha >= OPAQUE_FROM).astype(np.uint8)
    # Close to what is opaque, too, a shadow does not fall off as fast as an edge.
    slopes = alpha <= _SLOPE * cv2.erode(alpha, np.ones((3, 3), np.uint8)).astype(np.float32)
    seen = (cv2.dilate(opaque, _EDGE) == 0) | (slopes & (alpha < OPAQUE_FROM))
    edges = _hard_edges(alpha)
    soft = seen & _with_insides((alpha > CLEAR_TO) & seen, ~edges & seen)
    beneath = np.where(soft[..., None], levels, np.float32(0))
    beneath = np.minimum(carried_on(beneath, seen), np.where(opaque[..., None], np.float32(255), levels))
    over = np.clip((levels[..., 3:] - beneath[..., 3:]) / np.maximum(255 - beneath[..., 3:], 1), 0, 1)
    over[soft] = 0
    top = levels[..., :3] - (1 - over) * beneath[..., :3]
    crisp = np.concatenate([top / np.maximum(over, 1 / 255), over * 255], axis=2)
    return Parts(np.rint(np.clip(crisp, 0, 255)).astype(np.uint8), beneath, seen, edges)


def noticeably_soft(rgba: Pixels, parts: Parts) -> bool:
    """Whether more of an image is soft than thin strokes and their anti-aliasing."""
    alpha, areas = rgba[..., 3], parts.areas
    if parts.edges[areas].sum() > _MOST_EDGES * areas.sum():
        return False
    partial = ((alpha > CLEAR_TO) & (alpha < OPAQUE_FROM)).astype(np.uint8)
    wide = cv2.erode(partial, np.ones((3, 3), np.uint8)) > 0
    return bool((wide & areas).mean() > _NOTICEABLE_SHARE)


def _hard_edges(alpha: Alpha) -> Mask:
    """Pixels (h, w) of an alpha channel where it steps, rather than slopes."""
    near, around = (
        cv2.morphologyEx(alpha, cv2.MORPH_GRADIENT, np.ones((side, side), np.uint8)).astype(np.float32)
        for side in (3, 7)
    )
    return np.asarray((near > _STEEP) & (near > _HARD * around))


def _with_insides(areas: Mask, inside: Mask) -> Mask:
    """The connected areas that have an inside: anti-aliased strokes without one are crisp, however thin."""
    _, numbers = cv2.connectedComponents(areas.astype(np.uint8), connectivity=8)
    kept = np.unique(numbers[areas & inside])
    return np.asarray(np.isin(numbers, kept) & areas)


def carried_on(values: Floats, known: Mask) -> Floats:
    """Values (h, w, c) that are smooth where they were not known."""
    filled = _filled(values, known.astype(np.float32))
    for _ in range(_EVENED):
        filled = np.where(known[..., None], values, cv2.blur(filled, (3, 3)))
    return np.asarray(filled, np.float32)


def _filled(values: Floats, weights: Floats) -> Floats:
    """Where no weight is, what the image has at a coarser scale (push-pull: Gortler et al. 1996, The lumigraph)."""
    height, width = weights.shape
    if min(height, width) < 2 or weights.all():
        return values
    half = max(width // 2, 1), max(height // 2, 1)
    coarse = cv2.resize(weights, half, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(values * weights[..., None], half, interpolation=cv2.INTER_AREA)
    means = (sums / np.maximum(coarse, np.float32(1e-6))[..., None]).astype(np.float32)
    below = _filled(means, (coarse > 0).astype(np.float32))
    above = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.where(weights[..., None] > 0, values, above), np.float32)
