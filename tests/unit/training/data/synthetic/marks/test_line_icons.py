"""Thin line drawings in one colour."""

from random import Random

from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.line_icons import line_icon


def test_an_icon_is_lines_in_one_paint() -> None:
    """Nothing is filled, every line has the given paint, and all lines of an icon are equally wide."""
    for seed in range(60):
        shapes = line_icon(Random(seed), "#123456", FontLibrary.bundled()).shapes
        assert all(shape.fill is None and shape.stroke == "#123456" for shape in shapes)
        assert len({shape.width for shape in shapes}) == 1


def test_icons_differ() -> None:
    """A hundred seeds draw nearly as many different icons."""
    icons = [line_icon(Random(seed), "#000000", FontLibrary.bundled()).to_svg() for seed in range(100)]
    assert len(set(icons)) > 70
