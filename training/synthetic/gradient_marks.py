"""Marks whose colour runs smoothly over a sizeable share of them: the `gradient` type."""

import cmath
import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from training.synthetic.compositions import composition, stone
from training.synthetic.drawing import Drawing, Linear, Paint, Radial, Shape, Stops, stack
from training.synthetic.flat_marks import (
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
from training.synthetic.lettering import captioned, style, word
from training.synthetic.line_icons import line_icon
from training.synthetic.outlines import Bounds, arc, circle, polygon, rectangle, regular, ring, smooth
from training.synthetic.palettes import WHITE, Palette, brand, ink, shifted
from training.synthetic.signs import tile_outline
from training.synthetic.silhouettes import blade_outline, silhouette
from training.synthetic.typefaces import FontLibrary

Mark = Callable[[Random, FontLibrary], Drawing]


def ramp(rng: Random, base: str | None = None) -> Stops:
    """Colour stops: from hue to neighbouring hue, light to dark, or across several hues."""
    main = base or brand(rng)
    kind = rng.choices(("neighbour", "shade", "subtle", "pair", "many"), (32, 26, 8, 18, 16))[0]
    if kind == "neighbour":
        colours = [
            main,
            shifted(main, hue=rng.choice((-1, 1)) * rng.uniform(0.06, 0.16), light=rng.uniform(-0.1, 0.15)),
        ]
    elif kind == "shade":
        colours = [shifted(main, light=rng.uniform(0.12, 0.22)), shifted(main, light=-rng.uniform(0.08, 0.2))]
    elif kind == "subtle":
        colours = [shifted(main, light=0.06), shifted(main, light=-0.07)]
    elif kind == "pair":
        colours = [main, brand(rng)]
    else:
        turn = rng.choice((-1, 1)) * rng.uniform(0.08, 0.2)
        colours = [shifted(main, hue=turn * k) for k in range(rng.randint(3, 4))]
    if rng.random() < 0.5:
        colours.reverse()
    edge = rng.choice((0.0, 0.0, 0.1))
    last = len(colours) - 1
    return tuple((edge + (1 - 2 * edge) * k / last, colour, 1.0) for k, colour in enumerate(colours))


def across(rng: Random, bounds: Bounds, stops: Stops, angle: float | None = None) -> Paint:
    """A gradient over a whole box: mostly linear at a usual angle, sometimes radial."""
    left, top, right, bottom = bounds
    center = complex(left + right, top + bottom) / 2
    half = max(right - left, bottom - top) / 2
    if angle is None and rng.random() < 0.2:
        focus = center + cmath.rect(half * rng.uniform(0, 0.7), rng.uniform(0, 2 * math.pi))
        return Radial(focus, half * rng.uniform(1.1, 1.7), stops)
    turn = math.radians(angle if angle is not None else rng.choice((0, 45, 45, 60, 90, 90, 120, 135, -45)))
    reach = cmath.rect(half * rng.uniform(0.85, 1.15), turn)
    return Linear(center - reach, center + reach, stops)


def shaded(rng: Random, drawing: Drawing, spread: float = 0.16) -> Drawing:
    """Every flat fill becomes a gradient of its own over its shape."""
    angle = rng.choice((0, 45, 90, 135))

    def shade(shape: Shape) -> Shape:
        def paint(flat: Paint | None) -> Paint | None:
            if not isinstance(flat, str) or flat == WHITE:
                return flat
            hue = rng.uniform(-0.06, 0.06)
            stops = ((0.0, shifted(flat, light=spread, hue=hue), 1.0), (1.0, shifted(flat, light=-spread * 0.8), 1.0))
            return across(rng, shape.bounds(), stops, angle + rng.choice((0, 0, 0, 180)))

        return replace(shape, fill=paint(shape.fill), stroke=paint(shape.stroke))

    return Drawing(tuple(shade(shape) for shape in drawing.shapes))


def one_sweep(rng: Random, fonts: FontLibrary) -> Drawing:
    """A bold flat mark under one gradient."""
    mark = silhouette(rng, "#000000", fonts)
    paint = across(rng, mark.bounds(), ramp(rng))
    return mark.painted(lambda _: paint)


def app_icon(rng: Random, fonts: FontLibrary) -> Drawing:
    """A gradient field with a white or dark glyph, as app and service icons have it."""
    field = rectangle(0, 200, 200, rng.choice((0, 30, 44, 44, 60))) if rng.random() < 0.6 else tile_outline(rng)
    fore: Paint = WHITE if rng.random() < 0.85 else ink(rng)
    size = rng.uniform(0.4, 0.64)
    kind = rng.random()
    if kind < 0.14:
        sketch = composition(rng, Palette((WHITE,), WHITE), rng.randint(1, 3), 1.0)
        thin = rng.uniform(5, 10)
        sketch = Drawing(tuple(replace(shape, stroke=fore, width=thin) for shape in sketch.shapes))
    else:
        sketch = (line_icon if kind < 0.45 else silhouette)(rng, fore, fonts)
    glyph = sketch.fitted((-100 * size, -100 * size, 100 * size, 100 * size))
    return stack(Shape(field, across(rng, field.bounds(), ramp(rng))), glyph)


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


def ball(rng: Random, fonts: FontLibrary) -> Drawing:
    """A lit ball, lens or button, sometimes with a glyph."""
    main = brand(rng)
    outline = circle(0, 100) if rng.random() < 0.7 else rectangle(0, 200, 200, 50)
    light = complex(rng.uniform(-45, 45), -rng.uniform(10, 55))
    stops = ((0.0, shifted(main, light=0.28), 1.0), (0.6, main, 1.0), (1.0, shifted(main, light=-0.22), 1.0))
    shapes = [Shape(outline, Radial(light, 150, stops))]
    if rng.random() < 0.4:
        gloss = ((0.0, WHITE, 0.7), (1.0, WHITE, 0.05))
        shapes.append(Shape(circle(-35j, 62).stretched(1.25, 0.85), Linear(-95j, 20j, gloss)))
    if rng.random() < 0.5:
        return stack(shapes, silhouette(rng, WHITE, fonts).fitted((-50, -50, 50, 50)))
    return stack(shapes)


def glow(rng: Random, fonts: FontLibrary) -> Drawing:
    """Several soft lights mixing inside one outline."""
    field = tile_outline(rng)
    shapes = [Shape(field, brand(rng))]
    for _ in range(rng.randint(2, 4)):
        colour = brand(rng)
        center = complex(rng.uniform(-90, 90), rng.uniform(-90, 90))
        stops = ((0.0, colour, 1.0), (1.0, colour, 0.0))
        shapes.append(Shape(field, Radial(center, rng.uniform(90, 170), stops)))
    if rng.random() < 0.5:
        return stack(shapes, silhouette(rng, WHITE, fonts).fitted((-55, -55, 55, 55)))
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


def service_tile(rng: Random, fonts: FontLibrary) -> Drawing:
    """A thin line icon on a field, mostly square, that runs from dark to light along its diagonal."""
    field = rectangle(0, 200, 200) if rng.random() < 0.7 else tile_outline(rng)
    main = brand(rng)
    reach = 100 * (1 + 1j if rng.random() < 0.3 else 1 - 1j)
    light = shifted(main, light=rng.uniform(0.04, 0.16), hue=rng.uniform(-0.05, 0.05))
    stops = ((0.0, shifted(main, light=-rng.uniform(0.04, 0.16)), 1.0), (1.0, light, 1.0))
    size = rng.uniform(50, 76)
    glyph = line_icon(rng, WHITE, fonts).fitted((-size, -size, size, size))
    return stack(Shape(field, Linear(-reach, reach, stops)), glyph)


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


_MARKS: tuple[tuple[Mark, int], ...] = (
    (one_sweep, 16), (app_icon, 20), (bright_on_dark, 5), (folds, 14), (translucent, 6), (ball, 3), (glow, 3),
    (ring_sweep, 5), (part_flat, 5), (lit_parts, 12), (block_on_blobs, 5), (service_tile, 20), (half_lit, 9),
    (poured, 5), (bowed, 4),
)  # fmt: skip


def gradient_mark(rng: Random, fonts: FontLibrary) -> Drawing:
    """Any gradient mark, some 200 units across, about the origin."""
    function = rng.choices([pair[0] for pair in _MARKS], [pair[1] for pair in _MARKS])[0]
    return function(rng, fonts)


def gradient_logo(rng: Random, fonts: FontLibrary) -> Drawing:
    """A gradient mark, now and then above a small word that the mark outweighs."""
    mark = gradient_mark(rng, fonts)
    return captioned(rng, fonts, mark, rng.choice((ink(rng), brand(rng)))) if rng.random() < 0.07 else mark
