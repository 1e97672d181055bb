"""The resolution in an image file: PNG's pHYs, JFIF, EXIF, TIFF and BMP."""

import math
import struct
from typing import NamedTuple

from PIL import ExifTags, Image

_METRE, _CENTIMETRE = 0.0254, 2.54  # inches times pixels an inch
_INCH_UNIT, _CENTIMETRE_UNIT = 2, 3  # of EXIF and TIFF
_METRE_UNIT = 1  # of pHYs
_LEAST, _MOST = 10.0, 10_000.0  # pixels an inch; values outside are ignored
_EXIF = ExifTags.Base


class Resolution(NamedTuple):
    """Pixels an inch, across and down."""

    across: float
    down: float


def png_resolution(density: bytes) -> Resolution | None:
    """The resolution of a pHYs chunk; None if it only gives the shape of pixels."""
    if len(density) != 9:
        return None
    across, down, unit = struct.unpack(">IIB", density)
    return _sensible(across * _METRE, down * _METRE) if unit == _METRE_UNIT else None


def resolution_of(image: Image.Image) -> Resolution | None:
    """
    The resolution of an opened file; None without a valid one. For a PNG, `info` has its pHYs.

    Raises:
        ValueError, OSError, and what else Pillow's readers of EXIF raise: the EXIF block is damaged.
    """
    # For a JPEG whose EXIF block has no resolution Pillow reports 72.
    if image.format not in {"JPEG", "MPO"} or image.info.get("jfif_unit") in {1, 2}:
        named = image.info.get("dpi")
        return _sensible(*map(float, named)) if named else _exif_resolution(image)
    return _exif_resolution(image)


def _exif_resolution(image: Image.Image) -> Resolution | None:
    exif = image.getexif()
    across, down = exif.get(_EXIF.XResolution), exif.get(_EXIF.YResolution)
    unit = exif.get(_EXIF.ResolutionUnit, _INCH_UNIT)
    if across is None or down is None or unit not in {_INCH_UNIT, _CENTIMETRE_UNIT}:
        return None
    inches = _CENTIMETRE if unit == _CENTIMETRE_UNIT else 1.0
    return _sensible(float(across) * inches, float(down) * inches)


def _sensible(across: float, down: float) -> Resolution | None:
    fits = all(math.isfinite(value) and _LEAST <= value <= _MOST for value in (across, down))
    return Resolution(across, down) if fits else None
