"""Marks whose colour runs smoothly over a sizeable share of them: the `gradient` type."""

import cmath
import math
from collections.abc import Callable
from random import Random

from training.data.synthetic.drawing.compositions import composition, stone
from training.data.synthetic.drawing.lettering import captioned, style, word
from training.data.synthetic.drawing.outlines import arc, circle, polygon, rectangle, regular, ring, smooth
from training.data.synthetic.drawing.painted_outlines import Drawing, Linear, Paint, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, brand, ink, shifted
from training.data.synthetic.drawing.shading import across, ramp, shaded
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.flat_marks import (
    coloured_blades,
    coloured_rings,
    cube,
    flat_mark,
    folded_ribbon,
    leaning_pair,
    offcuts,
    sliced,
    two_part,
)
from training.data.synthetic.marks.gradient_tiles import app_icon, ball, gauge, glow, pictured, service_tile
from training.data.synthetic.marks.signs import tile_outline
from training.data.synthetic.marks.silhouettes import blade_outline, silhouette

Mark = Callable[[Random, FontLibrary], Drawing]


def one_sweep(rng: Random, fonts: FontLibrary) -> Drawing:
    """A bold flat mark under one gradient."""
    mark = silhouette(rng, "#000000", fonts)
    paint = across(rng, mark.bounds(), ramp(rng))
    return mark.painted(lambda _: paint)


def bright_on_dark(rng: Random, fonts: FontLibrary) -> Drawing:
    """A gradient glyph on a dark or white field."""
    field = tile_outline(rng)
    glyph = one_sweep(rng, fonts)
    size = rng.uniform(0.6, 0.78)
    return stack(Shape(field, ink(rng)), glyph.fitted((-100 * size, -100 * size, 100 * size, 100 * size)))


def folds(rng: Random, fonts: FontLibrary) -> Drawing:
    """Bands, cubes or pieces, each with its own ramp, as folded paper is lit."""
    main = brand(rng)
    turn = rng.uniform(-0.1, 0.1)
    palette = Palette((main, shifted(main, hue=turn), shifted(main, hue=2 * turn, light=-0.08)), ink(rng))
    function = rng.choice((folded_ribbon, folded_ribbon, cube, coloured_blades, coloured_rings, flat_mark))
    return shaded(rng, function(rng, palette, fonts), rng.uniform(0.1, 0.22))


def translucent(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Overlapping see-through blades or discs with gradients."""
    count = rng.choice((2, 3, 4, 5, 6))
    blade = blade_outline(rng, max(3, count)) if rng.random() < 0.6 else circle(complex(0, -40), 60)
    opacity = rng.uniform(0.6, 0.95)
    shapes = []
    for index in range(count):
        outline = blade.rotated(360 * index / count)
        shapes.append(Shape(outline, across(rng, outline.bounds(), ramp(rng)), opacity=opacity))
    return stack(shapes)


def ring_sweep(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A thick ring, loop or bow whose colour runs along it."""
    width = rng.uniform(24, 50)
    kind = rng.randrange(3)
    stops = ramp(rng)
    if kind == 0:
        return stack(Shape(ring(0, 100, 100 - width), across(rng, (-100, -100, 100, 100), stops)))
    if kind == 1:
        start = rng.choice((0, 45, 90, 180))
        bow = arc(0, 100 - width / 2, start, rng.choice((200, 250, 300)))
        core = Shape(circle(0, rng.uniform(15, 38)), across(rng, (-40, -40, 40, 40), ramp(rng)))
        return stack(Shape(bow, stroke=across(rng, (-100, -100, 100, 100), stops), width=width), core)
    pieces = rng.randint(2, 4)
    shapes = []
    for index in range(pieces):
        bow = arc(0, 100 - width / 2, 360 * index / pieces, 360 / pieces - 3)
        paint = across(rng, bow.bounds(), ramp(rng), rng.choice((0, 45, 90)))
        shapes.append(Shape(bow, stroke=paint, width=width, round_caps=rng.random() < 0.5))
    return stack(shapes)


def lit_parts(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A composed or faceted mark, each part with its own ramp, some parts left flat."""
    main = brand(rng)
    palette = Palette((main, shifted(main, hue=rng.uniform(-0.12, 0.12), light=rng.uniform(-0.1, 0.1))), ink(rng))
    drawing = stone(rng, palette) if rng.random() < 0.3 else composition(rng, palette, rng.choice((1, 2, 2, 3)), 0.2)
    lit = shaded(rng, drawing, rng.uniform(0.12, 0.24))
    if rng.random() < 0.6:
        return lit
    paint = across(rng, drawing.bounds(), ramp(rng))
    return drawing.painted(lambda _: paint)


def block_on_blobs(rng: Random, fonts: FontLibrary) -> Drawing:
    """A black block with letters over bright gradient shapes."""
    shapes = []
    for _ in range(rng.randint(2, 4)):
        count = rng.choice((4, 5, 6))
        turn = rng.uniform(0, 6.28)
        points = [cmath.rect(rng.uniform(70, 105), turn + 2 * math.pi * k / count) for k in range(count)]
        outline = polygon(points, rng.choice((0, 25))).placed(0.8, complex(rng.uniform(-25, 25), rng.uniform(-25, 25)))
        shapes.append(Shape(outline, across(rng, outline.bounds(), ramp(rng))))
    text = word(rng.choice(("GO", "WS", "CL", "PS", "RM", "DG", "QA", "K", "AI", "IJ")), style(rng, fonts), WHITE)
    block = Shape(rectangle(0, 108, 108), "#000000")
    return stack(shapes, block, text.fitted((-40, -42, 30, -2)), Shape(rectangle(-22 + 34j, 38, 7), WHITE))


def part_flat(rng: Random, fonts: FontLibrary) -> Drawing:
    """One large gradient part with flat parts in front of or around it."""
    body = smooth([cmath.rect(rng.uniform(65, 100), 2 * math.pi * k / 6) for k in range(6)], 0.9)
    if rng.random() < 0.5:
        body = rng.choice(
            (regular(6, 100), regular(3, 100), circle(0, 90), polygon([-90 - 90j, 40 - 90j, 90 + 90j, -40 + 90j]))
        )
    shapes = [Shape(body, across(rng, body.bounds(), ramp(rng)))]
    flat = rng.choice((WHITE, ink(rng), brand(rng)))
    size = rng.uniform(25, 50)
    at = complex(rng.uniform(-30, 60), rng.uniform(-10, 60))
    glyph = silhouette(rng, flat, fonts).fitted((at.real - size, at.imag - size, at.real + size, at.imag + size))
    return stack(shapes, glyph)


def half_lit(rng: Random, fonts: FontLibrary) -> Drawing:
    """A mark of several flat parts, the largest of which are shaded."""
    main = brand(rng)
    palette = Palette((main, shifted(main, hue=rng.uniform(-0.1, 0.1), light=0.1), brand(rng)), ink(rng))
    function = rng.choice((folded_ribbon, coloured_blades, coloured_rings, sliced, leaning_pair, offcuts, two_part))
    drawing = function(rng, palette, fonts)
    lit = shaded(rng, drawing, rng.uniform(0.12, 0.24))
    areas = [(right - left) * (low - top) for left, top, right, low in (shape.bounds() for shape in drawing.shapes)]
    limit = sorted(areas)[len(areas) // 2]
    shapes = zip(drawing.shapes, lit.shapes, areas, strict=True)
    return stack([bright if area >= limit else flat for flat, bright, area in shapes])


def poured(rng: Random, _fonts: FontLibrary) -> Drawing:
    """An outline with a flat lower part below a bend or wave, and a gradient above, or the other way round."""
    field = rng.choice((tile_outline(rng), regular(3, 100, 90), blade_outline(rng, 3), circle(0, 100)))
    main = brand(rng)
    left, top, right, bottom = field.bounds()
    middle = top + (bottom - top) * rng.uniform(0.3, 0.7)
    swing = rng.choice((-1, 1)) * rng.uniform(5, 25)
    crest = [complex(x, middle + swing * math.sin(x / 35)) for x in range(-130, 131, 26)]
    lower = smooth([*crest, 140 + 140j, -140 + 140j], 0.7)
    flat: Paint = shifted(main, light=rng.choice((-0.1, 0.12)))
    paint = across(rng, (left, top, right, bottom), ramp(rng, main), rng.choice((0, 90, 45)))
    return (
        stack(Shape(field, paint), Shape(lower, flat, clip=field))
        if rng.random() < 0.5
        else stack(Shape(field, flat), Shape(lower, paint, clip=field))
    )


def bowed(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Two to four wings, waves or crescents beside each other, each shaded along its length."""
    count = rng.randint(2, 4)
    stops = ramp(rng)
    own = rng.random() < 0.5
    thick, bend = rng.uniform(30, 60), rng.uniform(20, 55)
    shapes = []
    for k in range(count):
        y = (k - (count - 1) / 2) * (thick + 8)
        wing = [complex(-90, y), complex(-35, y - bend), complex(20, y - 6), complex(90, y - bend * 0.6)]
        back = [complex(40, y + thick * 0.7), complex(-20, y + thick * 0.35), complex(-60, y + thick * 0.3)]
        outline = smooth([*wing, *back], 0.8).placed(1, 18 * (-1) ** k)
        paint = across(rng, outline.bounds(), ramp(rng) if own else stops, rng.choice((0, 0, 45, 180)))
        shapes.append(Shape(outline.rotated(rng.choice((0, 0, 0, 15))), paint))
    return stack(shapes)


def dark_folds(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A flat band bent around corners, each leg running from the band's colours into the dark of a fold."""
    main = brand(rng)
    light = shifted(main, hue=rng.uniform(-0.1, 0.1), light=rng.uniform(0.0, 0.1))
    dark = shifted(main, light=-rng.uniform(0.2, 0.35))
    count = rng.choice((3, 4, 6, 6))
    rim = [cmath.rect(82, 2 * math.pi * k / count - math.pi / 2) for k in range(count)]
    width = rng.uniform(22, 40)
    legs = rng.randint(max(3, count - 2), count)
    shapes = []
    for k in range(legs):
        start, end = rim[k], rim[(k + 1) % count]
        stops = ((0.0, dark, 1.0), (rng.uniform(0.3, 0.6), main, 1.0), (1.0, light, 1.0))
        leg = polygon([start, end], closed=False)
        shapes.append(Shape(leg, stroke=Linear(start, end, stops), width=width, round_caps=rng.random() < 0.3))
    return stack(shapes)


_MARKS: tuple[tuple[Mark, int], ...] = (
    (one_sweep, 16), (app_icon, 20), (bright_on_dark, 5), (folds, 14), (translucent, 6), (ball, 3), (glow, 3),
    (ring_sweep, 5), (part_flat, 5), (lit_parts, 12), (block_on_blobs, 5), (service_tile, 18), (half_lit, 9),
    (poured, 4), (bowed, 4), (gauge, 2), (pictured, 5), (dark_folds, 4),
)  # fmt: skip


def gradient_mark(rng: Random, fonts: FontLibrary) -> Drawing:
    """Any gradient mark, some 200 units across, about the origin."""
    function = rng.choices([pair[0] for pair in _MARKS], [pair[1] for pair in _MARKS])[0]
    return function(rng, fonts)


def gradient_logo(rng: Random, fonts: FontLibrary) -> Drawing:
    """A gradient mark, now and then above a small word that the mark outweighs."""
    mark = gradient_mark(rng, fonts)
    return captioned(rng, fonts, mark, rng.choice((ink(rng), brand(rng)))) if rng.random() < 0.07 else mark
