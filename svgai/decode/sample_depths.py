"""
Converts samples of any depth and colour model to 8 bits.

Deep samples keep their high byte, as in Pillow for deep colours, so that grey and colour agree, within a level of the
nearest.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.TiffImagePlugin import BITSPERSAMPLE, PHOTOMETRIC_INTERPRETATION, TiffImageFile

from svgai.errors import InvalidImage

_EIGHT_BIT_MODES = ("L", "LA", "RGB", "RGBA", "CMYK")

_ROUNDING = 1e-3
"""How far floats may exceed 0-1 by rounding errors."""


def to_eight_bits(image: Image.Image, opened: Image.Image | None = None) -> Image.Image:
    """
    An image with 8 bits per sample, in mode L, LA, RGB, RGBA or CMYK; alpha is straight.

    `image` is as Pillow opened it, or a part of `opened`, which is: a copy no longer says how many bits its samples had
    in the file.

    Raises:
        InvalidImage: samples are out of the range that is accepted.
    """
    if image.mode.startswith(("I", "F")):
        return _shallow_grey(image, opened or image)
    if image.mode in ("YCbCr", "LAB"):
        return image.convert("RGB")
    if image.mode in _EIGHT_BIT_MODES and "transparency" not in image.info:
        return image
    return image.convert("RGBA")


def _shallow_grey(image: Image.Image, opened: Image.Image) -> Image.Image:
    grey = np.asarray(image)
    levels = _float_levels(grey) if image.mode.startswith("F") else _integer_levels(grey, _bits(opened))
    # Pillow inverts white-is-zero only for samples of up to 8 bits.
    if isinstance(opened, TiffImageFile) and opened.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0:
        levels = 255 - levels
    shallow = Image.fromarray(levels)
    if "transparency" in image.info:
        opaque = np.where(grey == image.info["transparency"], 0, 255).astype(np.uint8)
        shallow.putalpha(Image.fromarray(opaque))
    return shallow


def _bits(image: Image.Image) -> int:
    """How many bits hold the range of integer samples: Pillow leaves those of 12 bits as they are."""
    return 12 if isinstance(image, TiffImageFile) and image.tag_v2.get(BITSPERSAMPLE) == (12,) else 16


def _float_levels(grey: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    values = grey.astype(np.float64)
    if not np.isfinite(values).all() or values.min() < -_ROUNDING or values.max() > 1 + _ROUNDING:
        raise InvalidImage("floating-point pixels must lie between 0 and 1")
    return np.asarray(np.rint(values.clip(0, 1) * 255), np.uint8)


def _integer_levels(grey: npt.NDArray[np.generic], bits: int) -> npt.NDArray[np.uint8]:
    wide = grey.astype(np.int64)
    if wide.min() < 0 or wide.max() > 65535:
        raise InvalidImage("grey pixels deeper than 16 bits are not accepted")
    return (wide >> (bits - 8)).astype(np.uint8)
