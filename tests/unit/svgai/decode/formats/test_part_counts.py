"""Files of more parts than a picture needs are refused before a decoder sees them."""

import io
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from loadtests.faults.hostile_images import png, scans_jpeg, tags_tiff, transparent_gif, wide_webp
from svgai.decode.formats.gif_blocks import MOST_BLOCKS
from svgai.decode.formats.jpeg_segments import MOST_SCANS
from svgai.decode.formats.part_counts import check_part_counts
from svgai.decode.formats.webp_chunks import is_large_webp
from svgai.decode.image_files import decode_image, read_header
from svgai.errors import InvalidImage, TooLarge


def _written(image_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    Image.fromarray(noise).save(file, image_format, **options)
    return file.getvalue()


def _commented_gif() -> bytes:
    blocks = b"!\xfe" + b"\1x" * (MOST_BLOCKS + 1) + b"\0"
    gif = transparent_gif(8, 8)
    return gif[:19] + blocks + gif[19:]


def _webp_of_chunks() -> bytes:
    webp = _written("WEBP")
    return webp + b"junk\0\0\0\0" * 3_000


@pytest.mark.parametrize(
    "data",
    [
        *(_written(name) for name in ("PNG", "GIF", "TIFF", "WEBP", "BMP")),
        _written("JPEG", progressive=True),
        _written("JPEG", comment=b"\xff\xda" * 500),
        scans_jpeg(50),
        tags_tiff(100),
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"GIF89a",
        b"GIF89a" + bytes(7) + b"!",
        b"RIFF",
    ],
)
def test_what_programs_write_passes(data: bytes) -> None:
    """So does what is too short to tell; whether it is an image is not asked here."""
    check_part_counts(data)


@pytest.mark.parametrize(
    "make, what",
    [
        (lambda: scans_jpeg(MOST_SCANS), "scans"),
        (lambda: scans_jpeg(1_000)[:-2], "scans"),
        (lambda: b"\xff\xd8" + b"\xff\xe1\0\2" * 10_001, "segments"),
        (lambda: tags_tiff(5_000), "tags"),
        (_commented_gif, "blocks"),
        (_webp_of_chunks, "chunks"),
    ],
)
def test_what_is_made_to_take_long_is_refused(make: Callable[[], bytes], what: str) -> None:
    """With what there is too much of."""
    with pytest.raises(InvalidImage, match=what):
        read_header(make())


def test_a_png_of_too_many_chunks_is_refused() -> None:
    """Each would be read in Python."""
    with pytest.raises(InvalidImage, match="chunks"):
        read_header(png(4, 4, 8, 0, *[(b"teXt", b"")] * 10_001))


def test_a_png_that_cannot_hold_its_pixels_is_refused() -> None:
    """No compression makes more than a thousand bytes of one."""
    cut = png(5_000, 5_000, 8, 0)[:2_000]
    with pytest.raises(InvalidImage, match="cannot hold"):
        read_header(cut)


def test_text_does_not_grow() -> None:
    """Compressed comments are left out before anything unpacks them."""
    data = png(10, 1, 8, 0, (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(10_000_000), 9)))
    assert decode_image(data).width == 10


@pytest.mark.slow
def test_a_large_webp_is_told_by_its_header() -> None:
    """Its decoder says no more than that it has no memory."""
    assert is_large_webp(wide_webp())
    assert not is_large_webp(_written("WEBP"))
    with pytest.raises(TooLarge):
        read_header(wide_webp(), max_pixels=1_000_000)
