"""A picture with images, VTracer's defaults and our SVG side by side, with their measurements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from evaluation.judge.drawing_judge import Judge
from reports.markdown import number
from reports.picture_grid import Cell, picture_grid
from svgai.array_types import Pixels
from svgai.decode.pixels import composite, contrasting_ground
from svgai.measure.rendering import render
from svgai.measure.tiled_reference import AnyReference, reference_of
from svgai.trace.vtracer.shapes import trace_with_defaults
from training.data.progress import Progress

CELL = 256
"""Longest side of an image whose zoom is that of the picture; larger ones are enlarged less."""

ZOOM = 2
"""SVGs are shown enlarged by this factor, which is their purpose."""

_TEXT = 9  # text size in pixels at a zoom of one


@dataclass(frozen=True, eq=False)
class Pictured:
    """
    An image (height, width, 4) as traced, and the SVG that it was rendered from, if there is one.

    It is shown on white, or on black if it would be invisible on white.
    """

    rgba: Pixels
    drawing: str | None = None

    def original(self, zoom: int) -> Pixels:
        """The reference when enlarged: its drawing, else its pixels as squares; (h, w, 3)."""
        if self.drawing is not None:
            return self.shown(self.drawing, zoom)
        large = cv2.resize(
            composite(self.rgba, contrasting_ground(self.rgba)), self._size(zoom), interpolation=cv2.INTER_NEAREST
        )
        return np.asarray(large, np.uint8)

    def shown(self, svg: str, zoom: int) -> Pixels:
        """An SVG of it, enlarged; (h, w, 3)."""
        return composite(np.ascontiguousarray(render(svg, *self._size(zoom))), contrasting_ground(self.rgba))

    def _size(self, zoom: int) -> tuple[int, int]:
        height, width = self.rgba.shape[:2]
        scale = zoom * min(1.0, CELL / max(height, width))
        return max(1, round(width * scale)), max(1, round(height * scale))


def write_comparison(
    images: Sequence[Pictured],
    ours: Callable[[Pixels], str],
    out: Path,
    progress: Progress,
    zoom: int = ZOOM,
    butteraugli: str | None = None,
) -> None:
    """
    Draw images beside VTracer's defaults and our SVG, and write the picture as PNG.

    With the path of butteraugli its distance is shown for those that have a drawing.
    """
    sheet = comparison_picture(images, ours, progress, zoom, butteraugli)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(out, "PNG", optimize=True)


def comparison_picture(
    images: Sequence[Pictured],
    ours: Callable[[Pixels], str],
    progress: Progress,
    zoom: int = ZOOM,
    butteraugli: str | None = None,
) -> Image.Image:
    """One row an image: the image, VTracer's defaults, the SVG that `ours` makes; the numbers of both below them."""
    rows = []
    for done, image in enumerate(images, start=1):
        height, width = image.rgba.shape[:2]
        reference = reference_of(image.rgba)
        judge = Judge(image.drawing, width, height, butteraugli) if image.drawing and butteraugli else None
        what = f"the designer's, traced at {width} x {height}" if image.drawing else f"image, {width} x {height}"
        rows.append(
            [
                Cell(image.original(zoom), (what,)),
                *(
                    Cell(image.shown(svg, zoom), (name, _numbers(svg, reference, judge)))
                    for name, svg in (
                        ("VTracer's defaults", trace_with_defaults(image.rgba)),
                        ("SVG-AI", ours(image.rgba)),
                    )
                ),
            ]
        )
        progress("Drawing", done, len(images))
    return picture_grid(rows, CELL * zoom, _TEXT * zoom)


def _numbers(svg: str, reference: AnyReference, judge: Judge | None) -> str:
    quality = reference.measure(svg)
    worst_seen = judge.judge(svg).butteraugli if judge else None
    told = [f"ssim {number(quality.ssim, '.3f')}", f"worst {number(quality.worst, '.2f')}"]
    if worst_seen is not None:
        told.append(f"butteraugli {worst_seen:.0f}")
    return ", ".join([*told, f"{quality.bytes:,} bytes"])
