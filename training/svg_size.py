"""The size that an SVG file itself names."""

import re

from svgai.errors import DatasetFault

_NUMBER = r"\s*[\"']\s*([\d.]+)(?:px)?\s*[\"']"


def natural_size(svg: str) -> tuple[float, float]:
    """
    Width and height of its viewBox, else its own.

    Raises:
        DatasetFault: It has neither, or no area.
    """
    root = re.search(r"<svg\b[^>]*>", svg)
    head = root[0] if root else ""
    box = re.search(r"viewBox\s*=\s*[\"']\s*[-\d.eE]+[\s,]+[-\d.eE]+[\s,]+([\d.eE]+)[\s,]+([\d.eE]+)", head)
    if box is not None:
        width, height = float(box[1]), float(box[2])
    else:
        sides = [re.search(rf"\s{side}\s*=" + _NUMBER, head) for side in ("width", "height")]
        if sides[0] is None or sides[1] is None:
            raise DatasetFault("the SVG has neither a viewBox nor a width and height")
        width, height = float(sides[0][1]), float(sides[1][1])
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise DatasetFault("the SVG has no area")
    return width, height
