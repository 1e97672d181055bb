"""
The chunks of a PNG file: those passed on to Pillow, and those that define its colours.

Ancillary chunks are left out where their checksum is wrong, as libpng does, and where they do not change the picture:
Pillow rejects a file for an error in any of them.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from svgai.errors import InvalidImage

SIGNATURE = b"\x89PNG\r\n\x1a\n"

COLOUR_CHUNKS = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
_DENSITY_CHUNK = b"pHYs"
_TOLD = (*COLOUR_CHUNKS, _DENSITY_CHUNK)

MAX_CHUNKS = 10_000
"""Ordinary files have a few hundred, malicious ones a million."""

_MOST_EXIF_BYTES = 65_536
"""As many as a JPEG can hold; Pillow reads each of their tags in Python."""

_MOST_INFLATED = 1032
"""Largest expansion by deflate: a match of 258 bytes takes two bits."""

# Some programs write the orientation into a text chunk.
_TEXTS_OF_ORIENTATION = (b"XML:com.adobe.xmp", b"Raw profile type exif", b"Raw profile type APP1")

_GREY, _TRUE_COLOUR = 0, 2
_SAMPLES = {_GREY: 1, _TRUE_COLOUR: 3, 3: 1, 4: 2, 6: 4}
_LEAST_KEY_BYTES = {_GREY: 2, _TRUE_COLOUR: 6}
"""What tRNS needs to name one sample of these colour types."""


@dataclass(frozen=True)
class PngChunks:
    """
    `file` is for Pillow; `colours` has the contents of those of COLOUR_CHUNKS that precede the pixels, and `density`
    those of pHYs, if any. `can_be_whole`: whether there are at least as many bytes as the pixels need.
    """

    file: bytes
    colours: Mapping[bytes, bytes]
    colour_type: int
    density: bytes = b""
    can_be_whole: bool = True


class _Chunk(NamedTuple):
    name: bytes
    contents: memoryview
    whole: memoryview

    @property
    def is_critical(self) -> bool:
        return self.name[:1].isupper()

    @property
    def is_sound(self) -> bool:
        return zlib.crc32(self.whole[4:-4]) == int.from_bytes(self.whole[-4:])


def read_chunks(data: bytes) -> PngChunks:
    """
    Sort out the chunks of a file that begins with SIGNATURE; what follows the last complete one is left to Pillow.

    Raises:
        InvalidImage: there are more chunks than MAX_CHUNKS.
    """
    view = memoryview(data)
    kept, told = [view[: len(SIGNATURE)]], dict[bytes, bytes]()
    depth, colour_type, in_pixels, is_changed, read = 0, 0, False, False, len(SIGNATURE)
    least_pixel_bytes = 0
    for number, chunk in enumerate(_chunks(view)):
        if number >= MAX_CHUNKS:
            raise InvalidImage(f"the PNG has more than {MAX_CHUNKS:,} chunks; save it anew")
        read += len(chunk.whole)
        if chunk.name == b"IHDR" and len(chunk.contents) > 9:
            depth, colour_type = chunk.contents[8], chunk.contents[9]
            least_pixel_bytes = _sample_bytes(chunk.contents, depth, colour_type) // _MOST_INFLATED
        in_pixels = in_pixels or chunk.name == b"IDAT"
        seen = _for_pillow(chunk, depth, colour_type)
        kept.append(seen)
        is_changed = is_changed or seen is not chunk.whole
        if chunk.name in _TOLD and not in_pixels and chunk.is_sound:
            told.setdefault(chunk.name, bytes(chunk.contents))
    density = told.pop(_DENSITY_CHUNK, b"")
    file = b"".join([*kept, view[read:]]) if is_changed else data
    return PngChunks(file, told, colour_type, density, can_be_whole=len(data) >= least_pixel_bytes)


def _chunks(view: memoryview) -> Iterator[_Chunk]:
    """Chunks up to IEND, to the end, or to where a length or a name cannot be one."""
    start, name = len(SIGNATURE), b""
    while name != b"IEND" and start + 12 <= len(view):
        length, name = struct.unpack_from(">I4s", view, start)
        end = start + 12 + length
        if end > len(view) or not name.isalpha():
            return
        yield _Chunk(name, view[start + 8 : end - 4], view[start:end])
        start = end


def _sample_bytes(header: memoryview, depth: int, colour_type: int) -> int:
    """What the samples of all pixels take, without the filters of rows; 0 for a colour type that there is not."""
    width, height = struct.unpack_from(">II", header)
    return int(width) * int(height) * depth * _SAMPLES.get(colour_type, 0) // 8


def _for_pillow(chunk: _Chunk, depth: int, colour_type: int) -> memoryview:
    """A chunk as it is passed on to Pillow; empty if it is not."""
    if chunk.is_critical:
        return chunk.whole
    tells_orientation = chunk.name == b"eXIf" or bytes(chunk.contents[:22]).startswith(_TEXTS_OF_ORIENTATION)
    if tells_orientation and len(chunk.contents) <= _MOST_EXIF_BYTES and chunk.is_sound:
        return chunk.whole
    if chunk.name == b"tRNS" and chunk.is_sound and len(chunk.contents) >= _LEAST_KEY_BYTES.get(colour_type, 0):
        return _eight_bit_key(chunk) if (depth, colour_type) == (16, _TRUE_COLOUR) else chunk.whole
    return memoryview(b"")


def _eight_bit_key(chunk: _Chunk) -> memoryview:
    """The transparent colour of a 16-bit file, which Pillow compares after reduction to 8 bits."""
    key = b"tRNS" + struct.pack(">3H", *(level >> 8 for level in struct.unpack_from(">3H", chunk.contents)))
    return memoryview(struct.pack(">I", 6) + key + struct.pack(">I", zlib.crc32(key)))
