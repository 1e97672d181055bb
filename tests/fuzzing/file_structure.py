"""Where the numbers of an image file stand, and what its parts are: chunks, segments, tags, blocks."""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass
class Structure:
    """`numbers` are (place, bytes, byte order), `parts` are (start, end)."""

    numbers: list[tuple[int, int, str]] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)


def structure_of(data: bytes) -> Structure:
    """What is found of a file, sound or not; nothing where its first bytes say nothing."""
    found = Structure()
    for start, read in _READERS.items():
        if data[: len(start)] == start:
            # It may end anywhere: what was found until then is good enough.
            with suppress(struct.error, IndexError, OverflowError):
                read(data, found)
            return found
    if len(data) > 18:  # TGA has no first bytes of its own
        found.numbers += [(place, 1, "little") for place in (0, 1, 2, 7, 16, 17)]
        found.numbers += [(place, 2, "little") for place in (3, 5, 8, 10, 12, 14)]
    return found


def with_good_checksums(data: bytes) -> bytes:
    """A PNG file whose chunks have the checksums of what they hold; other files as they are."""
    if not data.startswith(PNG_SIGNATURE):
        return data
    mended = bytearray(data)
    for start, end in _png_chunks(data):
        mended[end - 4 : end] = struct.pack(">I", zlib.crc32(data[start + 4 : end - 4]))
    return bytes(mended)


def _png_chunks(data: bytes) -> Iterator[tuple[int, int]]:
    start = len(PNG_SIGNATURE)
    while start + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, start)
        if start + 12 + length > len(data):
            return
        yield start, start + 12 + length
        start += 12 + length


def _read_png(data: bytes, found: Structure) -> None:
    found.numbers += [(16, 4, "big"), (20, 4, "big"), *((place, 1, "big") for place in range(24, 29))]
    for start, end in _png_chunks(data):
        found.numbers.append((start, 4, "big"))
        found.parts.append((start, end))


def _read_jpeg(data: bytes, found: Structure) -> None:
    place = 2
    while data[place] == 0xFF and data[place + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, place + 2)
        found.numbers += [(place + 1, 1, "big"), (place + 2, 2, "big")]
        if 0xC0 <= data[place + 1] <= 0xCF:
            found.numbers += [(place + 4, 1, "big"), (place + 9, 1, "big")]
            found.numbers += [(place + 5, 2, "big"), (place + 7, 2, "big")]
        found.parts.append((place, place + 2 + length))
        place += 2 + length
    found.parts.append((place, len(data)))


def _read_riff(data: bytes, found: Structure) -> None:
    found.numbers.append((4, 4, "little"))
    place = 12
    while place + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, place + 4)
        found.numbers += [(place + 4, 4, "little"), (place + 8, 1, "little")]
        found.numbers += [(place + offset, 3, "little") for offset in (9, 12, 15)]
        found.parts.append((place, min(len(data), place + 8 + length + length % 2)))
        place += 8 + length + length % 2


def _read_gif(data: bytes, found: Structure) -> None:
    found.numbers += [(6, 2, "little"), (8, 2, "little"), (10, 1, "little"), (11, 1, "little")]
    place = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while data[place] in b"!,":
        start = place
        if data[place] == 0x2C:
            found.numbers += [(place + offset, 2, "little") for offset in (1, 3, 5, 7)]
            found.numbers += [(place + 9, 1, "little")]
            flags = data[place + 9]
            place += 10 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            found.numbers.append((place, 1, "little"))
            place += 1
        else:
            found.numbers.append((place + 1, 1, "little"))
            place += 2
        while data[place]:
            found.numbers.append((place, 1, "little"))
            place += 1 + data[place]
        place += 1
        found.parts.append((start, place))


def _read_bmp(data: bytes, found: Structure) -> None:
    found.numbers += [(place, 4, "little") for place in (2, 10, 14, 18, 22, 30, 34, 38, 42, 46, 50)]
    found.numbers += [(26, 2, "little"), (28, 2, "little")]
    found.parts += [(0, 14), (14, 54), (54, len(data))]


def _read_tiff(data: bytes, found: Structure) -> None:
    order, sign = ("big", ">") if data[:2] == b"MM" else ("little", "<")
    big = data[2:4] in (b"\0+", b"+\0")
    place, size, width = (8, 20, "Q") if big else (4, 12, "I")
    (directory,) = struct.unpack_from(sign + width, data, place)
    found.numbers.append((place, 8 if big else 4, order))
    (count,) = struct.unpack_from(sign + ("Q" if big else "H"), data, directory)
    found.numbers.append((directory, 8 if big else 2, order))
    first = directory + (8 if big else 2)
    for entry in range(first, first + min(count, 100) * size, size):
        found.numbers += [(entry, 2, order), (entry + 2, 2, order)]
        found.numbers += [(entry + 4, 8 if big else 4, order), (entry + (12 if big else 8), 8 if big else 4, order)]
        found.parts.append((entry, entry + size))


def _read_icon(data: bytes, found: Structure) -> None:
    found.numbers.append((4, 2, "little"))
    for entry in range(6, 6 + 16 * min(data[4], 16), 16):
        found.numbers += [(entry + offset, 1, "little") for offset in (0, 1, 2)]
        found.numbers += [(entry + 6, 2, "little"), (entry + 8, 4, "little"), (entry + 12, 4, "little")]
        found.parts.append((entry, entry + 16))
        size, start = struct.unpack_from("<II", data, entry + 8)
        found.numbers += [(start + offset, 4, "little") for offset in (0, 4, 8, 16)]
        found.numbers += [(start + offset, 2, "little") for offset in (12, 14)]
        found.parts.append((start, start + size))


def _read_netpbm(data: bytes, found: Structure) -> None:
    header = data[:64].split()[:4]
    place = 0
    for token in header:
        place = data.index(token, place)
        found.parts.append((place, place + len(token)))
        place += len(token)


_READERS: Mapping[bytes, Callable[[bytes, Structure], None]] = {
    PNG_SIGNATURE: _read_png,
    b"\xff\xd8": _read_jpeg,
    b"RIFF": _read_riff,
    b"GIF8": _read_gif,
    b"BM": _read_bmp,
    b"II": _read_tiff,
    b"MM": _read_tiff,
    b"\0\0\1\0": _read_icon,
    **{f"P{kind}".encode(): _read_netpbm for kind in range(1, 7)},
}
