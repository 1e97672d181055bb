"""Colours as people write them."""

import re

import pytest

from svgai.convert.hex_colours import HEX_COLOUR, long_form, rgb_of


@pytest.mark.parametrize("colour, levels", [("#1aF", (0x11, 0xAA, 0xFF)), ("#1A2b3C", (0x1A, 0x2B, 0x3C))])
def test_both_lengths_name_a_colour(colour: str, levels: tuple[int, int, int]) -> None:
    """Three digits stand for six, in small or large letters."""
    assert re.fullmatch(HEX_COLOUR, colour)
    assert tuple(rgb_of(colour).tolist()) == levels
    assert long_form(colour) == "#{:02x}{:02x}{:02x}".format(*levels)
