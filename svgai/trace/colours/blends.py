"""The distance of colours from the straight lines between two others, on which anti-aliasing blends lie."""

import numpy as np

from svgai.array_types import Floats


def off_blends(colours: Floats, base: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """How far colours (n, c) lie off blends of base (n, c) with ends (n, k, c), and the shares of the ends."""
    spans = ends - base[:, None]
    offsets = (colours - base)[:, None]
    lengths = np.maximum((spans**2).sum(axis=2), 1e-3)
    shares = np.clip((spans * offsets).sum(axis=2) / lengths, 0, 1)
    misfits = np.sqrt(((offsets - shares[..., None] * spans) ** 2).sum(axis=2))
    return misfits.astype(np.float32), shares.astype(np.float32)
