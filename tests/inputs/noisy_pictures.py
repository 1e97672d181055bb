"""A drawing of four colours, and the noise that JPEG, generators of pictures and paper add to it."""

import io

import cv2
import numpy as np
from PIL import Image

from svgai.array_types import Pixels
from tests.inputs.tracing_inputs import opaque

_SEED = 7


def cartoon(side: int = 160) -> Pixels:
    """A face (side, side, 3) with an outline, eyes and a mouth."""
    rgb = np.full((side * 4, side * 4, 3), (156, 212, 242), np.uint8)
    middle = side * 2
    cv2.circle(rgb, (middle, middle), side * 3 // 2, (42, 28, 18), -1)
    cv2.circle(rgb, (middle, middle), side * 11 // 8, (246, 192, 110), -1)
    for x in (middle - side // 2, middle + side // 2):
        cv2.circle(rgb, (x, middle - side // 3), side // 5, (42, 28, 18), -1)
    cv2.ellipse(rgb, (middle, middle + side // 3), (side * 2 // 3, side // 2), 0, 20, 160, (42, 28, 18), side // 8)
    return np.asarray(cv2.resize(rgb, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def grainy(rgb: Pixels, sigma: float) -> Pixels:
    """Opaque pixels with Gaussian noise of so many levels."""
    noise = np.random.default_rng(_SEED).normal(0, sigma, rgb.shape)
    return opaque(np.clip(np.rint(rgb + noise), 0, 255).astype(np.uint8))


def on_paper(rgb: Pixels) -> Pixels:
    """Opaque pixels, printed on paper with fibres and scanned."""
    fibres = np.asarray(cv2.GaussianBlur(np.random.default_rng(_SEED).normal(0, 1, rgb.shape[:2]), (0, 0), 0.8))
    return opaque(np.clip(np.rint(rgb * 0.97 + (fibres * 4 / fibres.std())[..., None]), 0, 255).astype(np.uint8))


def jpeg(rgb: Pixels, quality: int) -> Pixels:
    """Opaque pixels as they come out of a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    return opaque(np.asarray(Image.open(file), np.uint8))


NOISY = {
    "JPEG 60": jpeg(cartoon(), 60),
    "JPEG 85": jpeg(cartoon(), 85),
    "grain 3": grainy(cartoon(), 3),
    "grain 6": grainy(cartoon(), 6),
    "paper": on_paper(cartoon()),
}
"""One drawing with noise of each kind."""
