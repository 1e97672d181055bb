"""Lettering that dominates: wordmarks and icon-plus-wordmark, the `text` type."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from training.data.synthetic.drawing.lettering import letters, name, painted, style, tagline, word
from training.data.synthetic.drawing.outlines import Outline, circle, ellipse, polygon, rectangle, regular, ring
from training.data.synthetic.drawing.painted_outlines import Drawing, Paint, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, brand, flat_palette, grey, ink, luminance
from training.data.synthetic.drawing.shading import across, ramp
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.illustrations.choice import illustration
from training.data.synthetic.marks.flat_marks import flat_mark
from training.data.synthetic.marks.gradient_marks import gradient_mark

Layout = Callable[[Random, FontLibrary], Drawing]


def _colours(rng: Random, count: int, main: str) -> Sequence[Paint]:
    """One colour per letter: mostly one for all, sometimes a break, rarely many."""
    kind = rng.choices(("one", "split", "accent", "many"), (76, 14, 6, 4))[0]
    if kind == "split" and count > 3:
        cut = rng.randint(2, count - 1)
        return [main] * cut + [brand(rng) if rng.random() < 0.7 else grey(rng)] * (count - cut)
    colours: list[Paint] = [main] * max(count, 1)
    if kind == "accent" and count:
        colours[rng.randrange(count)] = brand(rng)
    if kind == "many":
        palette = [brand(rng) for _ in range(rng.randint(2, 4))]
        return [palette[index % len(palette)] for index in range(max(count, 1))]
    return colours


def lettering(rng: Random, fonts: FontLibrary, main: str | None = None) -> Drawing:
    """One line of lettering, one em high, with the touches that wordmarks get."""
    setting = style(rng, fonts)
    text = setting.cased(name(rng))
    if rng.random() < 0.08:
        text = f"{text} {setting.cased(name(rng)[:6])}"
    colour = main or (ink(rng) if rng.random() < 0.5 else brand(rng))
    outlines = letters(text, setting)
    drawing = painted(outlines, setting, _colours(rng, len(outlines), colour))
    left, _, right, bottom = drawing.bounds()
    touch = rng.random()
    if touch < 0.06:
        size = rng.uniform(0.06, 0.1)
        return stack(drawing, Shape(circle(complex(right + size * 1.6, -size), size), brand(rng)))
    if touch < 0.09:
        line = polygon([complex(left, bottom + 0.14), complex(right, bottom + 0.14)], closed=False)
        return stack(drawing, Shape(line, stroke=brand(rng), width=rng.uniform(0.04, 0.09), round_caps=False))
    if touch < 0.12:
        thick = rng.uniform(0.08, 0.14)
        outer = rng.uniform(0.25, 0.36)
        mark = Shape(ring(complex(right + outer + 0.08, -outer), outer, outer - thick), brand(rng))
        return stack(drawing, mark)
    if touch < 0.15 and setting.face.stroke == 0:
        return Drawing(
            tuple(replace(s, fill=None, stroke=colour, width=rng.uniform(0.02, 0.04)) for s in drawing.shapes)
        )
    return drawing


def wordmark(rng: Random, fonts: FontLibrary) -> Drawing:
    """A word alone, now and then with a tagline."""
    drawing = lettering(rng, fonts)
    if rng.random() < 0.05:
        paint = across(rng, drawing.bounds(), ramp(rng), 0)
        return drawing.painted(lambda _: paint)
    if rng.random() < 0.12:
        return _with_tagline(rng, fonts, drawing)
    return drawing


def _with_tagline(rng: Random, fonts: FontLibrary, drawing: Drawing) -> Drawing:
    left, top, right, bottom = drawing.bounds()
    setting = replace(style(rng, fonts), embolden=0.0, slant=0.0)
    setting = replace(setting, tracking=rng.choice((0.02, 0.1, 0.25)))
    small = word(setting.cased(tagline(rng)), setting, rng.choice((grey(rng), ink(rng), brand(rng))))
    share = rng.uniform(0.6, 1.0) * (right - left)
    start = rng.choice((left, right - share, (left + right - share) / 2))
    height = (bottom - top) * 0.35
    return stack(drawing, small.fitted((start, bottom + 0.15, start + share, bottom + 0.15 + height)))


def stacked(rng: Random, fonts: FontLibrary) -> Drawing:
    """Two or three words above each other, in one style."""
    setting = style(rng, fonts)
    colour = ink(rng) if rng.random() < 0.4 else brand(rng)
    align = rng.choice(("left", "left", "center", "justify"))
    shapes: list[Shape] = []
    y = 0.0
    for _ in range(rng.choice((2, 2, 3))):
        line = word(setting.cased(name(rng)[:7]), setting, colour if rng.random() < 0.85 else brand(rng))
        left, top, right, bottom = line.bounds()
        if align == "justify":
            line = line.placed(3.0 / (right - left))
            left, top, right, bottom = line.bounds()
        x = -left if align != "center" else -(left + right) / 2
        shapes.extend(line.placed(1.0, complex(x, y - top)).shapes)
        y += bottom - top + 0.12
    return stack(shapes)


def boxed(rng: Random, fonts: FontLibrary) -> Drawing:
    """A word on a coloured pill or block, or inside a frame."""
    back = ink(rng) if rng.random() < 0.3 else brand(rng)
    framed = rng.random() < 0.25
    fore = back if framed else (WHITE if luminance(back) < 0.68 else ink(rng))
    form = rng.choices(("pill", "square", "shape"), (50, 28, 22))[0]
    square = form == "square"
    if square:
        setting = style(rng, fonts)
        drawing = word(setting.cased(name(rng)[: rng.randint(3, 5)]), setting, fore)
    else:
        drawing = lettering(rng, fonts, fore)
    left, top, right, bottom = drawing.bounds()
    wide, tall = right - left, bottom - top
    if form == "shape":
        return stack(Shape(_around(rng, drawing), back, even_odd=False), drawing)
    width, height = wide + rng.uniform(0.5, 1.1), tall + rng.uniform(0.35, 0.8)
    if square:
        width = height = max(width, height)
    center = complex(left + right, top + bottom) / 2
    radius = rng.choice((0.0, 0.1, 0.2, height / 2))
    if radius > 0.2 and square:
        width = height = width * 1.15
        radius = height / 2
    field = rectangle(center, width, height, radius)
    if framed:
        return stack(Shape(field, stroke=back, width=rng.uniform(0.04, 0.1), round_joins=False), drawing)
    return stack(Shape(field, back), drawing)


def _around(rng: Random, drawing: Drawing) -> Outline:
    """An ellipse, disc, hexagon or cloud that the drawing fits into."""
    left, top, right, bottom = drawing.bounds()
    center = complex(left + right, top + bottom) / 2
    half = abs(complex(right - left, bottom - top)) / 2 * rng.uniform(1.12, 1.4)
    kind = rng.randrange(4)
    if kind == 0:
        return ellipse(center, half, half * rng.uniform(0.5, 0.7))
    if kind == 1:
        return circle(center, half)
    if kind == 2:
        return regular(6, half * 1.1, rng.choice((-90, 0)), rng.choice((0, half * 0.2))).placed(1, center)
    bumps = [circle(center + half * at, half * size) for at, size in ((-0.55, 0.45), (0.5, 0.5), (-0.1 - 0.25j, 0.55))]
    return bumps[0] + bumps[1] + bumps[2] + rectangle(center + half * 0.2j, half * 1.2, half * 0.5)


def _icon(rng: Random, fonts: FontLibrary, palette: Palette) -> Drawing:
    kind = rng.choices(("flat", "gradient", "illustration"), (70, 18, 12))[0]
    if kind == "flat":
        return flat_mark(rng, palette, fonts)
    return gradient_mark(rng, fonts) if kind == "gradient" else illustration(rng, fonts)


def beside(rng: Random, fonts: FontLibrary) -> Drawing:
    """An icon before (rarely behind) a word."""
    palette = flat_palette(rng)
    colour = palette.ink if rng.random() < 0.6 else palette.main
    text = lettering(rng, fonts, colour)
    if rng.random() < 0.1:
        text = _with_tagline(rng, fonts, text)
    left, top, right, bottom = text.bounds()
    height = (bottom - top) * rng.uniform(1.0, 2.0)
    middle = (top + bottom) / 2
    icon = _icon(rng, fonts, palette).fitted((-height, middle - height / 2, height, middle + height / 2))
    icon_left, _, icon_right, _ = icon.bounds()
    gap = rng.uniform(0.12, 0.4)
    shift = right + gap - icon_left if rng.random() < 0.1 else left - gap - icon_right
    return stack(icon.placed(1.0, shift), text)


def above(rng: Random, fonts: FontLibrary) -> Drawing:
    """An icon above a word, the word wide."""
    palette = flat_palette(rng)
    text = lettering(rng, fonts, palette.ink if rng.random() < 0.6 else palette.main)
    left, top, right, _ = text.bounds()
    height = (right - left) * rng.uniform(0.25, 0.55)
    middle = (left + right) / 2
    gap = rng.uniform(0.15, 0.35)
    icon = _icon(rng, fonts, palette).fitted((middle - height, top - gap - height, middle + height, top - gap))
    return stack(icon, text)


_LAYOUTS: tuple[tuple[Layout, int], ...] = ((wordmark, 32), (beside, 40), (above, 9), (boxed, 12), (stacked, 7))


def text_logo(rng: Random, fonts: FontLibrary) -> Drawing:
    """Any logo that its lettering dominates."""
    function = rng.choices([pair[0] for pair in _LAYOUTS], [pair[1] for pair in _LAYOUTS])[0]
    return function(rng, fonts)
