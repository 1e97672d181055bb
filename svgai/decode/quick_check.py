"""
Cheap checks of an image: a broken one is refused before it waits for its conversion.

Damage in the middle of a file, and anything wrong with a large one, is left to whoever decodes it.
"""

from collections.abc import Callable, Mapping

from svgai.decode.image_files import decode_image, read_header
from svgai.decode.limits import ImageLimits

CHECKED_BYTES = 1_000_000
"""Larger files are not looked at: one that is made for it takes seconds to open."""

DECODED_PIXELS = 2_000_000
"""Most pixels of a file that is decoded to see whether it is whole; they take some ten milliseconds."""

_ENDS: Mapping[str, Callable[[bytes], bool]] = {
    "PNG": lambda data: data.endswith(b"IEND\xaeB`\x82"),
    "JPEG": lambda data: data.endswith(b"\xff\xd9"),
    "WEBP": lambda data: len(data) >= int.from_bytes(data[4:8], "little") + 8,
    "BMP": lambda data: len(data) >= int.from_bytes(data[2:6], "little"),
}
"""Whether a file ends as its format does. A TIFF has no end of its own, and a GIF one that its pixels may look like."""


def check_image(data: bytes, limits: ImageLimits) -> None:
    """
    Look at an image file for at most some ten milliseconds.

    A file that does not end as its format does is decoded: most are cut off, but some have something behind their end.

    Raises:
        InvalidImage, TooLarge, UnsupportedMediaType: as decode_image would.
    """
    if CHECKED_BYTES < len(data) <= limits.max_bytes:
        return
    header = read_header(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
    ends = _ENDS.get(header.format)
    if header.pixels <= DECODED_PIXELS and not (ends and ends(data)):
        decode_image(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
