"""Marks between a sign and an illustration: many parts or colours, but neither a scene nor a figure."""

import cmath
import math
from random import Random

from training.data.synthetic.drawing.compositions import beast
from training.data.synthetic.drawing.lettering import Style, word
from training.data.synthetic.drawing.outlines import (
    Outline,
    arc,
    circle,
    ellipse,
    polygon,
    rectangle,
    regular,
    sector,
    smooth,
    star,
)
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, brand, ink, rich_palette, shifted
from training.data.synthetic.drawing.typefaces import FontLibrary


def interlaced(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Loops in several colours, woven over and under each other."""
    palette = rich_palette(rng)
    count = rng.randint(3, 6)
    width = rng.uniform(8, 15)
    slim = rng.uniform(30, 55)
    halves: list[Shape] = []
    for half in (0, 180):
        for k in range(count):
            bow = arc(0, 100, half, 180).stretched(1, slim / 100).rotated(180 * k / count)
            halves.append(Shape(bow, stroke=WHITE, width=width + 7, round_caps=False))
            halves.append(Shape(bow, stroke=palette.at(k), width=width, round_caps=False))
    return stack(halves)


def chain(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Ringed nodes in many colours, joined by bars or arcs of their own colours."""
    palette = rich_palette(rng)
    count = rng.randint(4, 7)
    width = rng.uniform(9, 28)
    if rng.random() < 0.5:
        nodes = [cmath.rect(82, 2 * math.pi * k / count - math.pi / 2) for k in range(count)]
        joints = [(nodes[k], nodes[(k + 1) % count], k) for k in range(count)]
    else:
        nodes = [complex(-90 + 180 * k / (count - 1), 55 if k % 2 else -55) for k in range(count)]
        joints = [(nodes[k], nodes[k + 1], k) for k in range(count - 1)]
    clasp = rng.random() < 0.5
    shapes = [Shape(polygon([a, b], closed=False), stroke=palette.at(k), width=width) for a, b, k in joints]
    for k, node in enumerate(nodes):
        size = width * 0.75
        if clasp:
            bow = arc(node, size * 1.9, math.degrees(cmath.phase(node)) + 80, 220)
            shapes.append(Shape(bow, stroke=palette.at(k + 1), width=width * 0.6))
        shapes.append(
            Shape(circle(node, size), palette.at(k), WHITE if rng.random() < 0.5 else palette.ink, width * 0.3)
        )
    return stack(shapes)


def strata(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Wavy layers in neighbouring tones inside a disc or tile."""
    field = rng.choice((circle(0, 100), circle(0, 100), rectangle(0, 200, 200, 44), regular(6, 100)))
    base = brand(rng)
    turn, lift = rng.uniform(-0.07, 0.07), rng.choice((-1, 1)) * rng.uniform(0.03, 0.07)
    count = rng.randint(5, 8)
    shapes = [Shape(field, shifted(base, light=0.18))]
    for k in range(1, count):
        y = -100 + 200 * k / count
        phase = rng.uniform(0, 6.28)
        crest = [complex(x, y + 14 * math.sin(x / rng.uniform(26, 40) + phase)) for x in range(-120, 121, 24)]
        tone = shifted(base, hue=turn * k, light=0.12 - abs(lift) * k if lift < 0 else -0.12 + lift * k)
        shapes.append(Shape(smooth([*crest, 130 + 130j, -130 + 130j], 0.7), tone, clip=field))
    return stack(shapes)


def split_target(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Rings around a core, each cut into sectors of different colours, or an eye with rings off its middle."""
    palette = rich_palette(rng)
    shapes: list[Shape] = []
    if rng.random() < 0.4:
        for k in range(rng.randint(4, 6)):
            size = 100 - 16 * k
            shift = cmath.rect(8 * k, rng.uniform(0, 6.28)) * 0.6
            shapes.append(Shape(circle(shift, size), palette.at(k)))
        core = cmath.rect(10, rng.uniform(0, 6.28))
        return stack(shapes, Shape(circle(core, 30), palette.ink), Shape(ellipse(core + 10 - 10j, 8, 6), WHITE))
    rings = rng.randint(3, 5)
    for k in range(rings):
        outer, inner = 100 - 100 * k / rings, 100 - 100 * (k + 1) / rings
        pieces = rng.choice((1, 2, 3, 4))
        turn = rng.choice((0, 90, 45))
        for piece in range(pieces):
            span = 360 / pieces
            ring_part = sector(0, outer, inner * rng.choice((1, 1, 1.1)), turn + span * piece, span - 0.01)
            shapes.append(Shape(ring_part, palette.at(k * 2 + piece)))
    return stack(shapes)


def pixels(rng: Random, fonts: FontLibrary) -> Drawing:
    """Pixel art: a mirrored grid of squares in four or more colours."""
    palette = rich_palette(rng)
    side = rng.randint(5, 9)
    step = 200 / side
    shapes = []
    ramped = rng.random() < 0.4
    for row in range(side):
        for column in range((side + 1) // 2):
            if rng.random() < 0.3:
                continue
            colour = palette.at(row) if ramped and rng.random() < 0.8 else palette.pick(rng)
            for at in {column, side - 1 - column}:
                center = complex(-100 + step * (at + 0.5), -100 + step * (row + 0.5))
                shapes.append(Shape(rectangle(center, step + 0.4, step + 0.4), colour))
    if not shapes:
        return strata(rng, fonts)
    return stack(shapes)


def faceted_head(rng: Random, _fonts: FontLibrary) -> Drawing:
    """The head of an animal in mirrored flat facets, with ears or horns, eyes and a snout."""
    base = brand(rng)
    tones = [shifted(base, light=step) for step in (0.14, 0.05, -0.05, -0.14, -0.24)]
    dark = ink(rng)
    ear, brow, cheek = complex(rng.uniform(65, 100), -rng.uniform(70, 105)), 30 - 52j, complex(rng.uniform(70, 95), 25)
    jaw, chin = complex(rng.uniform(28, 45), rng.uniform(55, 80)), complex(0, rng.uniform(80, 105))
    top, nose, eye = complex(0, -rng.uniform(40, 60)), complex(0, rng.uniform(30, 50)), 38 - 10j
    side = complex(rng.uniform(75, 98), -20)
    facets = [
        (top, brow, eye), (top, eye, nose), (brow, ear, side), (brow, side, eye), (eye, side, cheek),
        (eye, cheek, jaw), (eye, jaw, nose), (nose, jaw, chin), (ear, side, ear + 0.3 * (side - ear) + 12),
    ]  # fmt: skip
    shapes = []
    for facet in facets:
        tone = rng.choice(tones)
        other = tone if rng.random() < 0.7 else shifted(tone, light=-0.05)
        shapes += [Shape(polygon(facet), tone, tone, 0.8)]
        shapes += [Shape(polygon([complex(-p.real, p.imag) for p in facet]), other, other, 0.8)]
    slit = polygon([eye - 12 - 4j, eye + 14 - 10j, eye + 6 + 6j])
    shapes += [Shape(one, dark) for one in (slit, slit.stretched(-1, 1))]
    snout = polygon([nose - 14, nose + 14, nose + 16j])
    second = shifted(brand(rng), light=0.1) if rng.random() < 0.4 else WHITE
    shapes.append(Shape(snout, rng.choice((dark, second))))
    if rng.random() < 0.4:
        tusk = polygon([jaw - 4, jaw + 10 - 8j, jaw + 4 + 30j])
        shapes += [Shape(one, second) for one in (tusk, tusk.stretched(-1, 1))]
    return stack(shapes)


def engraving(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A winged or striped animal in one ink, its inner lines left blank."""
    dark = ink(rng) if rng.random() < 0.7 else brand(rng)
    kind = rng.randrange(3)
    if kind == 0:
        return _orca(rng, dark)
    if kind == 1:
        shapes: list[Shape] = []
        feathers = rng.randint(5, 9)
        for k in range(feathers):
            reach = 100 - 5 * k
            tip = cmath.rect(reach, math.radians(-42 + 11 * k))
            root = complex(8, -14 + 7 * k)
            blade = smooth([root, root * 0.4 + tip * 0.6 - 9j, tip, root * 0.5 + tip * 0.5 + 4j], 0.7)
            shapes += [Shape(blade, dark), Shape(blade.stretched(-1, 1), dark)]
        body = smooth([-40j, 13 - 20j, 11 + 30j, 62j, -11 + 30j, -13 - 20j], 0.8)
        cut = smooth([-20j, 5 + 5j, 40j, -5 + 5j], 0.8)
        head = circle(complex(rng.uniform(-8, 8), -46), 14)
        return stack(shapes, Shape(body, dark, WHITE, 3), Shape(cut, WHITE), Shape(head, dark))
    drawing = beast(rng, dark)
    left, top, right, bottom = drawing.bounds()
    cuts: list[Shape] = []
    for _ in range(rng.randint(8, 18)):
        at = complex(rng.uniform(left + 20, right - 20), rng.uniform(top / 2, bottom * 0.5))
        mark = ellipse(at, rng.uniform(2, 6), rng.uniform(2, 5))
        if rng.random() < 0.4:
            mark = smooth([at - 12j, at + complex(rng.uniform(-4, 4), 0) + 4, at + 12j, at - 2], 0.8)
        cuts.append(Shape(mark, WHITE))
    return stack(drawing, cuts)


def _orca(rng: Random, dark: str) -> Drawing:
    """A leaping fish or whale with a blank belly, eye patch and fins."""
    body = smooth([-95 + 55j, -80 - 5j, -20 - 55j, 45 - 40j, 95 + 20j, 60 + 5j, 10 + 12j, -45 + 45j, -75 + 75j], 0.9)
    fins = [
        smooth([-15 - 45j, complex(rng.uniform(5, 25), -rng.uniform(85, 105)), 22 - 45j], 0.5),
        smooth([-30 + 20j, complex(rng.uniform(-10, 20), rng.uniform(60, 85)), 8 + 8j], 0.6),
        smooth([85 + 10j, 118 - 12j, 112 + 16j, 128 + 38j, 90 + 24j], 0.6),
    ]
    belly = smooth([-88 + 58j, -45 + 28j, 8 + 4j, 48 + 2j, 6 + 20j, -42 + 52j, -72 + 76j], 0.7)
    patch = ellipse(0, rng.uniform(8, 14), 5).rotated(-35).placed(1, -58 - 6j)
    saddle = smooth([15 - 40j, 42 - 28j, 36 - 18j, 18 - 28j], 0.8)
    cuts = [Shape(one, WHITE, clip=body) for one in (belly, patch, saddle)]
    lines = [Shape(fin.placed(0.6, 0.4 * fin.contours[0][0]), stroke=WHITE, width=2.5) for fin in fins[:2]]
    return stack([Shape(fin, dark) for fin in fins], Shape(body, dark), cuts, lines, Shape(circle(-66 + 2j, 3), dark))


def built_letter(rng: Random, fonts: FontLibrary) -> Drawing:
    """A large letter with thickness and an outline on a shape of other colours, with bands, rivets or a facet."""
    palette = rich_palette(rng)
    setting = Style(fonts.font(rng), 0.0, rng.choice((0.0, 0.15)), 1.0, 0.06, "upper")
    letter = word(rng.choice("ABDEGHKMNPRSVWXZ"), setting, palette.at(0)).fitted((-80, -75, 80, 75))
    dark = shifted(palette.at(0), light=-0.2)
    depth = rng.choice((1 + 1j, -1 + 1j, 1j))
    shapes: list[Shape] = []
    field: Outline = rng.choice((regular(4, 110), circle(0, 100), regular(6, 104), star(8, 108, 84)))
    shapes += [Shape(field, palette.at(1)), Shape(field.placed(0.86), palette.at(2))]
    shapes.append(Shape(polygon([0j, 110, 110j]), shifted(palette.at(2), light=-0.1), clip=field.placed(0.86)))
    outline = Drawing(()) if rng.random() < 0.4 else letter.painted(lambda _: palette.ink)
    for step in range(8, 0, -2):
        shapes += letter.painted(lambda _: dark).placed(1, depth * step).shapes
    shapes += outline.placed(1.03).shapes
    shapes += letter.shapes
    for _ in range(rng.randint(2, 6)):
        at = complex(rng.uniform(-60, 60), rng.uniform(-60, 60))
        shapes.append(Shape(circle(at, rng.uniform(4, 9)), palette.at(3)))
    return stack(shapes)


def overlaid(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Many see-through outlines of two hues turned over each other, darkest in the middle."""
    one, two, dark = brand(rng), brand(rng), ink(rng)
    count = rng.randint(6, 12)
    base = rng.choice((rectangle(-30j, 90, 110), regular(4, 75).placed(1, -25j), ellipse(-40j, 34, 60), regular(3, 80)))
    shapes = []
    for k in range(count):
        tone = shifted(rng.choice((one, two)), light=rng.uniform(-0.1, 0.15), saturation=-rng.uniform(0, 0.4))
        shapes.append(Shape(base.rotated(360 * k / count), tone, opacity=rng.uniform(0.5, 0.95)))
    if rng.random() < 0.6:
        shapes.append(Shape(regular(4, rng.uniform(14, 28)), dark))
    return stack(shapes)


def bodies(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Cubes in three tones, apart from each other or around a frame, sometimes outlined."""
    palette: Palette = rich_palette(rng)
    line = rng.choice((0.0, 4.0))
    shadow = rng.random() < 0.4
    count = rng.randint(3, 6)
    shapes: list[Shape] = []
    if rng.random() < 0.4:
        shapes.append(Shape(regular(6, 104), stroke=palette.at(1), width=rng.uniform(8, 16), round_joins=False))
    for k in range(count):
        size = rng.uniform(26, 44)
        center = cmath.rect(55, 2 * math.pi * k / count - math.pi / 2)
        corners = [center + cmath.rect(size, math.radians(-90 + 60 * j)) for j in range(6)]
        colour = palette.at(k) if line == 0 and rng.random() < 0.5 else palette.main
        for light, j in ((0.14, 5), (-0.03, 1), (-0.18, 3)):
            quad = polygon([corners[j], corners[(j + 1) % 6], corners[(j + 2) % 6], center])
            tone = palette.ink if shadow and light < -0.1 else shifted(colour, light=light)
            shapes.append(Shape(quad, tone, palette.ink if line else None, line))
    return stack(shapes)
