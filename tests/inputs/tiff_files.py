"""TIFF files made by hand, for what Pillow reads but does not write."""

import struct
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, BITS, COMPRESSION, COLOUR, SAMPLES, FORMAT = 256, 257, 258, 259, 262, 277, 339
_PLACE, _LENGTH = 273, 279
_SHORT = 3


def tiff_file(width: int, tags: Mapping[int, Sequence[int]], strip: bytes, order: str = "<") -> bytes:
    """A file of one row; all tags hold 16-bit integers, `order` is that of struct."""
    values = {WIDTH: [width], HEIGHT: [1], COMPRESSION: [1], SAMPLES: [1], _PLACE: [0], _LENGTH: [len(strip)], **tags}
    longs_at = 8 + 2 + 12 * len(values) + 4
    longs, entries = b"", b""
    for tag, numbers in sorted(values.items()):
        if tag == _PLACE:
            numbers = [longs_at + sum(2 * len(others) for others in values.values() if len(others) > 2)]  # noqa: PLW2901
        data = struct.pack(f"{order}{len(numbers)}H", *numbers)
        if len(data) > 4:
            data, longs = struct.pack(f"{order}I", longs_at + len(longs)), longs + data
        entries += struct.pack(f"{order}HHI", tag, _SHORT, len(numbers)) + data.ljust(4, b"\0")
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(values))
    return start + entries + bytes(4) + longs + strip
