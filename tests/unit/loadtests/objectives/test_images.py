"""The images that load tests send."""

from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest

from loadtests.objectives.images import LARGEST, SMALLEST, logos, mixed_files, png_images
from svgai.decode.image_files import decode_image
from svgai.decode.pixels import encode_png
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample

SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M2 2h6v6h-6z" fill="#c23"/></svg>'


def test_generated_images_alternate_in_type() -> None:
    """Another first seed gives others."""
    assert [sample.kind for sample in logos(None, 5)] == [*LOGO_TYPES, LOGO_TYPES[0]]
    assert logos(None, 1)[0].data != logos(None, 1, first_seed=1)[0].data


def test_png_images_have_one_size() -> None:
    """The longest side is the one that was asked for."""
    (image,) = (decode_image(data) for data in png_images(None, 1, side=48))
    assert (image.format, max(image.width, image.height)) == ("PNG", 48)


def test_a_folders_images_are_taken(tmp_path: Path) -> None:
    """Drawings as well as pixels, as many as there are."""
    (tmp_path / "a.svg").write_bytes(SQUARE)
    (tmp_path / "b.png").write_bytes(encode_png(np.full((20, 20, 4), 255, np.uint8)))
    assert sorted(sample.name for sample in logos(tmp_path, 9)) == ["a", "b"]
    assert len(mixed_files(logos(tmp_path, 9), Random(1))) == 2


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    """There is nothing to send."""
    with pytest.raises(DatasetFault):
        logos(tmp_path, 3)


def test_mixed_files_are_of_many_sizes_and_formats() -> None:
    """Most are PNG, half are at most 256 px, and all can be read."""
    sample = Sample("a", None, "a", SQUARE)
    images = [decode_image(data) for data in mixed_files([sample] * 150, Random(1))]
    sides = [max(image.width, image.height) for image in images]
    assert SMALLEST <= min(sides) < 90
    assert 750 < max(sides) <= LARGEST
    assert np.median(sides) == pytest.approx(256, rel=0.25)
    formats = Counter(image.format for image in images)
    assert set(formats) == {"PNG", "JPEG", "WEBP"}
    assert formats["PNG"] > 90


def test_raster_images_are_only_shrunk() -> None:
    """A small one is sent as small as it is."""
    small = Sample("a", None, "a", encode_png(np.full((10, 16, 4), 255, np.uint8)))
    (image,) = (decode_image(data) for data in mixed_files([small], Random(1)))
    assert (image.width, image.height) == (16, 10)
