"""What is said of files that Pillow does not read."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from svgai.decode.image_files import decode_image
from svgai.decode.unread_variants import unread_variant
from svgai.errors import UnsupportedMediaType
from tests.inputs.tiff_files import BITS, COLOUR, COMPRESSION, FORMAT, SAMPLES, tiff_file


def jpeg(*, marker: int = 0xC0, depth: int = 8, components: int = 1) -> bytes:
    """A JPEG whose frame header says something else."""
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "JPEG")
    data = bytearray(file.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 1], data[frame + 4], data[frame + 9] = marker, depth, components
    return bytes(data)


def bmp(compression: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, "BMP")
    data = bytearray(file.getvalue())
    data[30] = compression
    return bytes(data)


VARIANTS = [
    (jpeg(depth=12), "12-bit JPEG"),
    (jpeg(marker=0xC3), "lossless JPEG"),
    (jpeg(marker=0xC5), "hierarchical JPEG"),
    (jpeg(components=2), "JPEG with 2 components"),
    (bmp(4), "BMP with a JPEG inside"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\4CgBI\x50\0\x20\2" + bytes(40), "Apple's PNG"),
    (tiff_file(2, {BITS: [10], COLOUR: [1]}, bytes(3)), "10-bit TIFF"),
    (tiff_file(2, {BITS: [12], COLOUR: [1]}, bytes(3), ">"), "big-endian 12-bit TIFF"),
    (tiff_file(1, {BITS: [12] * 3, COLOUR: [2], SAMPLES: [3]}, bytes(5)), "12-bit TIFF with 3 samples"),
    (tiff_file(1, {BITS: [32] * 3, COLOUR: [2], SAMPLES: [3], FORMAT: [3] * 3}, bytes(12)), "32-bit floating-point"),
    (tiff_file(1, {BITS: [16], COLOUR: [1], FORMAT: [3]}, bytes(2)), "16-bit floating-point"),
    (tiff_file(1, {BITS: [8] * 3, COLOUR: [9], SAMPLES: [3]}, bytes(3)), r"ICC L\*a\*b\*"),
    (tiff_file(1, {BITS: [8], COLOUR: [1], COMPRESSION: [50001]}, bytes(9)), "TIFF with WebP compression"),
]


@pytest.mark.parametrize("data, named", VARIANTS)
def test_a_variant_is_named(data: bytes, named: str) -> None:
    """It is told what the file is, not that it was no image."""
    with pytest.raises(UnsupportedMediaType, match=named):
        decode_image(data)


@pytest.mark.parametrize("data", [b"", b"II*\0", b"\xff\xd8", b"\xff\xd8" + b"\xff" * 9, b"BM", b"hello", jpeg()])
def test_nothing_is_said_of_other_files(data: bytes) -> None:
    """Usual, damaged and foreign ones have no variant."""
    assert unread_variant(data) is None


@given(st.sampled_from([data for data, _ in VARIANTS]), st.integers(0, 200), st.binary(max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_file_makes_it_fail(start: bytes, cut: int, tail: bytes) -> None:
    """Whatever follows the first bytes, there is a name or none."""
    name = unread_variant(start[:cut] + tail)
    assert name is None or name
