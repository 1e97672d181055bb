"""
The background of a picture: kept, made transparent, or replaced by a colour.

The background is the flat colour of most of the page's border. Pixels along an edge are blends of it with the
foreground; they get the foreground's colour, with the opacity of the blend, so that no fringe of the old background
remains on a new one. A picture without such a background, a photograph or a gradient, is not changed.
"""

import re
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np

from svgai.array_types import Mask, Pixels
from svgai.convert.hex_colours import HEX_COLOUR, rgb_of
from svgai.decode.pixels import edge_pixels, median_colour
from svgai.trace.colours.blends import off_blends

BACKGROUND_FORM = f"^(keep|remove|{HEX_COLOUR})$"
"""The form of the option: keep, remove, or a colour."""

_LEAST_SHARE = 0.5  # of the border's pixels
_BLOCK = 8  # pixels from an edge within which JPEG makes the background uneven
_NEAR = 24  # levels by which compression may change a background pixel
_LEAST_TOLERANCE = 5.0  # levels
_TOLERANCE = 4.0  # times the roughness
_MOST_UNEVEN = 6.0  # levels off the background's colour, in the mean over the border
_ROUGH_FROM = 0.5  # levels: drawn pictures have none, a JPEG of the best quality has more
_OFF_BLEND, _OFF_ROUGH_BLEND = 8.0, 24.0  # levels off the straight line between both colours


def checked_background(text: str) -> str:
    """
    The text, if it has that form.

    Raises:
        ValueError: it has not; the message names the form.
    """
    if not re.fullmatch(BACKGROUND_FORM, text):
        raise ValueError("give keep, remove, or a colour as #rgb or #rrggbb")
    return text


def with_background(rgba: Pixels, background: str) -> Pixels:
    """Straight-alpha pixels (h, w, 4) with this background: keep, remove, #rgb or #rrggbb."""
    if background == "keep":
        return rgba
    cleared = _without_ground(rgba)
    return cleared if background == "remove" else _laid_on(cleared, rgb_of(background))


@dataclass(frozen=True, eq=False)
class _FlatGround:
    """A colour (3,), and how far, in levels, pixels of it lie off the median of their neighbours."""

    colour: Pixels
    roughness: float

    def covers(self, rgba: Pixels) -> Mask:
        """The pixels (h, w) of this colour, also enclosed ones, as inside letters."""
        tolerance = min(max(_LEAST_TOLERANCE, _TOLERANCE * self.roughness), _NEAR)
        return np.asarray(_away(rgba, self.colour) <= tolerance)


def _without_ground(rgba: Pixels) -> Pixels:
    ground = _flat_ground(rgba)
    if ground is None:
        return rgba
    cleared = ground.covers(rgba)
    # Compression spreads an edge over more pixels than anti-aliasing does.
    reach, tolerance = (4, _OFF_ROUGH_BLEND) if ground.roughness > _ROUGH_FROM else (2, _OFF_BLEND)
    edges = (cv2.dilate(cleared.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8)) > 0) & ~cleared
    result = rgba.copy()
    result[cleared] = 0
    result[edges] = _unblended(rgba, edges, ground.colour, reach, tolerance)
    return result


def _flat_ground(rgba: Pixels) -> _FlatGround | None:
    """The background, if there is one. A colour of more than half of the border is also the border's median."""
    border = edge_pixels(rgba)
    near = _away(border[None], median_colour(border[:, :3]))[0] <= _NEAR
    if near.mean() <= _LEAST_SHARE:
        return None
    colour = median_colour(border[near, :3])
    if np.abs(border[near, :3].astype(np.float32) - colour).max(axis=1).mean() > _MOST_UNEVEN:
        return None
    return _FlatGround(colour, _roughness(rgba, colour))


def _roughness(rgba: Pixels, colour: Pixels) -> float:
    """
    How uneven the background is where it meets the foreground, in levels; 0 in a drawn picture.

    It is what 90 % of its pixels near an edge lie at most off the median of their neighbours: the edges of pale shapes
    lie on it.
    """
    near = (_away(rgba, colour) <= _NEAR).astype(np.uint8)
    beside = cv2.erode(near, np.ones((3, 3), np.uint8)) > cv2.erode(near, np.ones((2 * _BLOCK + 1,) * 2, np.uint8))
    off = cv2.absdiff(rgba, cv2.medianBlur(rgba, 3)).max(axis=2)[beside]
    return float(np.quantile(off, 0.9)) if len(off) else 0.0


def _away(rgba: Pixels, colour: Pixels) -> Pixels:
    """How far pixels (h, w, 4) lie off an opaque colour, in levels (h, w)."""
    return np.asarray(cv2.absdiff(rgba, np.full_like(rgba, [*colour, 255])).max(axis=2))


def _unblended(rgba: Pixels, edges: Mask, ground: Pixels, reach: int, tolerance: float) -> Pixels:
    """
    The foreground colours and shares of which the edge pixels (n, 4) are blends with the background.

    It is the colour farthest from the background, among those `reach` pixels away at most, for which the pixel lies no
    more than `tolerance` levels off a blend; failing that, the pixel's own.
    """
    rows, columns = np.nonzero(edges)
    padded = cv2.copyMakeBorder(rgba, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    own = rgba[rows, columns, :3].astype(np.float32)
    base = np.broadcast_to(ground.astype(np.float32), own.shape)
    found, farthest = own.copy(), np.linalg.norm(own - base, axis=1)
    shares = np.ones_like(farthest)
    steps = range(0, 2 * reach + 1, reach // 2)
    for down, right in product(steps, steps):
        colours = padded[rows + down, columns + right, :3].astype(np.float32)
        span = np.linalg.norm(colours - base, axis=1)
        misfits, blended = off_blends(own, base, colours[:, None])
        better = (span > farthest) & (misfits[:, 0] <= tolerance)
        found[better], farthest[better], shares[better] = colours[better], span[better], blended[better, 0]
    return np.asarray(np.rint(np.column_stack([found, 255 * shares])), np.uint8)


def _laid_on(rgba: Pixels, colour: Pixels) -> Pixels:
    weight = rgba[..., 3:].astype(np.float32) / 255
    laid = np.full_like(rgba, 255)
    laid[..., :3] = np.rint(rgba[..., :3] * weight + colour * (1 - weight))
    return laid
