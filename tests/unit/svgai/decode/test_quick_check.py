"""Wrong images are found out with little work, and right ones are let through."""

import io

import numpy as np
import pytest
from PIL import Image

from svgai.decode.image_files import decode_image
from svgai.decode.image_formats import FORMATS
from svgai.decode.limits import ImageLimits
from svgai.decode.quick_check import CHECKED_BYTES, check_image
from svgai.errors import InvalidImage, SvgAiError, TooLarge, UnsupportedMediaType

pytestmark = pytest.mark.slow

LIMITS = ImageLimits(max_bytes=10_000_000, max_pixels=4_000_000)


def encoded(image: Image.Image, file_format: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format)
    return buffer.getvalue()


def noise(file_format: str) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    return encoded(Image.fromarray(pixels), file_format)


def plain(side: int) -> bytes:
    return encoded(Image.new("L", (side, side), 200), "PNG")


def fault(data: bytes) -> tuple[type[SvgAiError], str]:
    with pytest.raises(SvgAiError) as found:
        decode_image(data, max_bytes=LIMITS.max_bytes, max_pixels=LIMITS.max_pixels)
    return type(found.value), found.value.message


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("behind", [b"", b"\0\0 and more"])
def test_a_good_image_passes(file_format: str, behind: bytes) -> None:
    """So does one with something behind its end, as phones write it: it can be decoded."""
    check_image(noise(file_format) + behind, LIMITS)


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_is_cut_off_is_refused_as_its_conversion_would(file_format: str) -> None:
    """Wherever it is cut, the fault is that of decoding, word for word."""
    data = noise(file_format)
    for end in range(len(data) // 50, len(data) * 9 // 10):
        expected, message = fault(data[:end])
        with pytest.raises(expected) as found:
            check_image(data[:end], LIMITS)
        assert found.value.message == message


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"", InvalidImage),
        (b"This is a text, not an image.", InvalidImage),
        (b"<svg/>", UnsupportedMediaType),
        (plain(2001), TooLarge),
        (b"\0" * (LIMITS.max_bytes + 1), TooLarge),
    ],
)
def test_what_no_pixel_is_needed_for_is_refused(data: bytes, expected: type[SvgAiError]) -> None:
    """Nothing, no image, another format, too many pixels and too many bytes, with the words of decoding."""
    with pytest.raises(expected) as found:
        check_image(data, LIMITS)
    assert (expected, found.value.message) == fault(data)


def test_a_large_file_is_not_looked_at() -> None:
    """Whoever converts it finds out, in a process that can be ended."""
    check_image(b"\0" * (CHECKED_BYTES + 1), LIMITS)


def test_many_pixels_are_not_decoded() -> None:
    """A cut file of many pixels is left to its conversion, too."""
    cut = plain(1500)[:2500]
    assert fault(cut)[0] is InvalidImage
    check_image(cut, LIMITS)
