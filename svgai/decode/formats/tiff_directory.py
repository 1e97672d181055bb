"""The first directory of a TIFF file: how many tags it has, and how many strips or tiles."""

import struct

from svgai.errors import InvalidImage

TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

MOST_TAGS = 500
"""Programs write up to about a hundred; Pillow reads each in Python."""

MOST_STRIPS = 100_000
"""One for every row of the tallest picture that programs write."""

_OFFSETS = frozenset({273, 324})


def check_tiff(data: bytes) -> None:
    """
    Check the first directory of a file that begins with one of TIFF_STARTS.

    Raises:
        InvalidImage: it has more tags, strips or tiles than a picture needs.
    """
    order = "<" if data.startswith(b"II") else ">"
    is_big = 43 in data[2:4]
    head, number, entry = (
        (f"{order}8xQ", f"{order}Q", f"{order}HHQ8x") if is_big else (f"{order}4xI", f"{order}H", f"{order}HHI4x")
    )
    try:
        (start,) = struct.unpack_from(head, data)
        (count,) = struct.unpack_from(number, data, start)
    except struct.error:
        return
    if count > MOST_TAGS:
        raise InvalidImage(f"the TIFF has {count:,} tags; at most {MOST_TAGS} are accepted")
    first = start + struct.calcsize(number)
    entries = data[first : first + count * struct.calcsize(entry)]
    whole = len(entries) - len(entries) % struct.calcsize(entry)
    for tag, _, values in struct.iter_unpack(entry, entries[:whole]):
        if tag in _OFFSETS and values > MOST_STRIPS:
            raise InvalidImage(f"the TIFF has {values:,} strips or tiles; at most {MOST_STRIPS:,} are accepted")
