"""The resolution that image files name."""

import io
import struct

import pytest
from PIL import ExifTags, Image

from svgai.decode.image_files import decode_image
from svgai.decode.image_resolution import png_resolution
from tests.inputs.png_files import chunk, damaged, png_file

PICTURE = Image.new("RGB", (8, 4), "#123456")
WIDER, LOWER = 300, 150


def file_of(file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    PICTURE.save(buffer, file_format, **options)
    return buffer.getvalue()


def exif(across: float | None = None, down: float | None = None, unit: int = 2, orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    if across and down:
        tags[ExifTags.Base.XResolution], tags[ExifTags.Base.YResolution] = across, down
        tags[ExifTags.Base.ResolutionUnit] = unit
    return tags


def png_with(*extra: bytes) -> bytes:
    return png_file((1, 1), 8, 0, b"\0\0", *extra)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "TIFF", "BMP"])
def test_files_that_name_a_resolution(file_format: str) -> None:
    """PNG, JPEG, TIFF and BMP give it in pixels an inch, but for what their whole numbers round."""
    resolution = decode_image(file_of(file_format, dpi=(WIDER, WIDER))).resolution
    assert resolution == pytest.approx((WIDER, WIDER), rel=1e-3)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "GIF", "WEBP", "TGA", "PPM"])
def test_files_that_name_none(file_format: str) -> None:
    """What a file does not say is not guessed."""
    assert decode_image(file_of(file_format)).resolution is None


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
def test_exif_names_it_where_nothing_else_does(file_format: str) -> None:
    """In inches or in centimetres."""
    assert decode_image(file_of(file_format, exif=exif(WIDER, LOWER))).resolution == (WIDER, LOWER)
    assert decode_image(file_of(file_format, exif=exif(100, 100, unit=3))).resolution == (254, 254)
    assert decode_image(file_of(file_format, exif=exif(WIDER, LOWER, unit=1))).resolution is None


def test_exif_without_a_resolution_names_none() -> None:
    """A JPEG that says which way is up has not said that it has 72 pixels an inch."""
    assert decode_image(file_of("JPEG", exif=exif())).resolution is None


def test_an_image_that_is_turned_has_its_resolution_turned() -> None:
    """Across and down are those of the upright image."""
    turned = decode_image(file_of("JPEG", exif=exif(WIDER, LOWER, orientation=6)))
    assert (turned.width, turned.resolution) == (4, (LOWER, WIDER))


def test_the_shape_of_pixels_is_no_resolution() -> None:
    """A PNG or JPEG that only says how high its pixels are for their width has no size."""
    shape = chunk(b"pHYs", struct.pack(">IIB", 4, 1, 0))
    assert decode_image(png_with(shape)).resolution is None
    assert png_resolution(b"") is None


def test_damage_and_nonsense_are_passed_over() -> None:
    """A wrong checksum, no pixels an inch or millions of them: the picture is read, its resolution is not known."""
    named = chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))
    assert decode_image(png_with(named)).resolution == pytest.approx((300, 300), rel=1e-4)
    for extra in (damaged(named), chunk(b"pHYs", b"short"), *(
        chunk(b"pHYs", struct.pack(">IIB", count, 11811, 1)) for count in (0, 1, 2**31)
    )):  # fmt: skip
        assert decode_image(png_with(extra)).resolution is None
