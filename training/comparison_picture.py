"""A picture for people: images, VTracer's defaults and our SVG side by side, with their measured numbers."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from svgai.images import Pixels, composite, fit_within
from svgai.quality import Quality, Reference
from svgai.rendering import render
from svgai.vtracer_shapes import trace_with_defaults
from training.progress import Progress

CELL = 256
ZOOM = 2
"""SVGs are shown at this many times the size of the image: what they are for."""

_CAPTION = 22
_GAP = 12


def write_comparison(images: Sequence[Pixels], ours: Callable[[Pixels], str], out: Path, progress: Progress) -> None:
    """Draw (height, width, 4) images beside VTracer's defaults and our SVG, and write the picture as PNG."""
    sheet = comparison_picture(images, ours, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(out, "PNG", optimize=True)


def comparison_picture(images: Sequence[Pixels], ours: Callable[[Pixels], str], progress: Progress) -> Image.Image:
    """One row an image: the image, VTracer's defaults, the SVG that `ours` makes; ssim, delta_e and size below each."""
    rows = []
    for done, image in enumerate(images, start=1):
        rgba = fit_within(image, CELL)
        reference = Reference(rgba)
        default = trace_with_defaults(rgba)
        svg = ours(rgba)
        rows.append(
            [
                (composite(rgba, 255), f"image, {rgba.shape[1]} x {rgba.shape[0]}"),
                (_shown(default, rgba), _numbers("VTracer's defaults", reference.measure(default))),
                (_shown(svg, rgba), _numbers("SVG-AI", reference.measure(svg))),
            ]
        )
        progress("Drawing", done, len(images))
    side = CELL * ZOOM
    heights = [max(rgb.shape[0] for rgb, _ in cells) for cells in rows]
    steps = [height + _CAPTION + _GAP for height in heights]
    sheet = Image.new("RGB", (3 * (side + _GAP) + _GAP, sum(steps) + _GAP), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(14)
    top = _GAP
    for cells, step in zip(rows, steps, strict=True):
        inner = step - _CAPTION - _GAP
        for column, (rgb, caption) in enumerate(cells):
            left = _GAP + column * (side + _GAP)
            drawn = Image.fromarray(rgb)
            sheet.paste(drawn, (left + (side - drawn.width) // 2, top + (inner - drawn.height) // 2))
            pen.text((left, top + inner + 4), caption, fill="#333333", font=font)
        top += step
    return sheet


def _shown(svg: str, rgba: Pixels) -> Pixels:
    return composite(np.ascontiguousarray(render(svg, rgba.shape[1] * ZOOM, rgba.shape[0] * ZOOM)), 255)


def _numbers(name: str, quality: Quality) -> str:
    return f"{name}: ssim {quality.ssim:.3f}, delta_e {quality.delta_e:.1f}, {quality.bytes / 1000:.1f} kB"
