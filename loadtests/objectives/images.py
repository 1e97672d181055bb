"""The images that load tests send, generated ones or a folder's: PNG files of one size, or files as clients have."""

import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from random import Random

from PIL import Image

from svgai.array_types import Pixels
from svgai.decode.pixels import composite, encode_png, fit_within
from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample, load_dataset
from training.data.selection import by_hash
from training.data.synthetic.logos import generate_svg

FIRST_SEED = 70_000
"""Seeds of generated images, far from those of training sets."""

SMALLEST, LARGEST = 64, 1024
"""Longest sides of mixed files in pixels."""

_FORMATS, _SHARES = ("PNG", "JPEG", "WEBP"), (75, 15, 10)


def logos(folder: Path | None, count: int, side: int = 256, first_seed: int = FIRST_SEED) -> list[Sample]:
    """
    Images to send, of alternating types where generated.

    Args:
        folder: SVG and raster files, taken in the order of their names' hashes; None: generated logos.
        count: Images; fewer where the folder holds fewer.
        side: Longest side in pixels that drawings are drawn at.
        first_seed: Of generated logos; each has a seed of its own, from here on.

    Raises:
        DatasetFault: There is no such folder, or no usable image in it.
    """
    if folder is not None:
        return by_hash(load_dataset(folder, None, side).samples)[:count]
    kinds = islice(cycle(LOGO_TYPES), count)
    return [
        Sample(str(seed), kind, str(seed), generate_svg(kind, seed).encode(), side)
        for seed, kind in enumerate(kinds, start=first_seed)
    ]


def png_images(folder: Path | None, count: int, side: int = 256) -> list[bytes]:
    """PNG files of the images that `logos` gives, and its faults."""
    return [encode_png(sample.rgba()) for sample in logos(folder, count, side)]


def mixed_files(samples: Sequence[Sample], rng: Random) -> list[bytes]:
    """
    A file of each image, as clients upload them: most PNG, some JPEG or WebP, of many sizes.

    The longest side is log-uniform from SMALLEST to LARGEST, so that half of the files have at most 256 pixels; raster
    images are only shrunk.
    """
    files = []
    for sample in samples:
        side = round(SMALLEST * (LARGEST / SMALLEST) ** rng.random())
        rgba = fit_within(replace(sample, longest=side).rgba(), side)
        files.append(encoded(rgba, rng.choices(_FORMATS, _SHARES)[0]))
    return files


def encoded(rgba: Pixels, image_format: str) -> bytes:
    """Write (height, width, 4) pixels as a PNG, JPEG (on white) or WebP file, as common programs do."""
    buffer = io.BytesIO()
    pixels = composite(rgba, 255) if image_format == "JPEG" else rgba
    Image.fromarray(pixels).save(buffer, image_format, **({} if image_format == "PNG" else {"quality": 85}))
    return buffer.getvalue()
