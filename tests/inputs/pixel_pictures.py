"""Pictures made of pixels, which tests of squares start from."""

import cv2
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from svgai.array_types import Pixels
from tests.inputs.tracing_inputs import opaque

COLOURS = np.array(
    [(0, 0, 0, 255), (250, 240, 220, 255), (200, 30, 40, 255), (20, 90, 60, 255), (0, 0, 0, 0), (90, 20, 200, 128)],
    np.uint8,
)
"""Opaque, clear and translucent ones."""

chosen_pixels = arrays.arrays(
    np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 5)
).map(lambda chosen: COLOURS[chosen])
"""Pictures of up to 9 x 9 pixels of these colours, in any order."""


def code(text: str = "squares of one colour") -> Pixels:
    """A QR code, a pixel for each module, with a margin."""
    modules = cv2.QRCodeEncoder.create().encode(text)
    return opaque(np.pad(np.repeat(modules[..., None], 3, axis=2), ((4, 4), (4, 4), (0, 0)), constant_values=255))


def sprite(side: int = 16) -> Pixels:
    """A shaded ball of five colours cut out of a clear ground."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    shade = np.clip((x + y + side) / (2 * side) * 5, 0, 4).astype(int)
    rgba = np.array([(250, 160, 150), (220, 70, 60), (180, 30, 40), (120, 20, 40), (60, 10, 40)], np.uint8)[shade]
    return np.dstack([rgba, np.where(np.hypot(x, y) < side * 0.45, 255, 0).astype(np.uint8)])


def enlarged(rgba: Pixels, times: int) -> Pixels:
    """Every pixel a square of so many pixels."""
    return rgba.repeat(times, axis=0).repeat(times, axis=1)
