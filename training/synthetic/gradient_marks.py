"""Marks whose colour runs smoothly over a sizeable share of them: the `gradient` type."""

import cmath
import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from training.synthetic.compositions import composition, stone
from training.synthetic.drawing import Drawing, Linear, Paint, Radial, Shape, Stops, stack
from training.synthetic.flat_marks import coloured_blades, coloured_rings, cube, flat_mark, folded_ribbon, tile_outline
from training.synthetic.lettering import name, style, word
from training.synthetic.outlines import Bounds, arc, circle, polygon, rectangle, regular, ring, smooth
from training.synthetic.palettes import WHITE, Palette, brand, ink, shifted
from training.synthetic.silhouettes import blade_outline, line_icon, silhouette
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


_MARKS: tuple[tuple[Mark, int], ...] = (
    (one_sweep, 18), (app_icon, 26), (bright_on_dark, 6), (folds, 15), (translucent, 7), (ball, 3), (glow, 4),
    (ring_sweep, 5), (part_flat, 5), (lit_parts, 16), (block_on_blobs, 6),
)  # fmt: skip


def gradient_mark(rng: Random, fonts: FontLibrary) -> Drawing:
    """Any gradient mark, some 200 units across, about the origin."""
    function = rng.choices([pair[0] for pair in _MARKS], [pair[1] for pair in _MARKS])[0]
    return function(rng, fonts)


def gradient_logo(rng: Random, fonts: FontLibrary) -> Drawing:
    """A gradient mark, now and then above a small word that the mark outweighs."""
    mark = gradient_mark(rng, fonts)
    if rng.random() < 0.07:
        left, _, right, bottom = mark.bounds()
        colour = rng.choice((ink(rng), brand(rng)))
        height = rng.uniform(28, 44)
        text = word(name(rng)[:9], style(rng, fonts), colour)
        box = ((left + right) / 2 - 95, bottom + 22, (left + right) / 2 + 95, bottom + 22 + height)
        return stack(mark, text.fitted(box))
    return mark
