"""Names unsupported variants of the accepted formats: unusual depths, colour models and compressions."""

import io
import struct
from collections.abc import Callable, Mapping

from PIL import TiffImagePlugin

_LOSSLESS = b"\xc3\xc7\xcb\xcf"
_HIERARCHICAL = b"\xc5\xc6\xcd\xce"
_NO_FRAMES = b"\xc4\xc8\xcc"
"""Markers among those of JPEG's frames that begin tables."""

_MOST_SEGMENTS = 1000

_UNREAD_BITS = (10, 12, 14, 16, 24, 32, 64)
_UNREAD_COMPRESSIONS = {34712: "JPEG 2000", 34887: "LERC", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL"}
_UNREAD_COLOURS = {
    4: "transparency mask",
    9: "ICC L*a*b*",
    10: "ITU L*a*b*",
    32803: "camera raw",
    32844: "LogL",
    32845: "LogLuv",
    34892: "camera raw",
}
_UNREAD_BMP = {4: "JPEG", 5: "PNG"}


def unread_variant(data: bytes) -> str | None:
    """The unsupported variant of an accepted format that a file is; None if nothing unusual is found."""
    found = (name for magic, look in _LOOKS.items() if data.startswith(magic) and (name := look(data)))
    try:
        return next(found, None)
    except (SyntaxError, ValueError, KeyError, TypeError, IndexError, OverflowError, OSError, struct.error):
        return None


def _of_png(data: bytes) -> str | None:
    return "Apple's PNG for iOS (CgBI)" if data[12:16] == b"CgBI" else None


def _of_bmp(data: bytes) -> str | None:
    inside = _UNREAD_BMP.get(int.from_bytes(data[30:34], "little"))
    return f"BMP with a {inside} inside" if inside else None


def _of_jpeg(data: bytes) -> str | None:
    """By the frame header, which has depth and method; other segments are skipped."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            return _of_frame(marker, depth=data[place + 4], components=data[place + 9])
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return None


def _of_frame(marker: int, *, depth: int, components: int) -> str | None:
    if marker in _LOSSLESS:
        return "lossless JPEG"
    if marker in _HIERARCHICAL:
        return "hierarchical JPEG"
    if depth in _UNREAD_BITS:
        return f"{depth}-bit JPEG"
    return "JPEG with 2 components" if components == 2 else None


def _of_tiff(data: bytes) -> str | None:
    tags = TiffImagePlugin.ImageFileDirectory_v2(data[:16] if data[2:4] in (b"+\0", b"\0+") else data[:8])
    file = io.BytesIO(data)
    file.seek(tags.next)
    tags.load(file)
    compression = tags.get(TiffImagePlugin.COMPRESSION, 1)
    if compression in _UNREAD_COMPRESSIONS:
        return f"TIFF with {_UNREAD_COMPRESSIONS[compression]} compression"
    colour = tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, 0)
    if colour in _UNREAD_COLOURS:
        return f"TIFF of {_UNREAD_COLOURS[colour]}"
    depths = set(tags.get(TiffImagePlugin.BITSPERSAMPLE, (1,)))
    deepest = max(depths)
    if deepest not in _UNREAD_BITS:
        return None
    is_float = set(tags.get(TiffImagePlugin.SAMPLEFORMAT, (1,))) == {3}
    samples = tags.get(TiffImagePlugin.SAMPLESPERPIXEL, 1)
    order = "big-endian" if data[:2] == b"MM" else "little-endian"
    kind = f"{deepest}-bit floating-point" if is_float else f"{deepest}-bit"
    return f"{order} {kind} TIFF with {samples} {'sample' if samples == 1 else 'samples'} per pixel"


_LOOKS: Mapping[bytes, Callable[[bytes], str | None]] = {
    b"\x89PNG": _of_png,
    b"BM": _of_bmp,
    b"\xff\xd8": _of_jpeg,
    b"II*\0": _of_tiff,
    b"MM\0*": _of_tiff,
    b"II+\0": _of_tiff,
    b"MM\0+": _of_tiff,
}
