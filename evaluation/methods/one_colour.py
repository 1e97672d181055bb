"""Images of one ink on a plain or transparent ground, as black-and-white tracers such as potrace need."""

from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Floats, Pixels
from svgai.decode.pixels import edge_pixels, is_opaque, median_colour

_TOLERANCE = 24.0  # levels that a colour may be off: compression and resampling change it slightly
_STRAY = 0.001  # share of pixels that may still be of another colour
_FULL = 0.9
_BETWEEN = 0.15, 0.85
_EVEN = 0.1


@dataclass(frozen=True, eq=False)
class OneColour:
    """The ink (3,), the ground (3,) or None if it is transparent, and the share of ink in each pixel (h, w)."""

    ink: Pixels
    ground: Pixels | None
    coverage: Floats


def one_colour(rgba: Pixels) -> OneColour | None:
    """
    Ink and ground of an image that has only one of each; else None.

    Pixels between both must belong to soft edges: an area of a tone between them is a third colour or a gradient.
    """
    found = _on_plain_ground(rgba[..., :3]) if is_opaque(rgba) else _on_clear_ground(rgba)
    if found is None or _has_areas_between(found.coverage):
        return None
    return found


def _on_clear_ground(rgba: Pixels) -> OneColour | None:
    inked = rgba[rgba[..., 3] >= 128][:, :3]
    if not len(inked):
        return None
    ink = median_colour(inked)
    if not _alike(inked.astype(np.float32) - ink):
        return None
    return OneColour(ink, None, np.asarray(rgba[..., 3] / 255, np.float32))


def _on_plain_ground(rgb: Pixels) -> OneColour | None:
    ground = median_colour(edge_pixels(rgb))
    steps = rgb.astype(np.float32) - ground
    sizes = np.linalg.norm(steps, axis=2)
    if sizes.max() < 2 * _TOLERANCE:
        return None
    ink = median_colour(rgb[sizes >= _FULL * sizes.max()])
    way = ink.astype(np.float32) - ground
    coverage = (steps @ way) / float(way @ way)
    if not _alike(steps - coverage[..., None] * way):
        return None
    return OneColour(ink, ground, np.asarray(np.clip(coverage, 0, 1), np.float32))


def _alike(differences: Floats) -> bool:
    return float((np.linalg.norm(differences, axis=-1) > _TOLERANCE).mean()) <= _STRAY


def _has_areas_between(coverage: Floats) -> bool:
    even = cv2.morphologyEx(coverage, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) < _EVEN
    between = (coverage > _BETWEEN[0]) & (coverage < _BETWEEN[1])
    return float((even & between).mean()) > _STRAY
