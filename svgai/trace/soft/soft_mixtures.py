"""
Splits a soft area in which two colours meet into two overlapping soft shapes of one colour each.

Every colour in it is a mixture of the two that lie farthest apart, by shares that are smooth: each share is a shape
with levels of its own, and where they meet neither has an edge.
"""

import cv2
import numpy as np

from svgai.array_types import Floats, Mask

_TELLING = 0.25  # of the strongest alpha, from which a pixel's colour can be told
_EXTREMES = (3, 97)  # percentiles
_MOST_BETWEEN = 0.4  # of the pixels, that are nearer to the middle between both colours than to either
_SAME_COLOUR = 8.0  # levels, times alpha, between the colours


def parted_colours(levels: Floats, area: Mask) -> list[Floats]:
    """
    The shapes, the lower first, each like the given levels: those themselves where there is one colour.

    Args:
        levels: colours times alpha, and alpha (h, w, 4), 0-255.
        area: the pixels (h, w) that they are of.
    """
    alpha = levels[..., 3]
    strongest = float(alpha[area].max())
    telling = area & (alpha >= max(_TELLING * strongest, 1))
    colours = levels[telling, :3] / alpha[telling, None]
    middle = colours.mean(axis=0)
    way = np.linalg.eigh(np.cov(colours.T.astype(np.float64)))[1][:, -1] if len(colours) > 1 else np.zeros(3)
    low, high = np.percentile((colours - middle) @ way, _EXTREMES)
    if (high - low) * strongest <= _SAME_COLOUR:
        return [levels]
    between = np.abs((colours - middle) @ way - (low + high) / 2) < (high - low) / 4
    if between.mean() > _MOST_BETWEEN:
        return [levels]  # a colour that changes evenly is a gradient
    lower, upper = np.clip([middle + low * way, middle + high * way], 0, 1).astype(np.float32)
    apart = upper - lower
    share = ((levels[..., :3] - alpha[..., None] * lower) @ apart) / max(float(apart @ apart), 1e-6)
    above = np.clip(cv2.blur(share.astype(np.float32), (3, 3)), 0, alpha)
    beneath = np.clip((alpha - above) / np.maximum(1 - above / 255, 1e-3), 0, 255)
    return [_shape(beneath, lower), _shape(above, upper)]


def _shape(alpha: Floats, colour: Floats) -> Floats:
    return np.concatenate([alpha[..., None] * colour, alpha[..., None]], axis=2).astype(np.float32)
