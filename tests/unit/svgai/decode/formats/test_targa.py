"""TGA files told from other bytes."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from svgai.decode.formats.targa import is_targa
from svgai.decode.image_files import decode_image


def targa(mode: str, **options: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (20, 10), (200, 100, 50, 255)).convert(mode).save(file, "TGA", **options)
    return file.getvalue()


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("options", [{}, {"compression": "tga_rle"}])
def test_what_programs_write_is_known_and_read(mode: str, options: dict[str, str]) -> None:
    """Grey, palettes and colours, with alpha and in runs."""
    data = targa(mode, **options)
    assert is_targa(data)
    raster = decode_image(data)
    assert (raster.format, raster.width, raster.height, raster.has_alpha) == ("TGA", 20, 10, False)


@pytest.mark.parametrize(
    "place, value", [(1, 1), (1, 7), (2, 4), (2, 0), (3, 1), (7, 24), (12, 0), (16, 12), (17, 0xC0)]
)
def test_an_odd_header_is_none(place: int, value: int) -> None:
    """One field that no program writes is enough."""
    data = bytearray(targa("RGB"))
    data[place] = value
    assert not is_targa(bytes(data))


def test_a_file_that_is_too_short_for_its_pixels_is_none() -> None:
    """Bytes that look like a header are followed by pixels, or it is chance."""
    assert not is_targa(targa("RGB")[:-60])
    assert not is_targa(b"\0\0\2" + bytes(9) + b"\xff\xff\xff\xff\x18\0")


@given(st.binary(max_size=4000))
@settings(max_examples=200, deadline=None)
def test_chance_makes_no_targa(data: bytes) -> None:
    """Bytes of any kind are not taken for one."""
    assert not is_targa(b"\1\2\3" + data)
    assert not is_targa(data.replace(b"\0", b"\1"))
