"""Width and height of an SVG in real units."""

import pytest

from svgai.convert.real_units import SizeOnPaper, Units
from svgai.decode.image_resolution import Resolution
from svgai.trace.svg.writer import document

SVG = document('<rect width="9" height="9"/>', (300, 150), (600, 300))


def test_pixels_stay_as_they_are() -> None:
    """Nobody who asks for nothing gets anything else, whatever the file says."""
    size = SizeOnPaper(300, 150, "px", Resolution(300, 300))
    assert size.of(SVG) is SVG
    assert size.more_bytes == 0


@pytest.mark.parametrize(
    "units, resolution, expected",
    [
        ("mm", Resolution(300, 300), 'width="25.4mm" height="12.7mm"'),
        ("in", Resolution(300, 300), 'width="1in" height="0.5in"'),
        ("mm", Resolution(299.999, 299.999), 'width="25.4mm" height="12.7mm"'),
        ("in", None, 'width="3.125in" height="1.5625in"'),
    ],
)
def test_a_size_follows_the_resolution(units: Units, resolution: Resolution | None, expected: str) -> None:
    """Pixels over pixels an inch; 96 where the file names none. Only the root element's size changes."""
    sized = SizeOnPaper(300, 150, units, resolution).of(SVG)
    assert sized == SVG.replace('width="300" height="150"', expected)


def test_pixels_that_are_not_square_keep_their_shape() -> None:
    """A fax of 204 by 98 pixels an inch is stretched on paper, which the root element has to allow."""
    sized = SizeOnPaper(204, 98, "in", Resolution(204, 98)).of(document("", (204, 98), (204, 98)))
    assert 'width="1in" height="1in" preserveAspectRatio="none"' in sized
    named = document("", (3, 7), (10, 20))
    assert SizeOnPaper(3, 7, "in", Resolution(204, 98)).of(named).count("preserveAspectRatio") == 1


def test_more_bytes_are_told_beforehand() -> None:
    """What the size adds to an SVG is known before there is one."""
    for size in (SizeOnPaper(300, 150, "mm", Resolution(72, 72)), SizeOnPaper(300, 150, "in", Resolution(204, 98))):
        assert len(size.of(SVG)) - len(SVG) == size.more_bytes
