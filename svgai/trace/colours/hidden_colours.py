"""Colours for transparent pixels, whose stored colours are meaningless."""

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import Alpha, Mask, Pixels

OPAQUE_FROM = 250
"""Alpha from which a pixel is visually opaque."""

CLEAR_TO = 5
"""Alpha up to which a pixel is visually transparent."""

_TRUSTED_FROM, _EVEN = 48, 40


def trusted_pixels(alpha: Alpha) -> Mask:
    """Pixels (h, w) whose colour is the image's own: opaque, or evenly translucent; failing these, the most opaque."""
    window = np.ones((3, 3), np.uint8)
    least, most = cv2.erode(alpha, window), cv2.dilate(alpha, window)
    trusted = (alpha >= OPAQUE_FROM) | ((least >= _TRUSTED_FROM) & (most - least <= _EVEN))
    return np.asarray(trusted if trusted.any() else alpha >= alpha.max())


def spread(rgba: Pixels) -> tuple[Pixels, Mask]:
    """Colours (h, w, 3) in which pixels that are not trusted have that of the nearest one that is; the trusted ones."""
    trusted = trusted_pixels(rgba[..., 3])
    if trusted.all():
        return np.ascontiguousarray(rgba[..., :3]), trusted
    return from_nearest(rgba[..., :3], trusted), trusted


def from_nearest(values: npt.NDArray[np.uint8], known: Mask) -> npt.NDArray[np.uint8]:
    """Values, (h, w) or (h, w, c), in which pixels that are not known have that of the nearest one that is."""
    _, labels = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    of_label = np.zeros((int(labels.max()) + 1, *values.shape[2:]), np.uint8)
    of_label[labels[known]] = values[known]
    return np.asarray(of_label[labels], np.uint8)
