"""Typefaces and lettering."""

import string
from random import Random

import pytest

from training.data.synthetic.drawing.lettering import Style, letters, name, painted, style, tagline
from training.data.synthetic.drawing.outlines import Outline
from training.data.synthetic.drawing.typefaces import FontFace, FontLibrary, drawn_face


@pytest.mark.slow
def test_every_bundled_font_has_the_letters_that_names_use() -> None:
    """Each bundled font file exists and draws all letters."""
    for path in FontLibrary.bundled().paths:
        face = FontFace(path)
        assert face.covers(string.ascii_letters)
        assert all(face.glyph(letter)[0].contours for letter in string.ascii_letters)


def test_drawn_alphabet_has_the_same_letters() -> None:
    """The drawn alphabet has all letters, digits and a blank, and each moves the pen on."""
    face = drawn_face(Random(1))
    for character in string.ascii_letters + string.digits + " .-&!":
        outline, advance = face.glyph(character)
        assert advance > 0
        assert bool(outline.contours) == (character != " ")


def test_missing_glyph_is_a_key_error() -> None:
    """A character that a face lacks is refused, not drawn as a box."""
    with pytest.raises(KeyError):
        drawn_face(Random(1)).glyph("\u4e00")


def test_default_library_uses_bundled_fonts_only() -> None:
    """No font outside the bundled folder is in the default library."""
    library = FontLibrary.bundled()
    assert len({path.parent for path in library.paths}) == 1
    assert all(path.is_file() for path in library.paths)


def test_system_fonts_join_only_on_request() -> None:
    """The wider library starts with all bundled fonts and reaches them still."""
    wide = FontLibrary.with_system(limit=2)
    bundled = FontLibrary.bundled()
    assert wide.paths[: len(bundled.paths)] == bundled.paths
    assert len(wide.paths) <= len(bundled.paths) + 2
    assert wide.face(Random(3)).glyph("a")[1] > 0


def test_letters_run_from_left_to_right() -> None:
    """Letters of a word follow each other and blanks leave no outline."""
    setting = Style(drawn_face(Random(2)), 0.0, 0.0, 1.0, 0.0, "lower")
    outlines = letters("no on", setting)
    lefts = [outline.bounds()[0] for outline in outlines]
    assert len(outlines) == 4
    assert lefts == sorted(lefts)


def test_neighbours_of_one_colour_become_one_shape() -> None:
    """A word in two colours is two shapes, whatever its length."""
    setting = style(Random(5), FontLibrary.bundled())
    outlines: list[Outline] = letters("cloud", setting)
    drawing = painted(outlines, setting, ["#000000", "#000000", "#ff0000", "#ff0000", "#ff0000"])
    assert len(drawing.shapes) == 2


def test_names_are_short_lower_case_words() -> None:
    """Invented names are 2 to 14 letters; taglines have several words."""
    names = [name(Random(seed)) for seed in range(300)]
    assert all(word.isalpha() and word.islower() and 2 <= len(word) <= 14 for word in names)
    assert len(set(names)) > 250
    assert len(tagline(Random(1)).split()) >= 2
