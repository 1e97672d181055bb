"""How many parts an image file may have: counted before decoding, in a fraction of its time."""

from collections.abc import Callable, Mapping

from svgai.decode.formats.gif_blocks import GIF_STARTS, check_gif
from svgai.decode.formats.jpeg_segments import JPEG_START, check_jpeg
from svgai.decode.formats.tiff_directory import TIFF_STARTS, check_tiff
from svgai.decode.formats.webp_chunks import WEBP_START, check_webp

_CHECKS: Mapping[bytes, Callable[[bytes], None]] = {
    JPEG_START: check_jpeg,
    WEBP_START: check_webp,
    **dict.fromkeys(GIF_STARTS, check_gif),
    **dict.fromkeys(TIFF_STARTS, check_tiff),
}


def check_part_counts(data: bytes) -> None:
    """
    Reject a file of more scans, blocks, tags or chunks than a picture needs; those of PNG are counted as they are read.

    Raises:
        InvalidImage: naming what there are too many of.
    """
    for start, check in _CHECKS.items():
        if data.startswith(start):
            check(data)
            return
