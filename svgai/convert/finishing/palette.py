"""Paints in the colours of a palette: each becomes the nearest one in CIELAB, including stops of gradients."""

import re
import xml.etree.ElementTree as ET  # nosec B405
from collections.abc import Sequence

import cv2
import numpy as np

from svgai.array_types import Floats
from svgai.convert.finishing.svg_tree import coloured
from svgai.convert.hex_colours import HEX_COLOUR, long_form, rgb_of

PALETTE_FORM = rf"^{HEX_COLOUR}( *, *{HEX_COLOUR}){{0,63}}$"
"""One to 64 colours with commas between them."""

_PAINTS = ("fill", "stroke", "stop-color")
_DRAWN = frozenset({"path", "circle", "ellipse", "rect"})


def palette_of(text: str) -> tuple[str, ...]:
    """
    The colours of a palette, as #rrggbb.

    Raises:
        ValueError: it is not valid; the message names the form.
    """
    if not re.fullmatch(PALETTE_FORM, text):
        raise ValueError("give colours as #rgb or #rrggbb with commas between them, 64 at most")
    return tuple(dict.fromkeys(long_form(colour.strip()) for colour in text.split(",")))


def with_palette(root: ET.Element, palette: Sequence[str]) -> None:
    """Give every paint the colour of the palette that is nearest to it; opacities stay."""
    targets = _lab(palette)
    for element in coloured(root):
        if element.tag in _DRAWN and "fill" not in element.attrib:
            element.set("fill", "#000")  # black is the default
        if element.tag == "stop" and "stop-color" not in element.attrib:
            element.set("stop-color", "#000")
        for name in _PAINTS:
            colour = element.attrib.get(name, "")
            if colour.startswith("#"):
                distances = np.linalg.norm(targets - _lab([colour]), axis=1)
                element.set(name, palette[int(distances.argmin())])


def _lab(colours: Sequence[str]) -> Floats:
    rgb = np.array([rgb_of(colour) for colour in colours], np.float32)[None] / 255
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0], np.float32)
