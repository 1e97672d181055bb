"""Flat pictures of one thing in few colours: faces, striped objects, tiles in two tones, flows, wire bodies, cubes."""

import cmath
import math
from dataclasses import replace
from itertools import pairwise
from random import Random

from training.data.synthetic.drawing.compositions import beast
from training.data.synthetic.drawing.outlines import (
    Outline,
    arc,
    circle,
    ellipse,
    polygon,
    rectangle,
    regular,
    ring,
    smooth,
)
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, luminance, shifted
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.signs import shield_outline, tile_outline
from training.data.synthetic.marks.silhouettes import blade_outline, silhouette


def _tones(rng: Random, palette: Palette) -> tuple[str, ...]:
    """Three colours: the palette's, or shades of its main one."""
    if len(palette.colours) > 1 and rng.random() < 0.6:
        return tuple(palette.at(k) for k in range(3))
    step = rng.choice((-1, 1)) * rng.uniform(0.07, 0.16)
    return tuple(shifted(palette.main, light=step * k) for k in range(3))


def face(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A head with eyes and a mouth cut out or in a second colour; sometimes ears, horns or an aerial."""
    tone = palette.main
    fore = WHITE if luminance(tone) < 0.75 else palette.ink
    wide, tall = rng.uniform(70, 100), rng.uniform(60, 95)
    head = rng.choice(
        (circle(0, 90), ellipse(0, wide, tall), rectangle(0, 2 * wide, 2 * tall, rng.uniform(0, 60)), regular(6, 100))
    )
    shapes = [Shape(head, tone)]
    extra = rng.randrange(4)
    apart, size = wide * rng.choice((0.38, 0.45)), rng.choice((9, 14, 20, 24))
    for side in (-1, 1):
        if extra == 0:
            horn = [complex(side * wide * 0.4, -tall * 0.7), complex(side * wide * 0.75, -tall * 1.35)]
            shapes.append(Shape(polygon(horn, closed=False), stroke=tone, width=rng.uniform(8, 14)))
            shapes.append(Shape(circle(horn[1], rng.uniform(8, 15)), tone))
        elif extra == 1:
            shapes.insert(0, Shape(circle(complex(side * wide * 0.8, -tall * 0.75), wide * 0.36), palette.at(1)))
        eye = complex(side * apart, -tall * 0.12)
        shapes.append(Shape(circle(eye, size), fore))
        if size >= 20:
            shapes.append(Shape(circle(eye, size * 0.5), palette.ink if fore == WHITE else tone))
    mouth = rng.randrange(4)
    if mouth == 0:
        shapes.append(Shape(arc(tall * 0.15j, wide * 0.4, 20, 140), stroke=fore, width=rng.uniform(6, 12)))
    elif mouth == 1:
        shapes.append(Shape(rectangle(tall * 0.5j, wide * 0.9, 18, rng.choice((0, 9))), fore))
    elif mouth == 2:
        points = [complex(wide * (-0.5 + 0.25 * k), tall * (0.5 + (0.1 if k % 2 else -0.1))) for k in range(5)]
        shapes.append(Shape(polygon(points, closed=False), stroke=fore, width=rng.uniform(6, 10)))
    return stack(shapes)


def striped_object(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A pill, cup, egg, cake or bulb in two or three bands, with a stick, lid or foot."""
    tones = _tones(rng, palette)
    outline = rng.choice(
        (
            rectangle(0, 110, 170, 55),
            polygon([-65 - 80j, 65 - 80j, 45 + 80j, -45 + 80j], 8),
            smooth([-90j, 62 - 10j, 45 + 65j, 85j, -45 + 65j, -62 - 10j], 0.85),
            regular(6, 95),
            smooth([-90j, 70 - 50j, 62 + 10j, 30 + 80j, -30 + 80j, -62 + 10j, -70 - 50j], 0.8),
        )
    )
    bands = rng.randint(2, 3)
    lean = rng.choice((0, 0, 60, -60))
    wavy = rng.random() < 0.35
    shapes = []
    if rng.random() < 0.6:
        shapes.append(Shape(rectangle(100j, rng.uniform(18, 60), 60, rng.choice((0, 8))), palette.ink))
    shapes.append(Shape(outline, tones[0]))
    for band in range(1, bands):
        y = -90 + 180 * band / bands + rng.uniform(-12, 12)
        if wavy:
            edge = [complex(x, y + (16 if k % 2 else -16)) for k, x in enumerate(range(-110, 111, 44))]
            lower = smooth([*edge, 120 + 120j, -120 + 120j], 0.7)
        else:
            lower = polygon([complex(-120, y - lean), complex(120, y + lean), 120 + 220j, -120 + 220j])
        shapes.append(Shape(lower, tones[band], clip=outline))
    if rng.random() < 0.3:
        glint = smooth([-35 - 55j, -45 - 10j, -38 + 25j], 1.0, closed=False)
        shapes.append(Shape(glint, stroke=WHITE, width=7))
    return stack(shapes)


def halved_tile(rng: Random, palette: Palette, fonts: FontLibrary) -> Drawing:
    """A tile whose one half is darker, or with a long shadow, and a white glyph on it."""
    field = rng.choice((regular(6, 100), shield_outline(rng), circle(0, 100), tile_outline(rng)))
    base = palette.main if luminance(palette.main) < 0.72 else palette.ink
    dark = shifted(base, light=rng.choice((-1, 1)) * rng.uniform(0.06, 0.14))
    glyph = silhouette(rng, WHITE, fonts).fitted((-48, -48, 48, 48))
    kind = rng.randrange(3)
    if kind == 0:
        half = rectangle(60 + 0j, 120, 240)
    elif kind == 1:
        half = polygon([-140 + 140j, 140 - 140j, 140 + 140j])
    else:
        half = polygon([40 - 40j, 180 + 100j, 100 + 180j, -40 + 40j])
    return stack(Shape(field, base), Shape(half, dark, clip=field), glyph)


def flow(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """Rings or discs joined by straight or bent lines, as in graphs, branches and molecules."""
    width = rng.uniform(8, 16)
    size = rng.uniform(18, 28)
    count = rng.randint(3, 6)
    if rng.random() < 0.5:
        spots = [complex(x, y) for x in (-75, 0, 75) for y in (-75, 0, 75)]
        nodes = sorted(rng.sample(spots, count), key=lambda z: (z.imag, z.real))
        edges = list(pairwise(nodes))
    else:
        nodes = [cmath.rect(82, 2 * math.pi * k / count - math.pi / 2) for k in range(count)]
        edges = [(nodes[k], nodes[(k + rng.choice((1, 1, 2))) % count]) for k in range(count)]
    second = palette.at(1)
    bent = rng.random() < 0.4
    shapes = []
    for start, end in edges:
        points = [start, complex(start.real, end.imag), end] if bent else [start, end]
        points = [point for k, point in enumerate(points) if k == 0 or point != points[k - 1]]
        if len(points) > 1:
            line = polygon(points, 20 if bent else 0, closed=False)
            shapes.append(Shape(line, stroke=palette.main, width=width))
    hollow = rng.random() < 0.5
    for index, node in enumerate(nodes):
        colour = second if index % 2 else palette.main
        if hollow:
            shapes.append(Shape(circle(node, size), WHITE, colour, width))
        else:
            shapes.append(Shape(circle(node, size), colour))
    if rng.random() < 0.25:
        return stack(Shape(circle(0, 138), stroke=palette.main, width=width), shapes)
    return stack(shapes)


def wire_body(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A solid or sail drawn by its edges, sometimes with one filled face or core."""
    count = rng.randint(4, 7)
    width = rng.uniform(5, 13)
    rim = [cmath.rect(rng.uniform(70, 100), 2 * math.pi * k / count - 1.2) for k in range(count)]
    heart = complex(rng.uniform(-30, 30), rng.uniform(-30, 30))
    shapes = []
    if rng.random() < 0.4:
        shapes.append(Shape(polygon([rim[0], rim[1], heart]), palette.at(1)))
    shapes.append(Shape(polygon(rim), stroke=palette.main, width=width))
    edges = rim[:: rng.choice((1, 1, 2))]
    shapes += [Shape(polygon([heart, corner], closed=False), stroke=palette.main, width=width) for corner in edges]
    if rng.random() < 0.3:
        shapes.append(Shape(circle(heart, rng.uniform(12, 28)), palette.at(1)))
    return stack(shapes)


def inset_cube(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A cube in three tones, its faces outlined, apart, in two colours, or with an inset in the second colour."""
    corners = [cmath.rect(100, math.radians(-90 + 60 * k)) for k in range(6)]
    second = palette.at(1) if len(palette.colours) > 1 else rng.choice((WHITE, shifted(palette.main, hue=0.1)))
    inset = rng.uniform(0.45, 0.75)
    line = rng.choice((0.0, 0.0, 6.0))
    gap = rng.choice((1.0, 1.0, 0.9))
    faces = rng.choice(((), (5, 1, 3), (5,), (1, 3)))
    odd = rng.choice((None, 5, 1, 3))
    shapes = []
    for light, a in ((0.12, 5), (-0.02, 1), (-0.16, 3)):
        quad = [corners[a], corners[(a + 1) % 6], corners[(a + 2) % 6], 0j]
        center = sum(quad) / 4
        base, other = (second, palette.main) if a == odd else (palette.main, second)
        for size, colour in ((gap, base), (gap * inset, other))[: 2 if a in faces else 1]:
            outline = polygon([center + (point - center) * size for point in quad])
            tone = colour if colour == WHITE else shifted(colour, light=light)
            shapes.append(Shape(outline, tone, "#1c1c22" if line else None, line))
    return stack(shapes)


def outlined_flower(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """Blades with a dark outline around a core of another colour."""
    count = rng.choice((4, 5, 6, 6, 8))
    blade = blade_outline(rng, count)
    width = rng.uniform(7, 14)
    shapes = [Shape(blade.rotated(360 * k / count), palette.main, "#111122", width) for k in range(count)]
    core = rng.choice((circle(0, 24), regular(6, 28)))
    return stack(shapes, Shape(core, palette.at(1) if len(palette.colours) > 1 else WHITE, "#111122", width))


def crossing_bands(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """Two to four bars or discs laid across each other, darker where they overlap."""
    count = rng.randint(2, 4)
    thick, round_ends = rng.uniform(34, 60), rng.random() < 0.4
    turn = rng.choice((0, 20, 45))
    bar = rectangle(0, 200, thick, thick / 2 if round_ends else 0)
    if rng.random() < 0.3:
        bar = ellipse(0, 100, thick * 0.8)
    shapes = [Shape(bar.rotated(turn + 180 * k / count), palette.at(k), opacity=0.85) for k in range(count)]
    return stack(shapes)


def ringed(rng: Random, palette: Palette, fonts: FontLibrary) -> Drawing:
    """A glyph or animal in a thin ring."""
    width = rng.uniform(4, 12)
    inside = beast(rng, palette.main) if rng.random() < 0.3 else silhouette(rng, palette.main, fonts)
    rim = Shape(circle(0, 100), stroke=palette.at(1), width=width)
    return stack(rim, inside.fitted((-62, -62, 62, 62)))


def bands_of_rings(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A target or rainbow of two to five rings or arches."""
    count = rng.randint(2, 5)
    step = 100 / count
    whole = rng.random() < 0.6
    shapes: list[Shape] = []
    for k in range(count):
        outer = 100 - k * step
        gap = rng.choice((0.0, step * 0.35))
        if whole:
            outline: Outline = ring(0, outer, max(outer - step + gap, 0.5)) if k + 1 < count else circle(0, outer)
            shapes.append(Shape(outline, palette.at(k)))
        else:
            bow = arc(40j, outer - step / 2, 180, 180)
            shapes.append(Shape(bow, stroke=palette.at(k), width=max(step - gap, 4), round_caps=False))
    return stack(shapes)


def row_of_shapes(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """Two to five discs, rings, squares or bars side by side, overlapping or apart: wide, but not lettering."""
    count = rng.randint(2, 5)
    hollow = rng.random() < 0.4
    lean = rng.choice((0, 0, 12, -20, 45))
    one = rng.choice((circle(0, 50), rectangle(0, 92, 92, rng.choice((0, 20))), regular(3, 55, 0)))
    shapes = []
    x = 0.0
    for k in range(count):
        breadth = rng.uniform(0.4, 1.1) if rng.random() < 0.3 else 1.0
        outline = one.stretched(breadth, 1.0).rotated(lean * (-1) ** k).placed(1, x)
        colour = palette.at(k)
        shapes.append(Shape(outline, stroke=colour, width=12) if hollow else Shape(outline, colour))
        x += 100 * breadth * rng.choice((0.7, 0.85, 1.1))
    return stack(shapes)


def extruded(rng: Random, palette: Palette, fonts: FontLibrary) -> Drawing:
    """A letter, sign or frame laid on the side of a cube, with thickness in one or two darker tones."""
    if rng.random() < 0.5:
        front = stack(Shape(rectangle(0, 180, 180) + rectangle(0, 180 - 2 * rng.uniform(28, 60), 90), palette.main))
    else:
        front = silhouette(rng, palette.main, fonts)
    side = rng.choice((-1, 1))
    turned = [
        replace(shape, outline=shape.outline.mapped(lambda z: z.real * 0.87 + 1j * (z.imag + side * z.real * 0.5)))
        for shape in front.shapes
    ]
    depth = rng.uniform(30, 70) * complex(0.87 * side, -0.5)
    dark = shifted(palette.main, light=-0.2 if luminance(palette.main) > 0.25 else 0.3)
    back = [replace(shape, fill=shape.fill and dark, stroke=shape.stroke and dark) for shape in turned]
    layers = [shape for k in range(16, 0, -1) for shape in Drawing(tuple(back)).placed(1, depth * k / 16).shapes]
    return stack(layers, turned)
