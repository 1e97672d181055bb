"""Words set in a typeface and painted: names, styles, and letters as shapes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from training.data.synthetic.drawing.outlines import Outline
from training.data.synthetic.drawing.painted_outlines import Drawing, Paint, Shape
from training.data.synthetic.drawing.typefaces import FontLibrary, Typeface, drawn_face

_ONSETS = "b c d f g h j k l m n p r s t v w z br cl cr dr fl gr pl pr qu sh sk sl sp st th tr tw".split()  # noqa: SIM905 -- words read better as a line
_VOWELS = "a a e e i i o o u ai ea ee io oo ou y".split()  # noqa: SIM905 -- words read better as a line
_CODAS = ["", "", "", "", *"n r l s t x m ck nd st rt lt ng ss ly".split()]  # noqa: SIM905 -- words read better as a line
_STEMS = (  # noqa: SIM905 -- words read better as a line
    "cloud data lab net soft ware tech next flow stack bit byte code dev base hub link mind path pixel port pulse rock "
    "root scale shift signal sky spark spot stream sync task team track wave wire works zone blue red open fast smart "
    "super micro meta hyper auto quick north star light fire storm box craft deck desk dock edge event field form fox"
).split()
_ENDS = ["ly", "ify", "io", "ia", "er", "ex", "um", "on", "os", "js", "db", "ai", "ium", "eo", "us", "al", "ix"]
_TAGS = "the best way to build ship trust grow systems cloud design group studio software solutions since labs".split()  # noqa: SIM905 -- words read better as a line


def name(rng: Random) -> str:
    """An invented brand name in lower case, 2 to 14 letters."""
    kind = rng.random()
    if kind < 0.08:
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(2, 4)))
    if kind < 0.45:
        syllables = rng.choices((1, 2, 3), (2, 6, 2))[0]
        word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables))
        return (word + rng.choice(_CODAS))[:10]
    if kind < 0.65:
        return rng.choice(_STEMS) + rng.choice(_ENDS)
    if kind < 0.8:
        return rng.choice(_STEMS)
    return rng.choice(_STEMS) + rng.choice(_STEMS)


def tagline(rng: Random) -> str:
    """Two to five small words."""
    return " ".join(rng.choice(_TAGS) for _ in range(rng.randint(2, 5)))


@dataclass(frozen=True)
class Style:
    """How a word is set.

    Attributes:
        face: Typeface.
        tracking: Extra space between letters, in ems.
        slant: Lean to the right per unit of height.
        breadth: Horizontal stretch.
        embolden: Width of a stroke around filled glyphs, in ems.
        case: lower, upper or title.
    """

    face: Typeface
    tracking: float
    slant: float
    breadth: float
    embolden: float
    case: str

    def cased(self, word: str) -> str:
        """The word in this style's case."""
        return {"lower": word.lower(), "upper": word.upper(), "title": word.capitalize()}[self.case]


def style(rng: Random, fonts: FontLibrary) -> Style:
    """A random style as wordmarks have it: mostly sans, upright, close-set."""
    face = fonts.face(rng)
    case = rng.choices(("lower", "title", "upper"), (40, 36, 24))[0]
    wide = case == "upper" and rng.random() < 0.4
    if face.stroke > 0 and rng.random() < 0.12:
        # Slanted round letters set so close that they join stand for script.
        script = replace(drawn_face(rng), corner=2.0, breadth=0.8, round_ends=True)
        return Style(script, -0.1, rng.choice((0.2, 0.3, 0.4)), 1.0, 0.0, rng.choice(("lower", "title")))
    return Style(
        face=face,
        tracking=rng.uniform(0.08, 0.3) if wide else rng.choice((-0.06, -0.04, -0.02, 0.0, 0.0, 0.02, 0.05)),
        slant=rng.choice((0.12, 0.2, 0.3)) if rng.random() < 0.1 else 0.0,
        breadth=rng.choice((0.7, 0.8, 0.85, 0.9, 1.15)) if rng.random() < 0.4 and face.stroke == 0 else 1.0,
        embolden=rng.choice((0.02, 0.03, 0.045, 0.06, 0.08, 0.1)) if rng.random() < 0.5 and face.stroke == 0 else 0.0,
        case=case,
    )


def letters(word: str, setting: Style) -> list[Outline]:
    """One outline per visible letter, in ems, from the pen position zero on."""
    pen, result = 0.0, []
    for character in word:
        outline, advance = setting.face.glyph(character)
        outline = outline.stretched(setting.breadth, 1.0)
        if outline.contours:
            result.append(outline.skewed(setting.slant).placed(1.0, pen))
        pen += advance * setting.breadth + setting.tracking + setting.embolden * 0.6
    return result


def painted(outlines: Sequence[Outline], setting: Style, colours: Sequence[Paint]) -> Drawing:
    """Letters as shapes, colours repeated as needed; neighbours of one colour become one shape."""
    shapes: list[Shape] = []
    run: Outline | None = None
    for index, outline in enumerate(outlines):
        run = outline if run is None else run + outline
        colour = colours[index % len(colours)]
        if index + 1 == len(outlines) or colours[(index + 1) % len(colours)] != colour:
            shapes.append(_letter_shape(run, setting, colour))
            run = None
    return Drawing(tuple(shapes))


def word(text: str, setting: Style, colour: Paint) -> Drawing:
    """A whole word in one paint, one em high."""
    return painted(letters(text, setting), setting, [colour])


def _letter_shape(outline: Outline, setting: Style, colour: Paint) -> Shape:
    if setting.face.stroke > 0:
        ends = bool(getattr(setting.face, "round_ends", True))
        return Shape(outline, stroke=colour, width=setting.face.stroke, round_joins=ends, round_caps=ends)
    if setting.embolden > 0:
        return Shape(
            outline,
            fill=colour,
            stroke=colour,
            width=setting.embolden,
            round_joins=setting.embolden > 0.04,
            even_odd=False,
        )
    return Shape(outline, fill=colour, even_odd=False)


def captioned(rng: Random, fonts: FontLibrary, mark: Drawing, colour: Paint) -> Drawing:
    """A mark some 200 units across above a small word that it outweighs."""
    left, _, right, bottom = mark.bounds()
    middle, height = (left + right) / 2, rng.uniform(25, 44)
    text = word(name(rng)[:9], style(rng, fonts), colour)
    return mark + text.fitted((middle - 95, bottom + 20, middle + 95, bottom + 20 + height))
