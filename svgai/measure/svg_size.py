"""The size in an SVG file, and rendering in that aspect ratio."""

import re

from svgai.array_types import Pixels
from svgai.errors import DatasetFault
from svgai.measure.rendering import render

_NUMBER = r"\s*[\"']\s*([\d.]+)(?:px)?\s*[\"']"


def natural_size(svg: str) -> tuple[float, float]:
    """
    Width and height of its viewBox, else its own.

    Raises:
        DatasetFault: It has neither, no area, or something else than numbers there.
    """
    root = re.search(r"<svg\b[^>]*>", svg)
    head = root[0] if root else ""
    box = re.search(r"viewBox\s*=\s*[\"']\s*[-\d.eE]+[\s,]+[-\d.eE]+[\s,]+([\d.eE]+)[\s,]+([\d.eE]+)", head)
    if box is not None:
        named = box[1], box[2]
    else:
        sides = [re.search(rf"\s{side}\s*=" + _NUMBER, head) for side in ("width", "height")]
        if sides[0] is None or sides[1] is None:
            raise DatasetFault("the SVG has neither a viewBox nor a width and height")
        named = sides[0][1], sides[1][1]
    try:
        width, height = map(float, named)
    except ValueError as fault:
        raise DatasetFault(f"a side of the SVG is not a number: {' x '.join(named)}") from fault
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise DatasetFault("the SVG has no area")
    return width, height


def drawn(svg: str, longest: int) -> Pixels:
    """
    An SVG drawn with its longest side at so many pixels: (height, width, 4) with straight alpha.

    Raises:
        DatasetFault: it names no size.
        RenderingFailed: resvg cannot read it.
    """
    width, height = natural_size(svg)
    scale = longest / max(width, height)
    return render(svg, max(1, round(width * scale)), max(1, round(height * scale)))
