"""Scenes: landscapes, skylines, ships and rockets."""

import math
from random import Random

from training.data.synthetic.drawing.outlines import Outline, circle, ellipse, polygon, rectangle, regular, smooth, star
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, brand, ink, rich_palette, shifted
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.signs import shield_outline


def landscape(rng: Random, _fonts: FontLibrary) -> Drawing:  # noqa: C901 -- one layer after the other, back to front
    """Sky, sun, ridges, trees and water inside a badge."""
    field = rng.choice(
        (circle(0, 100), circle(0, 100), rectangle(0, 200, 200, 40), regular(6, 100), shield_outline(rng))
    )
    sky, far, near = brand(rng), brand(rng), brand(rng)
    sky = shifted(sky, light=0.2, saturation=-0.2)
    shapes = [Shape(field, sky)]

    def add(outline: Outline, colour: str) -> None:
        shapes.append(Shape(outline, colour, clip=field))

    for k in range(rng.randint(0, 3)):
        add(rectangle(complex(0, -95 + 25 * k), 220, 26), shifted(sky, light=0.05 * (k + 1)))
    sun = complex(rng.uniform(-50, 50), rng.uniform(-60, -5))
    size = rng.uniform(16, 34)
    add(circle(sun, size * 1.3), shifted("#ffd54a", light=0.12))
    add(circle(sun, size), rng.choice(("#ffc107", "#ff8f3a", WHITE, "#ffe082")))
    for _ in range(rng.randint(0, 4)):
        at = complex(rng.uniform(-80, 80), rng.uniform(-85, -30))
        add(ellipse(at, 18, 6) + ellipse(at + 9 - 4j, 10, 7), WHITE)
    for ridge in range(rng.randint(2, 4)):
        base = -10 + ridge * 30
        tone = shifted(far, light=0.16 - 0.13 * ridge)
        for outline, colour in _ridge(rng, base, tone):
            add(outline, colour)
    for _ in range(rng.randint(0, 9)):
        for outline, colour in _tree(rng, near):
            add(outline, colour)
    if rng.random() < 0.6:
        for k in range(rng.randint(2, 4)):
            crest = [complex(x, 60 + 14 * k + (5 if i % 2 else -5)) for i, x in enumerate(range(-120, 121, 24))]
            add(smooth([*crest, 140 + 140j, -140 + 140j], 0.8), shifted("#1e88e5", light=0.12 - 0.08 * k))
    if rng.random() < 0.5:
        shapes.append(Shape(field.placed(0.97), stroke=rng.choice((ink(rng), WHITE, near)), width=rng.uniform(4, 10)))
    return stack(shapes)


Painted = list[tuple[Outline, str]]


def _ridge(rng: Random, base: float, tone: str) -> Painted:
    """Peaks, some with snow, or soft hills."""
    parts: Painted = []
    if rng.random() < 0.6:
        x = -110.0
        while x < 110:
            wide, tall = rng.uniform(30, 60), rng.uniform(30, 70)
            parts.append(
                (polygon([complex(x - wide, base + 50), complex(x, base - tall), complex(x + wide, base + 50)]), tone)
            )
            tip = [
                complex(x - wide * 0.28, base - tall * 0.5),
                complex(x, base - tall),
                complex(x + wide * 0.28, base - tall * 0.5),
                complex(x, base - tall * 0.35),
            ]
            if rng.random() < 0.5:
                parts.append((polygon(tip), WHITE))
            x += rng.uniform(40, 75)
    else:
        crest = [complex(x, base + rng.uniform(-15, 15)) for x in range(-120, 121, 40)]
        parts.append((smooth([*crest, 140 + 130j, -140 + 130j], 0.6), tone))
    return parts


def _tree(rng: Random, tone: str) -> Painted:
    """A fir of one to three layers."""
    parts: Painted = []
    foot = complex(rng.uniform(-85, 85), rng.uniform(45, 80))
    tall = rng.uniform(18, 40)
    parts.append((rectangle(foot - 3j, 4, 10), "#5d4037"))
    for layer in range(rng.choice((1, 2, 3))):
        low = foot - 1j * (6 + layer * tall * 0.3)
        parts.append(
            (
                polygon(
                    [low - tall * (0.35 - 0.07 * layer), low - 1j * tall * 0.6, low + tall * (0.35 - 0.07 * layer)]
                ),
                shifted(tone, light=-0.1 + 0.05 * layer),
            )
        )
    return parts


def skyline(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Houses with windows and roofs."""
    palette = rich_palette(rng)
    shapes = []
    x = -100.0
    while x < 85:
        wide, tall = rng.uniform(25, 50), rng.uniform(50, 170)
        colour = palette.pick(rng)
        shapes.append(Shape(rectangle(complex(x + wide / 2, 100 - tall / 2), wide, tall), colour))
        shapes.append(
            Shape(rectangle(complex(x + wide * 0.8, 100 - tall / 2), wide * 0.4, tall), shifted(colour, light=-0.1))
        )
        if rng.random() < 0.6:
            roof = [
                complex(x - 3, 100 - tall),
                complex(x + wide / 2, 100 - tall - rng.uniform(10, 40)),
                complex(x + wide + 3, 100 - tall),
            ]
            shapes.append(Shape(polygon(roof), palette.pick(rng)))
        light = rng.choice((WHITE, "#ffe082", shifted(colour, light=0.25)))
        y = 100 - tall + 12
        while y < 88:
            shapes += [
                Shape(rectangle(complex(x + wide * (0.25 + 0.25 * column), y), wide * 0.16, 8), light)
                for column in range(rng.choice((2, 2, 3)))
            ]
            y += rng.choice((15, 20, 30))
        x += wide + rng.choice((-4, 0, 3))
    shapes.append(Shape(rectangle(103j, 220, 8), palette.ink))
    return stack(shapes)


def vessel(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A rocket or a sailing ship with its details."""
    maker = _rocket if rng.random() < 0.5 else _ship
    return maker(rng, rich_palette(rng), rng.choice((0.0, 0.0, 3.0, 5.0)))


def _rocket(rng: Random, palette: Palette, line: float) -> Drawing:
    shapes: list[Shape] = []

    def add(outline: Outline, colour: str) -> None:
        shapes.append(Shape(outline, colour, palette.ink if line else None, line))

    main, second, third = palette.at(0), palette.at(1), palette.at(2)
    for k, tone in enumerate(("#ff7043", "#ffb300", "#fff176")):
        flame = smooth([complex(-20 + 6 * k, 62), complex(0, 120 - 16 * k), complex(20 - 6 * k, 62)], 0.7)
        shapes.append(Shape(flame, tone))
    for side in (-1, 1):
        add(
            smooth(
                [complex(side * 30, 15), complex(side * 72, 60), complex(side * 62, 88), complex(side * 28, 62)],
                0.4,
            ),
            second,
        )
    hull = smooth([-100j, 36 - 35j, 34 + 55j, 22 + 68j, -22 + 68j, -34 + 55j, -36 - 35j], 0.8)
    add(hull, main)
    shapes.append(Shape(ellipse(30 + 0j, 24, 110), shifted(main, light=-0.1), clip=hull))
    shapes.append(Shape(rectangle(-78j, 100, 50), second, clip=hull))
    shapes.append(Shape(rectangle(complex(0, 48), 100, 9), third, clip=hull))
    for y in (-22, 14)[: rng.randint(1, 2)]:
        add(circle(y * 1j, 17), third)
        add(circle(y * 1j, 11), shifted("#4fc3f7", light=0.1))
        shapes.append(Shape(circle(-4 + (y - 4) * 1j, 4), WHITE))
    add(smooth([-5 + 40j, -6 + 80j, 6 + 80j, 5 + 40j], 0.5), second)
    for _ in range(rng.randint(0, 8)):
        at = complex(rng.uniform(45, 95) * rng.choice((-1, 1)), rng.uniform(-90, 40))
        shapes.append(Shape(star(4, rng.uniform(4, 10), 2.5).placed(1, at), third))
    tilted = rng.choice((0.0, 0.0, 40.0))
    return stack([_turned(shape, tilted) for shape in shapes])


def _ship(rng: Random, palette: Palette, line: float) -> Drawing:
    shapes: list[Shape] = []

    def add(outline: Outline, colour: str) -> None:
        shapes.append(Shape(outline, colour, palette.ink if line else None, line))

    main, second, third = palette.at(0), palette.at(1), palette.at(2)
    add(smooth([-90 + 40j, 90 + 35j, 62 + 85j, -55 + 85j], 0.35), main)
    shapes.append(Shape(polygon([-85 + 48j, 85 + 44j, 82 + 54j, -82 + 57j]), second))
    for mast in range(rng.randint(1, 3)):
        x = -45 + 45 * mast
        add(rectangle(complex(x, -20), 5, 130), "#6d4c41")
        for row in range(rng.randint(1, 3)):
            y = -75 + row * 36
            sail = smooth(
                [
                    complex(x - 20, y),
                    complex(x + 20, y),
                    complex(x + 26, y + 16),
                    complex(x + 20, y + 30),
                    complex(x - 20, y + 30),
                    complex(x - 12, y + 16),
                ],
                0.5,
            )
            add(sail, third if row % 2 else WHITE if line else shifted(third, light=0.15))
        add(polygon([complex(x, -95), complex(x + 24, -88), complex(x, -80)]), second)
    for k in range(rng.randint(2, 5)):
        add(circle(complex(-45 + 25 * k, 66), 5), shifted(main, light=0.3))
    for k in range(2):
        crest = [complex(x, 82 + 12 * k + 5 * math.sin(x / 9 + k)) for x in range(-100, 101, 12)]
        shapes.append(Shape(smooth(crest, 0.9, closed=False), stroke=shifted("#1e88e5", light=0.1 * k), width=8))
    return stack(shapes)


def _turned(shape: Shape, degrees: float) -> Shape:
    if degrees == 0:
        return shape
    clip = None if shape.clip is None else shape.clip.rotated(degrees)
    return Shape(shape.outline.rotated(degrees), shape.fill, shape.stroke, shape.width, clip=clip)
