"""A picture in a single colour: its foreground, on a transparent page."""

import re

import cv2
import numpy as np

from svgai.array_types import Pixels
from svgai.convert.background import with_background
from svgai.convert.hex_colours import HEX_COLOUR, rgb_of

MONOCHROME_FORM = f"^(currentColor|{HEX_COLOUR})$"
"""The form of the option: currentColor, or a colour."""

_SHOWN = 8  # levels of alpha that count as ink


def checked_monochrome(text: str) -> str:
    """
    The text, if it has that form.

    Raises:
        ValueError: it has not; the message names the form.
    """
    if not re.fullmatch(MONOCHROME_FORM, text):
        raise ValueError("give currentColor, or a colour as #rgb or #rrggbb")
    return text


def in_one_ink(rgba: Pixels, ink: str) -> Pixels:
    """
    Straight-alpha pixels (h, w, 4) in the colour `ink` (black for currentColor) on a transparent page.

    Ink is what differs from the picture's flat background, or from white if the picture is transparent. In a picture
    with neither, a photograph, it is what is darker than Otsu's threshold of lightness.
    """
    laid = with_background(rgba, "#ffffff") if (rgba[..., 3] < 255).any() else rgba
    cleared = with_background(laid, "remove")
    alpha = cleared[..., 3]
    if alpha.min() == 255:
        alpha = _dark(laid)
    if alpha.max() < _SHOWN:  # a white drawing on a transparent page
        alpha = rgba[..., 3]
    result = np.empty_like(rgba)
    result[..., :3] = rgb_of("#000" if ink == "currentColor" else ink)
    result[..., 3] = alpha
    return result


def _dark(rgba: Pixels) -> Pixels:
    lightness = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2GRAY)
    _, dark = cv2.threshold(lightness, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return np.asarray(dark, np.uint8)
