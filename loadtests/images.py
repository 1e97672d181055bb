"""The images that load tests send: PNG files of one size, generated ones or a folder's."""

from itertools import cycle, islice
from pathlib import Path

from svgai.images import encode_png
from svgai.logo_types import LOGO_TYPES
from training.datasets import Sample, load_dataset
from training.selection import by_hash
from training.synthetic_logos import generate_svg

FIRST_SEED = 70_000
"""Seeds of generated images, far from those of training sets."""


def png_images(folder: Path | None, count: int, side: int = 256) -> list[bytes]:
    """
    PNG files, of alternating types where generated.

    Args:
        folder: SVG and raster files, taken in the order of their names' hashes; None: generated logos.
        count: Images; fewer where the folder holds fewer.
        side: Longest side in pixels that drawings are drawn at.

    Raises:
        DatasetFault: There is no such folder, or no usable image in it.
    """
    samples = _generated(count, side) if folder is None else by_hash(load_dataset(folder, None, side).samples)[:count]
    return [encode_png(sample.rgba()) for sample in samples]


def _generated(count: int, side: int) -> list[Sample]:
    kinds = islice(cycle(LOGO_TYPES), count)
    return [
        Sample(str(seed), kind, str(seed), generate_svg(kind, seed).encode(), side)
        for seed, kind in enumerate(kinds, start=FIRST_SEED)
    ]
