"""Deep samples, and colour models other than RGB, to 8 bits."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from PIL import Image

from svgai.decode.sample_depths import to_eight_bits
from svgai.errors import InvalidImage
from tests.inputs.tiff_files import BITS, COLOUR, COMPRESSION, FORMAT, SAMPLES, tiff_file

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, CMYK, LAB = [0], [1], [2], [5], [8]
TWELVE_BITS = bytes.fromhex("000 800 FFF 123".replace(" ", ""))
FLOATS = {BITS: [32], FORMAT: [3]}


def opened(width: int, tags: Mapping[int, Sequence[int]], strip: bytes, order: str = "<") -> Image.Image:
    return Image.open(io.BytesIO(tiff_file(width, tags, strip, order)))


def levels(image: Image.Image) -> list[object]:
    return list(np.asarray(to_eight_bits(image).convert("RGB"))[0].tolist())


@pytest.mark.parametrize("compression", [1, 8])
def test_twelve_bits_reach_from_black_to_white(compression: int) -> None:
    """Their range is 0-4095, packed or compressed."""
    strip = TWELVE_BITS if compression == 1 else zlib.compress(TWELVE_BITS)
    image = opened(4, {BITS: [12], COLOUR: BLACK_IS_ZERO, COMPRESSION: [compression]}, strip)
    assert levels(image) == [[level] * 3 for level in (0, 128, 255, 0x12)]


@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bits_keep_their_high_byte(order: str) -> None:
    """Grey as colour, in both byte orders."""
    strip = struct.pack(f"{order}3H", 0x1234, 0x80FF, 0xFFFF)
    grey = opened(3, {BITS: [16], COLOUR: BLACK_IS_ZERO}, strip, order)
    colour = opened(1, {BITS: [16] * 3, COLOUR: RGB, SAMPLES: [3]}, strip, order)
    assert levels(grey) == [[0x12] * 3, [0x80] * 3, [0xFF] * 3]
    assert levels(colour) == [[0x12, 0x80, 0xFF]]


def test_white_may_be_zero() -> None:
    """Deep grey is turned over as grey of 8 bits is."""
    for tags, strip in (({BITS: [16]}, struct.pack("<2H", 0, 65535)), (FLOATS, struct.pack("<2f", 0, 1))):
        assert levels(opened(2, {**tags, COLOUR: WHITE_IS_ZERO}, strip)) == [[255] * 3, [0] * 3]


def test_floats_are_taken_as_black_to_white() -> None:
    """From 0 to 1, but for the rounding of whoever wrote them."""
    strip = struct.pack("<4f", 0, 0.5, 1.0000001, -1e-6)
    assert levels(opened(4, {**FLOATS, COLOUR: BLACK_IS_ZERO}, strip)) == [[0] * 3, [128] * 3, [255] * 3, [0] * 3]


@pytest.mark.parametrize("value", [1.5, 255, -0.1, float("nan"), float("inf")])
def test_other_floats_are_refused(value: float) -> None:
    """What range they are in is not guessed."""
    with pytest.raises(InvalidImage, match="between 0 and 1"):
        to_eight_bits(opened(1, {**FLOATS, COLOUR: BLACK_IS_ZERO}, struct.pack("<f", value)))


def test_cielab_gives_its_colours() -> None:
    """Black, white, and a red whose a and b are told as signed numbers, as sRGB shows them."""
    strip = bytes((0, 0, 0, 255, 0, 0, 136, 81, 70))
    found = levels(opened(3, {BITS: [8] * 3, COLOUR: LAB, SAMPLES: [3]}, strip))
    assert np.abs(np.array(found) - [[0, 0, 0], [255, 255, 255], [254, 0, 0]]).max() <= 5


def test_deep_inks_stay_inks() -> None:
    """Four samples of 16 bits are CMYK with 8."""
    image = to_eight_bits(opened(1, {BITS: [16] * 4, COLOUR: CMYK, SAMPLES: [4]}, struct.pack("<4H", 0, 65535, 258, 0)))
    assert (image.mode, image.getpixel((0, 0))) == ("CMYK", (0, 255, 1, 0))
