"""From a clean SVG to the image a person would upload: size, background, blur, resampling and compression."""

import io
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from svgai.array_types import Pixels
from svgai.measure.rendering import render


@dataclass(frozen=True)
class Degradation:
    """What happens to one image.

    Attributes:
        longest: Longest side in pixels.
        background: Background colour, or None to keep transparency.
        detour: Factor of the size at which it is drawn first, then resampled to `longest`.
        blur: Gaussian radius in pixels.
        jpeg: JPEG quality, or None for PNG.
    """

    longest: int
    background: tuple[int, int, int] | None
    detour: float
    blur: float
    jpeg: int | None


def draw_degradation(rng: Random) -> Degradation:
    """A random but usual treatment: mostly 128 to 320 pixels on white, two in five transparent."""
    longest = rng.choices(
        (rng.randint(64, 127), rng.randint(128, 200), rng.randint(200, 320), rng.randint(320, 512)), (10, 28, 48, 14)
    )[0]
    if rng.random() < 0.3:
        longest = min((64, 96, 128, 192, 256, 320, 512), key=lambda size: abs(size - longest))
    kind = rng.choices(("white", "transparent", "tint", "dark"), (43, 46, 6, 5))[0]
    background = {
        "white": (255, 255, 255),
        "transparent": None,
        "tint": (rng.randint(205, 255), rng.randint(205, 255), rng.randint(205, 255)),
        "dark": (rng.randint(0, 45), rng.randint(0, 45), rng.randint(0, 55)),
    }[kind]
    return Degradation(
        longest=longest,
        background=background,
        detour=rng.choice((0.5, 0.7, 1.5, 2.0)) if rng.random() < 0.15 else 1.0,
        blur=rng.uniform(0.3, 0.9) if rng.random() < 0.08 else 0.0,
        jpeg=rng.choice((40, 60, 75, 85, 90, 95)) if background is not None and rng.random() < 0.25 else None,
    )


def draw(svg: str, aspect: float, treatment: Degradation) -> tuple[Pixels, bytes]:
    """Rasterise and degrade an SVG of the given width-to-height ratio.

    Returns:
        The pixels that a reader of the file sees, (H, W, 4) uint8 with straight alpha; the encoded file, PNG or JPEG.
    """
    width, height = _size(treatment.longest, aspect)
    first = _size(round(treatment.longest * treatment.detour), aspect)
    image = Image.fromarray(render(svg, *first))
    if first != (width, height):
        image = image.convert("RGBa").resize((width, height), Image.Resampling.BICUBIC).convert("RGBA")
    if treatment.background is not None:
        image = _on_background(image, treatment.background)
    if treatment.blur > 0:
        image = image.filter(ImageFilter.GaussianBlur(treatment.blur))
    file = io.BytesIO()
    if treatment.jpeg is not None:
        image.convert("RGB").save(file, "JPEG", quality=treatment.jpeg)
        seen: Image.Image = Image.open(file)
    else:
        image.save(file, "PNG", compress_level=2)
        seen = image
    pixels = np.asarray(seen.convert("RGBA"), dtype=np.uint8)
    return pixels, file.getvalue()


def _size(longest: int, aspect: float) -> tuple[int, int]:
    if aspect >= 1:
        return longest, max(8, round(longest / aspect))
    return max(8, round(longest * aspect)), longest


def _on_background(image: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """The image on this colour, or on white or near black where it would hardly be seen on it."""
    sampled = np.asarray(image)[::3, ::3].astype(np.float32)
    pixels, alpha = sampled[:, :, :3], sampled[:, :, 3] / 255
    share = max(float(alpha.mean()), 1e-3)
    for candidate in (colour, (255, 255, 255), (24, 24, 28)):
        difference = np.abs(pixels - np.array(candidate, dtype=np.float32)).max(axis=2) * alpha
        if float(difference.mean()) / share > 60:
            colour = candidate
            break
    flat = Image.new("RGBA", image.size, (*colour, 255))
    return Image.alpha_composite(flat, image)
