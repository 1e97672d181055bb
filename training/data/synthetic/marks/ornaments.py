"""Marks of many ordered parts: crests and seals, facets, cube clusters, mandalas, mosaics, meshes and maps."""

import cmath
import math
from random import Random

from training.data.synthetic.drawing.lettering import letters, name, painted, style
from training.data.synthetic.drawing.outlines import circle, ellipse, polygon, rectangle, regular, ring, smooth, star
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, brand, ink, rich_palette, shifted
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.signs import shield_outline
from training.data.synthetic.marks.silhouettes import blade_outline, silhouette


def badge(rng: Random, fonts: FontLibrary) -> Drawing:
    """A crest or seal: field, rim, sign, stars, laurel, ribbon, lettering along the rim."""
    palette = rich_palette(rng)
    main, second, third = palette.at(0), palette.at(1), palette.at(2)
    round_seal = rng.random() < 0.5
    shapes: list[Shape] = []
    if round_seal:
        teeth = rng.choice((0, 0, 16, 24, 32))
        outer = star(teeth, 100, 90, rounding=2) if teeth else circle(0, 100)
        shapes += [Shape(outer, main), Shape(circle(0, 86), stroke=WHITE, width=3), Shape(circle(0, 56), second)]
        text = (name(rng) + " " + name(rng)).upper()[:16]
        shapes += _around(rng, fonts, text, 64.0, WHITE)
        inner = 0.45
    else:
        field = shield_outline(rng)
        shapes += [Shape(field, main), Shape(field.placed(0.86), second)]
        kind = rng.randrange(4)
        if kind == 0:
            shapes.append(Shape(rectangle(50 + 0j, 100, 220), third, clip=field.placed(0.86)))
        elif kind == 1:
            for k in range(-3, 4, 2):
                shapes.append(
                    Shape(
                        polygon([k * 30 - 15 - 100j, k * 30 + 15 - 100j, k * 30 + 55 + 100j, k * 30 + 25 + 100j]),
                        third,
                        clip=field.placed(0.86),
                    )
                )
        elif kind == 2:
            shapes += [
                Shape(rectangle(complex(40 * x, 50 * y), 80, 100), third, clip=field.placed(0.86))
                for x, y in ((-1, -1), (1, 1))
            ]
        inner = 0.5
    sign = silhouette(rng, rng.choice((WHITE, palette.at(3), palette.ink)), fonts)
    shapes += sign.fitted((-100 * inner, -90 * inner, 100 * inner, 90 * inner)).shapes
    for k in range(rng.randint(0, 5)):
        shapes.append(Shape(star(5, 8, 3.5).placed(1, complex(-40 + 20 * k, -62 if not round_seal else 70)), third))
    if rng.random() < 0.5:
        shapes += _laurel(rng, palette.at(3))
    if rng.random() < 0.5:
        shapes += _ribbon(rng, fonts, third, rng.choice((WHITE, palette.ink)))
    return stack(shapes)


def _laurel(rng: Random, colour: str) -> list[Shape]:
    shapes: list[Shape] = []
    leaf = ellipse(0, 5, 13)
    for side in (-1, 1):
        for k in range(rng.randint(5, 9)):
            angle = math.radians(90 + side * (15 + 14 * k))
            turn = math.degrees(angle) + 90 + side * 30
            shapes.append(Shape(leaf.rotated(turn).placed(1, cmath.rect(112, angle)), colour))
    return shapes


def _ribbon(rng: Random, fonts: FontLibrary, colour: str, fore: str) -> list[Shape]:
    shapes: list[Shape] = []
    y = rng.uniform(55, 75)
    for side in (-1, 1):
        tail = [
            complex(side * 70, y - 5),
            complex(side * 118, y - 5),
            complex(side * 105, y + 10),
            complex(side * 118, y + 26),
            complex(side * 70, y + 26),
        ]
        shapes.append(Shape(polygon(tail), shifted(colour, light=-0.15)))
    shapes.append(Shape(rectangle(complex(0, y + 5), 180, 30), colour))
    setting = style(rng, fonts)
    line = painted(letters(name(rng).upper()[:9], setting), setting, [fore])
    shapes += line.fitted((-75, y - 5, 75, y + 15)).shapes
    return shapes


def _around(rng: Random, fonts: FontLibrary, text: str, radius: float, colour: str) -> list[Shape]:
    setting = style(rng, fonts)
    size = 20.0
    outlines = letters(text, setting)
    step = 300 / max(len(outlines), 8)
    shapes: list[Shape] = []
    for index, outline in enumerate(outlines):
        left, _, right, _ = outline.bounds()
        angle = (index - (len(outlines) - 1) / 2) * step
        at_top = outline.placed(1, -(left + right) / 2).placed(size, complex(0, -radius)).rotated(angle)
        width = setting.face.stroke * size
        shapes.append(Shape(at_top, None if width else colour, colour if width else None, width, even_odd=False))
    return shapes


def facets(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A low-poly body: triangles around inner points, each in its own shade."""
    base = brand(rng)
    other = shifted(base, hue=rng.uniform(-0.12, 0.12)) if rng.random() < 0.7 else brand(rng)
    count = rng.randint(6, 11)
    symmetric = rng.random() < 0.6
    rim = [cmath.rect(rng.uniform(55, 100), 2 * math.pi * k / count - math.pi / 2) for k in range(count)]
    if symmetric:
        rim = [complex(abs(p.real), p.imag) for p in rim[: count // 2 + 1]]
        rim += [complex(-p.real, p.imag) for p in reversed(rim[1:])]
    middle = [p * rng.uniform(0.4, 0.65) for p in rim]
    shapes = []
    for k, corner in enumerate(rim):
        after = (k + 1) % len(rim)
        for triangle in (
            (corner, rim[after], middle[k]),
            (rim[after], middle[after], middle[k]),
            (middle[k], middle[after], 0j),
        ):
            tone = shifted(rng.choice((base, other)), light=rng.uniform(-0.22, 0.25))
            shapes.append(Shape(polygon(triangle), tone, tone, 0.6))
    return stack(shapes)


def cubes(rng: Random, fonts: FontLibrary) -> Drawing:
    """A pile of cubes in three tones each."""
    size = rng.choice((2, 3))
    palette = rich_palette(rng)
    edge = 100 / size / 1.9
    right, down, up = cmath.rect(edge, math.radians(30)), cmath.rect(edge, math.radians(150)), -1j * edge
    gap = rng.choice((1.0, 1.0, 0.9))
    shapes = []
    for layer in range(size):
        for row in range(size):
            for column in range(size):
                if rng.random() < 0.25:
                    continue
                corner = row * down + column * right + layer * up
                colour = palette.pick(rng) if rng.random() < 0.5 else palette.main
                for face, light in (
                    ((up, up + right, up + right + down, up + down), 0.14),
                    ((down, down + up, down + up + right, down + right), -0.02),
                    ((right, right + up, right + up + down, right + down), -0.16),
                ):
                    shapes.append(Shape(polygon([corner + p * gap for p in face]), shifted(colour, light=light)))
    return stack(shapes) if shapes else facets(rng, fonts)


def mandala(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Rings of petals and dots around a centre."""
    palette = rich_palette(rng)
    shapes: list[Shape] = [Shape(circle(0, 104), palette.at(4))] if rng.random() < 0.3 else []
    count = rng.choice((6, 8, 10, 12))
    for index in range(rng.randint(2, 4)):
        scale = 1 - 0.25 * index
        blade = blade_outline(rng, count).placed(scale)
        turn = rng.choice((0, 180 / count))
        for k in range(count):
            colour = palette.at(index + (k % 2 if rng.random() < 0.3 else 0))
            shapes.append(Shape(blade.rotated(360 * k / count + turn), colour))
        if rng.random() < 0.5:
            dot = circle(complex(0, -96 * scale), 5 * scale)
            shapes += [Shape(dot.rotated(360 * k / count + 180 / count), palette.at(index + 2)) for k in range(count)]
    shapes += [Shape(circle(0, 26), palette.at(3)), Shape(ring(0, 18, 11), rng.choice((WHITE, palette.ink)))]
    return stack(shapes)


def jigsaw(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A mosaic of many coloured cells inside an outline."""
    palette = rich_palette(rng)
    field = rng.choice((circle(0, 100), regular(6, 100), rectangle(0, 200, 200, 40), shield_outline(rng)))
    side = rng.randint(4, 7)
    step = 200 / side
    shapes = []
    for row in range(side):
        for column in range(side):
            x, y = -100 + column * step, -100 + row * step
            corners = [complex(x, y), complex(x + step, y), complex(x + step, y + step), complex(x, y + step)]
            turn = rng.randrange(4)
            shapes.append(Shape(polygon(corners), palette.pick(rng), clip=field))
            if rng.random() < 0.6:
                shapes.append(
                    Shape(polygon([corners[turn], corners[turn - 1], corners[turn - 2]]), palette.pick(rng), clip=field)
                )
            elif rng.random() < 0.4:
                shapes.append(
                    Shape(circle(complex(x, y) + complex(step, step) / 2, step * 0.3), palette.pick(rng), clip=field)
                )
    return stack(shapes)


def mesh(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A dense graph of nodes and edges."""
    palette = rich_palette(rng)
    count = rng.randint(9, 18)
    nodes = [cmath.rect(100 * math.sqrt((k + 0.5) / count), 2.4 * k + rng.uniform(-0.2, 0.2)) for k in range(count)]
    shapes = []
    for index, node in enumerate(nodes):
        near = sorted(nodes, key=lambda other: abs(other - node))[1 : rng.randint(3, 4)]
        shapes += [Shape(polygon([node, other], closed=False), stroke=palette.ink, width=2.5) for other in near]
        shapes.append(Shape(circle(node, rng.uniform(5, 14)), palette.at(index)))
    return stack(shapes)


def street_map(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Blocks, streets, a park and a river under a pin."""
    field = rectangle(0, 200, 200, rng.choice((0, 30)))
    shapes = [Shape(field, "#f0ede5")]
    for _ in range(rng.randint(2, 4)):
        at = complex(rng.uniform(-90, 90), rng.uniform(-90, 90))
        shapes.append(Shape(rectangle(at, rng.uniform(30, 70), rng.uniform(30, 70)), "#a5d6a7", clip=field))
    river = smooth([complex(-110 + 44 * k, rng.uniform(-60, 60)) for k in range(6)], 0.9, closed=False)
    shapes.append(Shape(river, stroke="#81d4fa", width=rng.uniform(16, 30), clip=field))
    for k in range(rng.randint(4, 8)):
        at = rng.uniform(-90, 90)
        line = [complex(-120, at), complex(120, at + rng.uniform(-50, 50))]
        street = polygon(line, closed=False).rotated(90 * (k % 2))
        shapes.append(Shape(street, stroke=rng.choice((WHITE, "#ffe082")), width=rng.uniform(5, 12), clip=field))
    pin = brand(rng)
    at = complex(rng.uniform(-30, 30), rng.uniform(-30, 20))
    shapes += [
        Shape(smooth([at + 60j, at - 32 - 5j, at - 45j, at + 32 - 5j], 0.9), pin, ink(rng), rng.choice((0.0, 3.0))),
        Shape(circle(at - 12j, 12), WHITE),
    ]
    return stack(shapes)
