"""The sources of region maps: an image's colours, and its alpha where that needs a mask."""

import cv2
import numpy as np

from svgai.array_types import Alpha, Pixels
from svgai.decode.pixels import premultiplied, resize
from svgai.trace.colours.hidden_colours import CLEAR_TO, OPAQUE_FROM, spread, trusted_pixels
from svgai.trace.regions.region_map import HALF_OPAQUE, Source

_TRANSLUCENT_SHARE = 0.01


def sources(framed: Pixels, times: int, *, crisp: bool) -> tuple[Source, ...]:
    """
    An image's colours, none where nothing is visible, and its alpha where that needs a mask.

    Args:
        framed: straight-alpha pixels (h, w, 4), with their margin.
        times: by which they are enlarged.
        crisp: whether what is soft was taken out, so that alpha is that of edges alone.
    """
    enlarged = resize(framed, framed.shape[1] * times, framed.shape[0] * times)
    alpha = enlarged[..., 3]
    if not (alpha > (HALF_OPAQUE if crisp else CLEAR_TO)).any():
        return ()
    colours, trusted = spread(framed)
    if alpha.min() >= OPAQUE_FROM or (not crisp and is_translucent(alpha)):
        fine = enlarged_colours(colours, enlarged).astype(np.float32)
        drawn = Source(colours, trusted, colours.astype(np.float32), fine)
        return (drawn,) if alpha.min() >= OPAQUE_FROM else (drawn, _veil(framed[..., 3], alpha))
    return (Source(colours, trusted, premultiplied(framed), premultiplied(enlarged)),)


def _veil(alpha: Alpha, enlarged: Alpha) -> Source:
    """An alpha channel as the image that masks what is drawn of the colours."""
    grey, fine = grey_of(alpha), grey_of(enlarged).astype(np.float32)
    return Source(grey, np.ones(alpha.shape, bool), grey.astype(np.float32), fine, veil=True)


def is_translucent(alpha: Alpha) -> bool:
    """Whether more of an image is translucent than its anti-aliased edges, or nothing of it is more than that."""
    if alpha.max() < HALF_OPAQUE:
        return True
    partial = (alpha > CLEAR_TO) & (alpha < OPAQUE_FROM)
    return bool(cv2.erode(partial.astype(np.uint8), np.ones((5, 5), np.uint8)).mean() > _TRANSLUCENT_SHARE)


def enlarged_colours(colours: Pixels, enlarged: Pixels) -> Pixels:
    """The colours of an enlarged image, and those spread in its source where its own cannot be trusted."""
    rgb, trusted = np.ascontiguousarray(enlarged[..., :3]), trusted_pixels(enlarged[..., 3])
    if trusted.all():
        return rgb
    coarse = cv2.resize(colours, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.where(trusted[..., None], rgb, coarse)


def grey_of(levels: Alpha) -> Pixels:
    return np.repeat(levels[..., None], 3, axis=2)
