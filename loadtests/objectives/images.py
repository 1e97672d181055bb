"""The images of load tests, from a folder: PNG files of one size, or a realistic mix of files."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image

from svgai.array_types import Pixels
from svgai.decode.image_files import decode_image
from svgai.decode.image_folders import image_paths
from svgai.decode.pixels import composite, encode_png, fit_within
from svgai.errors import DatasetFault, SvgAiError
from svgai.measure.svg_size import drawn

SMALLEST, LARGEST = 64, 1024
"""Longest sides of mixed files in pixels."""

_FORMATS, _SHARES = ("PNG", "JPEG", "WEBP"), (75, 15, 10)


@dataclass(frozen=True)
class LoadImage:
    """An encoded image file of a folder; `svg`: it is an SVG."""

    name: str
    data: bytes
    svg: bool

    def rgba(self, longest: int) -> Pixels:
        """
        Its pixels, (H, W, 4): an SVG rendered at `longest` pixels, anything else at its own size.

        Raises:
            SvgAiError: The file is no image, or an SVG that cannot be rendered.
        """
        if not self.svg:
            return decode_image(self.data).rgba
        return drawn(self.data.decode("utf-8", errors="replace"), longest)


def read_images(folder: Path, count: int) -> list[LoadImage]:
    """
    SVG and raster files of a folder and its subfolders, in the order of their names' hashes.

    Args:
        folder: Of files that differ only in suffix the raster one is used; hidden ones are skipped.
        count: Number of images; fewer if the folder has fewer readable ones.

    Raises:
        DatasetFault: There is no such folder, or no usable image in it.
    """
    if not folder.is_dir():
        raise DatasetFault(f"{folder} is not a folder")
    files = sorted(image_paths(folder).items(), key=lambda entry: hashlib.sha256(entry[0].encode()).digest())
    found: list[LoadImage] = []
    for name, path in files:
        if len(found) == count:
            break
        image = LoadImage(name, path.read_bytes(), path.suffix.lower() == ".svg")
        try:
            image.rgba(SMALLEST)
        except SvgAiError:
            continue  # unreadable files are not sent
        found.append(image)
    if not found:
        raise DatasetFault(f"{folder} holds no readable SVG or raster image")
    return found


def png_images(folder: Path, count: int, side: int = 256) -> list[bytes]:
    """PNG files of the images from `read_images`; raises the same."""
    return [encode_png(image.rgba(side)) for image in read_images(folder, count)]


def mixed_files(images: Sequence[LoadImage], rng: Random) -> list[bytes]:
    """
    A file of each image in formats that clients upload: most PNG, some JPEG or WebP, of many sizes.

    The longest side is log-uniform from SMALLEST to LARGEST, so that half of the files have at most 256 pixels; raster
    images are only downscaled.
    """
    files = []
    for image in images:
        side = round(SMALLEST * (LARGEST / SMALLEST) ** rng.random())
        files.append(encoded(fit_within(image.rgba(side), side), rng.choices(_FORMATS, _SHARES)[0]))
    return files


def encoded(rgba: Pixels, image_format: str) -> bytes:
    """Write (height, width, 4) pixels as a PNG, JPEG (on white) or WebP file, as common programs do."""
    buffer = io.BytesIO()
    pixels = composite(rgba, 255) if image_format == "JPEG" else rgba
    Image.fromarray(pixels).save(buffer, image_format, **({} if image_format == "PNG" else {"quality": 85}))
    return buffer.getvalue()
