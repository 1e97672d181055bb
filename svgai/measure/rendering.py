"""SVG to pixels by resvg, the one renderer that quality is measured with."""

import re

import cv2
import numpy as np
import resvg_py

from svgai.array_types import Pixels
from svgai.errors import RenderingFailed
from svgai.stages import stage

_ROOT = re.compile(r"<svg\b")
_ASPECT = re.compile(r"""\s+preserveAspectRatio\s*=\s*("[^"]*"|'[^']*')""")
_SIZE = re.compile(r"""(?<=\s)(width|height)\s*=\s*("[^"]*"|'[^']*')""")


@stage("render")
def render(svg: str, width: int, height: int) -> Pixels:
    """
    Render an SVG, stretched to exactly width x height pixels; gives (height, width, 4) uint8 with straight alpha.

    Fonts are never read from the system and nothing is fetched.

    Raises:
        RenderingFailed: resvg cannot read the SVG.
    """
    stretched = _stretch(svg, width, height)
    try:
        png = resvg_py.svg_to_bytes(svg_string=stretched, width=width, height=height, skip_system_fonts=True)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # a Rust panic is no Exception
        raise RenderingFailed("resvg could not render the SVG").because(fault) from fault
    decoded = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise RenderingFailed("resvg gave no image")
    # In place: pictures of 2048 pixels a side take 16 MB each.
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGRA2RGBA, dst=decoded), np.uint8)


def _stretch(svg: str, width: int, height: int) -> str:
    """Set the root element's size: resvg keeps the aspect ratio, whatever size is requested."""
    root = _ROOT.search(svg)
    end = svg.find(">", root.end()) if root else -1
    if root is None or end < 0:
        raise RenderingFailed("the text is not an SVG document")
    attributes = svg[root.end() : end]
    attributes = _SIZE.sub("", _ASPECT.sub("", attributes))
    if "viewBox" not in attributes:
        sizes = {name: value.strip("\"' ").removesuffix("px") for name, value in _SIZE.findall(svg[root.end() : end])}
        attributes = f' viewBox="0 0 {sizes.get("width", width)} {sizes.get("height", height)}"' + attributes
    return f'{svg[: root.end()]} width="{width}" height="{height}" preserveAspectRatio="none"{attributes}{svg[end:]}'
