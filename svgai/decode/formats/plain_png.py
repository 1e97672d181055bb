"""Whether a file is a small PNG of the simplest kind, whose header proves that it is cheap to decode."""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from svgai.decode.formats.png_chunks import SIGNATURE

MOST_PIXELS = 262_144
MOST_BYTES = 400_000

_MOST_CHUNKS = 100
_HEADER = struct.Struct(">IIBBBBB")
_COLOUR_TYPES = frozenset({0, 2, 3, 4, 6})
_HARMLESS = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB", b"cHRM", b"pHYs", b"bKGD", b"tIME"}
)
"""No profile, no EXIF block, no text: only pixel data is parsed."""


class Contents(Protocol):
    """The bytes of a file, of which only slices with a beginning and an end are read."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...


def is_plain_png(data: Contents, max_pixels: int = MOST_PIXELS) -> bool:
    """
    Whether it has 8 bits a sample, no interlacing, few pixels, and no chunk but those of pixels and colours.

    None is with more than `max_pixels`, or than MOST_PIXELS.
    """
    if not 33 <= len(data) <= MOST_BYTES or data[0:8] != SIGNATURE or data[12:16] != b"IHDR":
        return False
    width, height, depth, colour_type, *methods = _HEADER.unpack(data[16:29])
    if (
        depth != 8
        or colour_type not in _COLOUR_TYPES
        or any(methods)
        or not 0 < width * height <= min(MOST_PIXELS, max_pixels)
    ):
        return False
    names = list(islice(_names(data), _MOST_CHUNKS + 1))
    return len(names) <= _MOST_CHUNKS and names[-1:] == [b"IEND"] and _HARMLESS.issuperset(names)


def pixels_of(data: bytes) -> int:
    """The number of pixels of a file that `is_plain_png`."""
    width, height, *_ = _HEADER.unpack_from(data, 16)
    return int(width * height)


def _names(data: Contents) -> Iterator[bytes]:
    place = len(SIGNATURE)
    while place + 12 <= len(data):
        head = data[place : place + 8]
        length = int.from_bytes(head[:4])
        if place + 12 + length > len(data):
            return
        yield head[4:]
        place += 12 + length
