"""Seeded synthetic logos of the four types, as SVG and as the images people would upload.

A kind and a seed give the same SVG on every machine, unless a library with system fonts is passed.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from svgai.logo_types import LOGO_TYPES, LogoType
from training.data.synthetic.degradation import Degradation, draw, draw_degradation
from training.data.synthetic.drawing.lettering import captioned
from training.data.synthetic.drawing.painted_outlines import Drawing
from training.data.synthetic.drawing.palettes import flat_palette
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.illustrations.choice import complex_logo
from training.data.synthetic.marks.flat_marks import flat_mark
from training.data.synthetic.marks.gradient_marks import gradient_logo
from training.data.synthetic.wordmarks import text_logo


@dataclass(frozen=True)
class SyntheticImage:
    """One generated logo.

    Attributes:
        svg: The clean drawing.
        kind: Its type.
        seed: The seed that gives it again.
        rgba: (H, W, 4) uint8 with straight alpha, as read back from `data`.
        data: The encoded file.
        file_suffix: ".png" or ".jpg".
    """

    svg: str
    kind: LogoType
    seed: int
    rgba: npt.NDArray[np.uint8]
    data: bytes
    file_suffix: str


def simple_logo(rng: Random, fonts: FontLibrary) -> Drawing:
    """A flat mark in one to four colours, now and then above a small word that it outweighs."""
    palette = flat_palette(rng)
    mark = flat_mark(rng, palette, fonts)
    return captioned(rng, fonts, mark, palette.ink) if rng.random() < 0.1 else mark


_MAKERS: dict[LogoType, Callable[[Random, FontLibrary], Drawing]] = {
    "simple": simple_logo,
    "text": text_logo,
    "gradient": gradient_logo,
    "complex": complex_logo,
}


@lru_cache(maxsize=1)
def bundled_fonts() -> FontLibrary:
    """The default library, read once per process."""
    return FontLibrary.bundled()


def generate_svg(kind: LogoType, seed: int, fonts: FontLibrary | None = None) -> str:
    """SVG of a synthetic logo of this kind, its longest side 512 units, tightly cropped as logo files are.

    Raises:
        ValueError: The kind is not one of the four.
    """
    if kind not in LOGO_TYPES:
        raise ValueError(f"unknown kind {kind!r}: choose one of {', '.join(LOGO_TYPES)}")
    rng = Random(f"{kind}:{seed}")
    drawing = _MAKERS[kind](rng, fonts or bundled_fonts())
    padding = 0.0 if rng.random() < 0.7 else rng.uniform(0.01, 0.14)
    return drawing.to_svg(padding)


def generate_image(kind: LogoType, seed: int, fonts: FontLibrary | None = None) -> SyntheticImage:
    """The SVG of `generate_svg`, rasterised and degraded as this seed has it.

    Raises:
        ValueError: The kind is not one of the four.
    """
    svg = generate_svg(kind, seed, fonts)
    pixels, data = draw(svg, _aspect(svg), _treatment(kind, seed))
    return SyntheticImage(svg, kind, seed, pixels, data, image_suffix(kind, seed))


def image_suffix(kind: LogoType, seed: int) -> str:
    """The file suffix that `generate_image` will give, without drawing."""
    return ".png" if _treatment(kind, seed).jpeg is None else ".jpg"


def generator_fingerprint() -> str:
    """SHA-256 (hex) of the generator's source: images of one seed are alike where it is alike."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _treatment(kind: LogoType, seed: int) -> Degradation:
    return draw_degradation(Random(f"image:{kind}:{seed}"))


def _aspect(svg: str) -> float:
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        raise ValueError("the SVG has no viewBox")
    return float(found[1]) / float(found[2])
