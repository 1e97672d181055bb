"""Samples of any depth and colour model to the 8 bits that everything else works on."""

import numpy as np
import numpy.typing as npt
from PIL import Image

_EIGHT_BIT_MODES = ("L", "LA", "RGB", "RGBA", "CMYK")


def to_eight_bits(image: Image.Image) -> Image.Image:
    """
    A loaded image with 8 bits per sample, in mode L, LA, RGB, RGBA or CMYK; alpha is straight.

    Raises:
        ValueError: samples are out of the range that their depth gives them.
    """
    if image.mode.startswith(("I", "F")):
        return _shallow_grey(image)
    if image.mode in ("YCbCr", "LAB"):
        return image.convert("RGB")
    if image.mode in _EIGHT_BIT_MODES and "transparency" not in image.info:
        return image
    return image.convert("RGBA")


def _shallow_grey(image: Image.Image) -> Image.Image:
    grey = np.asarray(image)
    levels = Image.fromarray(_levels(grey))
    if "transparency" in image.info:
        opaque = np.where(grey == image.info["transparency"], 0, 255).astype(np.uint8)
        levels.putalpha(Image.fromarray(opaque))
    return levels


def _levels(grey: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    """Deep grey samples to 8 bits: 16-bit integers keep their high byte, floats are taken as 0-1."""
    if np.issubdtype(grey.dtype, np.floating):
        values = grey.astype(np.float64)
        if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
            raise ValueError("floating-point pixels must lie between 0 and 1")
        return np.rint(values * 255).astype(np.uint8)
    wide = grey.astype(np.int64)
    if wide.min() < 0 or wide.max() > 65535:
        raise ValueError("grey pixels deeper than 16 bits are not accepted")
    return (wide >> 8).astype(np.uint8)
