"""Fields whose colour runs, with a sign on them: app icons, service tiles, lit balls, soft lights, gauges."""

from dataclasses import replace
from random import Random

from training.data.synthetic.drawing.compositions import beast, composition
from training.data.synthetic.drawing.outlines import circle, polygon, rectangle
from training.data.synthetic.drawing.painted_outlines import Drawing, Linear, Paint, Radial, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, brand, flat_palette, ink, shifted
from training.data.synthetic.drawing.shading import across, ramp
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.flat_pictures import face, striped_object
from training.data.synthetic.marks.line_icons import line_icon
from training.data.synthetic.marks.signs import tile_outline
from training.data.synthetic.marks.silhouettes import silhouette


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


def gauge(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A dial: a gradient disc in a rim, with ticks and a needle or hands."""
    field = circle(0, 92)
    rim = rng.choice((WHITE, ink(rng), "#d0d4da"))
    shapes = [Shape(circle(0, 100), rim), Shape(field, across(rng, field.bounds(), ramp(rng)))]
    count = rng.choice((12, 24, 36, 60))
    for k in range(count):
        tick = polygon([84, 72 if k % 3 else 64], closed=False).rotated(360 * k / count)
        shapes.append(Shape(tick, stroke=WHITE, width=3))
    angle = rng.uniform(0, 360)
    needle = [complex(0, -72), complex(rng.uniform(8, 14), 0), complex(-rng.uniform(8, 14), 0)]
    shapes.append(Shape(polygon(needle).rotated(angle), brand(rng)))
    shapes.append(Shape(polygon(needle).rotated(angle + 180), rng.choice((WHITE, brand(rng)))))
    return stack(shapes)


def pictured(rng: Random, fonts: FontLibrary) -> Drawing:
    """A gradient field with a flat picture on it that may touch its edge: an animal, face, object or sign."""
    field = tile_outline(rng)
    palette = Palette((rng.choice((WHITE, WHITE, ink(rng), brand(rng))), rng.choice((ink(rng), brand(rng)))), ink(rng))
    kind = rng.randrange(4)
    if kind == 0:
        picture = beast(rng, palette.main)
    elif kind == 1:
        picture = face(rng, palette, fonts)
    elif kind == 2:
        picture = striped_object(rng, flat_palette(rng), fonts)
    else:
        picture = silhouette(rng, palette.main, fonts) + silhouette(rng, palette.at(1), fonts).fitted((0, 30, 60, 90))
    size = rng.uniform(48, 80)
    low = rng.choice((0, 0, 95 - size))
    placed = picture.fitted((-size, low - size, size, low + size))
    clipped = [replace(shape, clip=field) if shape.clip is None else shape for shape in placed.shapes]
    return stack(Shape(field, across(rng, field.bounds(), ramp(rng))), clipped)
