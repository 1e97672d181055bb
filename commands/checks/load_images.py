"""The images that load tests and benchmarks send: a person's folder, or logos that are generated for the occasion."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from loadtests.objectives import images
from svgai.logo_types import LOGO_TYPES

COUNT = 150
FIRST_SEED = 70_000
"""Seeds of generated images, far from those of training sets."""


@contextmanager
def image_folder(given: Path | None, count: int = COUNT, first_seed: int = FIRST_SEED) -> Iterator[Path]:
    """
    A folder of images inside the block: `given`, or for None SVG files of generated logos, of all types alike.

    Each logo has a seed of its own, from `first_seed` on.
    """
    if given is not None:
        yield given
        return
    from training.data.synthetic.logos import generate_svg

    with tempfile.TemporaryDirectory(prefix="svgai-images-") as name:
        for seed, kind in enumerate(islice(cycle(LOGO_TYPES), count), start=first_seed):
            Path(name, f"{seed}.svg").write_text(generate_svg(kind, seed), encoding="utf-8")
        yield Path(name)


def png_images(given: Path | None, count: int, side: int = 256) -> list[bytes]:
    """
    PNG files of the images, `side` pixels the longest side.

    Raises:
        DatasetFault: There is no such folder, or no usable image in it.
    """
    with image_folder(given, count) as folder:
        return images.png_images(folder, count, side)
