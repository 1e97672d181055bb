"""Large images brought down piece by piece, as if all of their pixels were there at once."""

import io

import numpy as np
import pytest
from PIL import Image

from svgai.array_types import Pixels
from svgai.decode.image_files import opened_image, to_rgba
from svgai.decode.pixels import contrasting_ground, fit_within
from svgai.decode.shrinking import Shrunk, shrink_image


def _picture(width: int, height: int) -> Pixels:
    """Ramps of colour and opacity, and a clear corner."""
    across, down = np.linspace(0, 255, width), np.linspace(0, 255, height)
    rgba = np.empty((height, width, 4), np.uint8)
    rgba[..., 0], rgba[..., 1], rgba[..., 2] = across, down[:, None], 90
    rgba[..., 3] = np.minimum(255, across + down[:, None])
    rgba[: height // 2, : width // 2, 3] = 0
    return rgba


def _shrunk(image: Image.Image, image_format: str, **options: object) -> tuple[Shrunk, Pixels]:
    file = io.BytesIO()
    image.save(file, image_format, **options)
    data = file.getvalue()
    with opened_image(data, max_bytes=10**9, max_pixels=10**9) as opened:
        shrunk = shrink_image(opened, (96, 256))
    with opened_image(data, max_bytes=10**9, max_pixels=10**9) as opened:
        return shrunk, to_rgba(opened)


@pytest.mark.parametrize("size", [(700, 900), (1999, 311), (5000, 3), (1, 300_000), (300_000, 1), (523, 523)])
def test_it_comes_out_as_from_all_pixels(size: tuple[int, int]) -> None:
    """Within a level of area averages of the whole picture, on the same ground."""
    shrunk, whole = _shrunk(Image.fromarray(_picture(*size)), "PNG", compress_level=1)
    for picture, side in zip(shrunk.pictures, (96, 256), strict=True):
        expected = fit_within(whole, side)
        assert picture.shape == expected.shape
        seen = np.minimum(picture[..., 3], expected[..., 3]) > 8
        assert np.abs(picture.astype(int) - expected)[seen].max() <= 1
    assert shrunk.ground == contrasting_ground(whole)
    assert shrunk.size == size


@pytest.mark.parametrize("orientation, size", [(1, (700, 400)), (3, (700, 400)), (6, (400, 700)), (8, (400, 700))])
def test_it_comes_out_upright(orientation: int, size: tuple[int, int]) -> None:
    """As its EXIF block says, and so does the size that is told."""
    exif = Image.Exif()
    exif[0x112] = orientation
    shrunk, whole = _shrunk(Image.fromarray(_picture(700, 400)).convert("RGB"), "JPEG", exif=exif, quality=95)
    assert shrunk.size == size
    assert np.abs(shrunk.pictures[1].astype(int) - fit_within(whole, 256)).max() <= 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_every_kind_of_sample_is_read(mode: str) -> None:
    """Palettes, deep grey and inks as `decode_image` reads them."""
    grey = Image.fromarray(_picture(600, 500)).convert("L")
    image = Image.fromarray(np.asarray(grey, np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    shrunk, whole = _shrunk(image, "TIFF")
    assert np.abs(shrunk.pictures[1].astype(int) - fit_within(whole, 256)).max() <= 1
