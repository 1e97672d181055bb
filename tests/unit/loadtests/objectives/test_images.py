"""The images that load tests send."""

from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest

from loadtests.objectives.images import LARGEST, SMALLEST, LoadImage, mixed_files, png_images, read_images
from svgai.decode.image_files import decode_image
from svgai.decode.pixels import encode_png
from svgai.errors import DatasetFault

pytestmark = pytest.mark.slow

SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M2 2h6v6h-6z" fill="#c23"/></svg>'


def test_png_images_have_one_size(tmp_path: Path) -> None:
    """The longest side is the one that was asked for."""
    (tmp_path / "a.svg").write_bytes(SQUARE)
    (image,) = (decode_image(data) for data in png_images(tmp_path, 1, side=48))
    assert (image.format, max(image.width, image.height)) == ("PNG", 48)


def test_a_folders_images_are_taken(tmp_path: Path) -> None:
    """Drawings as well as pixels, as many as can be read; of files that differ in suffix only the raster one."""
    (tmp_path / "a.svg").write_bytes(SQUARE)
    (tmp_path / "b.png").write_bytes(encode_png(np.full((20, 20, 4), 255, np.uint8)))
    (tmp_path / "b.svg").write_bytes(SQUARE)
    (tmp_path / "c.png").write_bytes(b"no image")
    images = read_images(tmp_path, 9)
    assert sorted((image.name, image.svg) for image in images) == [("a", True), ("b", False)]
    assert len(mixed_files(images, Random(1))) == 2
    assert len(read_images(tmp_path, 1)) == 1


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    """There is nothing to send."""
    with pytest.raises(DatasetFault, match="no readable SVG or raster image"):
        read_images(tmp_path, 3)
    with pytest.raises(DatasetFault, match="is not a folder"):
        read_images(tmp_path / "missing", 3)


def test_mixed_files_are_of_many_sizes_and_formats() -> None:
    """Most are PNG, half are at most 256 px, and all can be read."""
    image = LoadImage("a", SQUARE, svg=True)
    images = [decode_image(data) for data in mixed_files([image] * 150, Random(1))]
    sides = [max(image.width, image.height) for image in images]
    assert SMALLEST <= min(sides) < 90
    assert 750 < max(sides) <= LARGEST
    assert np.median(sides) == pytest.approx(256, rel=0.25)
    formats = Counter(image.format for image in images)
    assert set(formats) == {"PNG", "JPEG", "WEBP"}
    assert formats["PNG"] > 90


def test_raster_images_are_only_shrunk() -> None:
    """A small one is sent as small as it is."""
    small = LoadImage("a", encode_png(np.full((10, 16, 4), 255, np.uint8)), svg=False)
    (image,) = (decode_image(data) for data in mixed_files([small], Random(1)))
    assert (image.width, image.height) == (16, 10)
