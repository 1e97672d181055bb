"""Windows icons: which of their pictures is taken, and how."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from svgai.decode.formats.icons import ICON_START, largest_picture
from svgai.decode.image_files import decode_image, read_header
from svgai.errors import InvalidImage, TooLarge, UnsupportedMediaType
from tests.inputs.png_files import png_file

RED = (200, 10, 30, 255)


def icon(*sides: int, kind: str = "png", colour: tuple[int, ...] = RED) -> bytes:
    file = io.BytesIO()
    largest = Image.new("RGBA", (max(sides), max(sides)), colour)
    largest.save(file, "ICO", sizes=[(side, side) for side in sides], bitmap_format=kind)
    return file.getvalue()


def icon_of(picture: bytes, side: int, bits: int = 32) -> bytes:
    """An icon whose directory says what it likes of its one picture."""
    return ICON_START + b"\1\0" + struct.pack("<BBBBHHII", side, side, 0, 0, 1, bits, len(picture), 22) + picture


def bitmap(width: int, height: int, bits: int, rows: bytes) -> bytes:
    """A bitmap of an icon: its header tells twice the height, and a mask follows the pixels."""
    return struct.pack("<IiiHHIIiiII", 40, width, 2 * height, 1, bits, 0, 0, 0, 0, 0, 0) + rows


@pytest.mark.parametrize("kind", ["png", "bmp"])
def test_the_largest_picture_is_taken(kind: str) -> None:
    """Its pixels come out, written either way."""
    raster = decode_image(icon(16, 256, 32, kind=kind))
    assert (raster.format, raster.width, raster.height) == ("ICO", 256, 256)
    assert raster.rgba[100, 100].tolist() == list(RED)
    assert read_header(icon(16, 48, kind=kind)).width == 48


def test_alpha_is_kept() -> None:
    """Half a level of red stays half."""
    for kind in ("png", "bmp"):
        assert decode_image(icon(32, kind=kind, colour=(255, 0, 0, 128))).rgba[5, 5].tolist() == [255, 0, 0, 128]


def test_a_mask_counts_where_alpha_is_empty() -> None:
    """Old programs write 32 bits with no alpha, and say by a mask what is clear."""
    rows = bytes((30, 10, 200, 0)) * 4
    mask = b"\x80\0\0\0\0\0\0\0"
    rgba = decode_image(icon_of(bitmap(2, 2, 32, rows + mask), 2)).rgba
    assert rgba[..., 3].tolist() == [[255, 255], [0, 255]]
    assert rgba[0, 0, :3].tolist() == [200, 10, 30]


def test_the_bitmap_itself_tells_its_size() -> None:
    """A directory that tells another one is not believed."""
    rows = bytes((30, 10, 200, 255)) * 4 + bytes(8)
    assert decode_image(icon_of(bitmap(2, 2, 32, rows), 16)).rgba.shape == (2, 2, 4)


def test_limits_hold_for_what_is_inside() -> None:
    """A huge picture in a small icon is refused by its header."""
    bomb = png_file((60_000, 60_000), 8, 6, bytes(100))
    with pytest.raises(TooLarge):
        decode_image(icon_of(bomb, 16))
    with pytest.raises(UnsupportedMediaType, match="60000"):
        decode_image(icon_of(bitmap(60_000, 60_000, 32, bytes(100)), 16))
    with pytest.raises(TooLarge):
        decode_image(icon(256, kind="bmp"), max_pixels=1000)


@pytest.mark.parametrize(
    "data",
    [
        ICON_START,
        ICON_START + b"\0\0",
        ICON_START + b"\xff\xff" + bytes(100),
        icon(32, kind="bmp")[:200],
        icon(32, kind="png")[:40],
        icon_of(b"no picture at all" * 4, 16),
    ],
)
def test_broken_icons_are_refused(data: bytes) -> None:
    """Without a whole picture there is no image."""
    with pytest.raises((InvalidImage, UnsupportedMediaType)):
        decode_image(data)


def test_a_png_inside_is_handed_on_as_it_is() -> None:
    """So that its colours and its limits are looked after as those of any PNG."""
    picture = largest_picture(icon(64))
    assert np.array_equal(decode_image(picture).rgba, decode_image(icon(64)).rgba)
    assert decode_image(picture).format == "PNG"
