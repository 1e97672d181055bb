"""
Cheap checks of an image: a broken one is rejected before it queues for conversion.

Damage in the middle of a file, and any error in a large one, is found when it is decoded.
"""

from collections.abc import Callable, Mapping

from svgai.decode.image_files import decode_image, read_header
from svgai.decode.limits import ImageLimits

CHECKED_BYTES = 1_000_000
"""Larger files are not checked: a malicious one takes seconds to open."""

DECODED_PIXELS = 2_000_000
"""Most pixels of a file that is decoded to check it; they take some ten milliseconds."""

_ENDS: Mapping[str, Callable[[bytes], bool]] = {
    "PNG": lambda data: data.endswith(b"IEND\xaeB`\x82"),
    "JPEG": lambda data: data.endswith(b"\xff\xd9"),
    "WEBP": lambda data: len(data) >= int.from_bytes(data[4:8], "little") + 8,
    "BMP": lambda data: len(data) >= int.from_bytes(data[2:6], "little"),
}
"""Whether a file ends with its format's end marker. A TIFF has none, and a GIF's may also occur in its pixels."""


def check_image(data: bytes, limits: ImageLimits) -> None:
    """
    Check an image file in at most some ten milliseconds.

    A file without its format's end marker is decoded: most are cut off, but some have trailing data.

    Raises:
        InvalidImage, TooLarge, UnsupportedMediaType: as decode_image would.
    """
    if CHECKED_BYTES < len(data) <= limits.max_bytes:
        return
    header = read_header(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
    ends = _ENDS.get(header.format)
    if header.pixels <= DECODED_PIXELS and not (ends and ends(data)):
        decode_image(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
