"""Hexadecimal colours: #rgb or #rrggbb."""

import numpy as np

from svgai.array_types import Pixels

HEX_COLOUR = "#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"
"""The form of one, as a regular expression."""


def long_form(colour: str) -> str:
    """A colour of this form as #rrggbb, in small letters."""
    digits = colour[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def rgb_of(colour: str) -> Pixels:
    """A colour of this form as levels (3,) of red, green and blue."""
    return np.frombuffer(bytes.fromhex(long_form(colour)[1:]), np.uint8)
