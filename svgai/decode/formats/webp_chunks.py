"""The chunks of a WebP file: how many there are."""

import struct

from svgai.errors import InvalidImage

WEBP_START = b"RIFF"

MOST_CHUNKS = 2_000
"""Those of a picture are about five, those of an animation one for each frame: all are parsed before the first."""

_CHUNK = struct.Struct("<4sI")
_FIRST = 12
_LARGE = 8_000_000


def is_large_webp(data: bytes) -> bool:
    """Whether a WebP decoder may run out of memory for so many pixels; its error does not say so."""
    if data[12:16] == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return data.startswith(WEBP_START) and width * height > _LARGE


def check_webp(data: bytes) -> None:
    """
    Count the chunks of a file that begins with WEBP_START.

    Raises:
        InvalidImage: there are more than a picture or a sensible animation has.
    """
    place, chunks = _FIRST, 0
    while place + _CHUNK.size <= len(data):
        _, size = _CHUNK.unpack_from(data, place)
        place += _CHUNK.size + size + size % 2
        chunks += 1
        if chunks > MOST_CHUNKS:
            raise InvalidImage(f"the WebP has more than {MOST_CHUNKS:,} chunks; save it as one picture")
