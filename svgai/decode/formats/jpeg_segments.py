"""The segments of a JPEG file: how many scans its first picture is made of."""

import re

from svgai.errors import InvalidImage

JPEG_START = b"\xff\xd8"

MOST_SCANS = 100
"""Encoders write up to about 20. Each is a pass over the whole picture, however few bytes it has."""

MOST_SEGMENTS = 10_000
"""Those of a profile, of metadata and between scans, together."""

_START_OF_SCAN, _END = 0xDA, 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length behind them."""

# Within the data of a scan FF is followed by 00, by a restart or by another FF.
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def check_jpeg(data: bytes) -> None:
    """
    Count the scans of a file that begins with JPEG_START, up to the end of its first picture.

    Raises:
        InvalidImage: there are more scans or segments than a picture needs.
    """
    place, scans = len(JPEG_START), 0
    for _ in range(MOST_SEGMENTS):
        found = _NEXT_MARKER.search(data, place)
        if found is None:
            return
        marker, place = data[found.end() - 1], found.end()
        if marker == _END:
            return
        if marker in _ALONE:
            continue
        place += max(2, int.from_bytes(data[place : place + 2]))
        scans += marker == _START_OF_SCAN
        if scans > MOST_SCANS:
            raise InvalidImage(f"the JPEG has more than {MOST_SCANS} scans; save it anew")
    raise InvalidImage(f"the JPEG has more than {MOST_SEGMENTS:,} segments; save it anew")
