"""Everyday objects with their details: a cup, a flask, books, a plant, a cake."""

import cmath
import math
from random import Random

from training.data.synthetic.drawing.outlines import circle, ellipse, polygon, rectangle, smooth
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, rich_palette, shifted
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.illustrations.menagerie import Pen


def drawn_object(rng: Random, _fonts: FontLibrary) -> Drawing:
    """Any of the objects, of some 12 to 40 parts."""
    pen = Pen(rng)
    rng.choice((_cup, _flask, _books, _plant, _cake, _helmet, _berry, _framed_picture))(pen, rich_palette(rng))
    return stack(pen.shapes)


def _cup(pen: Pen, palette: Palette) -> None:
    """A steaming cup on a saucer."""
    one = palette.at(0)
    two = palette.at(1)
    three = palette.at(2)
    four = palette.at(3)
    pen.limb([60 - 30j, 100 - 20j, 90 + 25j, 50 + 30j], one, 12)
    cup = smooth([-70 - 50j, 70 - 50j, 55 + 60j, 30 + 80j, -30 + 80j, -55 + 60j], 0.4)
    pen.part(cup, one, 22 + 4j)
    pen.part(ellipse(-50j, 70, 18), shifted(one, light=0.2))
    pen.part(ellipse(-48j, 58, 13), "#5d4037")
    pen.part(polygon([-40 - 5j, 38 - 5j, 32 + 42j, -33 + 42j], 6), two)
    for k in range(-1, 2):
        pen.limb([complex(26 * k, -75), complex(26 * k + 8, -88), complex(26 * k - 6, -102)], three, 6)
    pen.part(ellipse(90j, 85, 12), four)


def _flask(pen: Pen, palette: Palette) -> None:
    """A flask with a bubbling liquid."""
    rng = pen.rng
    one = palette.at(0)
    two = palette.at(1)
    three = palette.at(2)
    flask = smooth([-16 - 60j, 16 - 60j, 20 - 20j, 75 + 60j, 55 + 88j, -55 + 88j, -75 + 60j, -20 - 20j], 0.35)
    pen.part(flask, shifted(one, light=0.3))
    pen.shapes.append(Shape(rectangle(62j, 200, 90), one, clip=flask))
    pen.shapes.append(Shape(ellipse(18j, 60, 9), shifted(one, light=0.15), clip=flask))
    for _ in range(rng.randint(4, 12)):
        at = complex(rng.uniform(-45, 45), rng.uniform(-95, 75))
        pen.part(circle(at, rng.uniform(3, 9)), rng.choice((two, three, WHITE)))
    pen.part(rectangle(-66j, 44, 14, 5), three)
    pen.shapes.append(Shape(smooth([-40 + 40j, -52 + 62j, -44 + 74j], 1.0, closed=False), stroke=WHITE, width=6))


def _books(pen: Pen, palette: Palette) -> None:
    """A pile of books with an apple."""
    rng = pen.rng
    y = 80.0
    for k in range(rng.randint(3, 6)):
        wide, tall, x = rng.uniform(110, 170), rng.uniform(20, 32), rng.uniform(-15, 15)
        colour = palette.at(k)
        pen.part(rectangle(complex(x, y - tall / 2), wide, tall, 4), colour, 0)
        pen.part(rectangle(complex(x + 8, y - tall / 2), wide - 16, tall - 10), "#fff8e1")
        for line in (-0.15, 0.1):
            pen.shapes.append(Shape(rectangle(complex(x + 8, y - tall / 2 + line * tall), wide - 18, 1.5), "#bcaaa4"))
        pen.part(rectangle(complex(x - wide * 0.3, y - tall / 2), 12, tall), shifted(colour, light=-0.15))
        y -= tall
    pen.part(circle(complex(0, y - 22), 22), palette.at(5), 6 + 6j)
    pen.part(ellipse(complex(10, y - 46), 10, 5).placed(1), "#43a047")


def _plant(pen: Pen, palette: Palette) -> None:
    """A plant in a pot."""
    rng = pen.rng
    one = palette.at(0)
    two = palette.at(1)
    three = palette.at(2)
    for k in range(rng.randint(5, 9)):
        angle = -160 + 140 * k / 8
        leaf = smooth([0j, 45 - 16j, 90 + 0j, 45 + 16j], 0.7).rotated(angle).placed(1, -5j)
        pen.part(leaf, shifted("#2e9e4f", light=rng.uniform(-0.12, 0.15)))
        vein = polygon([0, cmath.rect(78, math.radians(angle))], closed=False).placed(1, -5j)
        pen.shapes.append(Shape(vein, stroke="#1b5e20", width=2))
    pen.part(polygon([-48 + 5j, 48 + 5j, 34 + 90j, -34 + 90j], 6), one, 18)
    pen.part(rectangle(5j, 110, 22, 5), two)
    for k in range(-2, 3):
        pen.part(circle(complex(k * 15, 48), 4), three)


def _cake(pen: Pen, palette: Palette) -> None:
    """A cake of two or three tiers with a candle."""
    rng = pen.rng
    two = palette.at(1)
    four = palette.at(3)
    tiers = rng.randint(2, 3)
    for k in range(tiers):
        wide, top = 180 - 50 * k, 85 - 55 * (k + 1)
        pen.part(rectangle(complex(0, top + 27), wide, 55, 8), palette.at(k), 14)
        edge = [complex(-wide / 2 + wide * i / 8, top + (16 if i % 2 else 6)) for i in range(9)]
        pen.part(smooth([complex(-wide / 2, top - 3), *edge, complex(wide / 2, top - 3)], 0.6), palette.at(k + 3))
        for i in range(rng.randint(3, 6)):
            pen.part(circle(complex(-wide / 2 + 15 + i * (wide - 30) / 5, top + 36), 5), palette.at(k + 2))
    top = 85 - 55 * tiers
    pen.part(rectangle(complex(0, top - 16), 8, 30), two)
    pen.part(
        smooth([complex(0, top - 56), complex(8, top - 38), complex(0, top - 30), complex(-8, top - 38)], 0.8),
        "#ffb300",
    )
    pen.part(ellipse(90j, 105, 10), four)


def _helmet(pen: Pen, palette: Palette) -> None:
    """A helmet or hat in several tones with a rim, ribs and a badge."""
    rng = pen.rng
    one = palette.at(0)
    dome = smooth([-80 + 30j, -72 - 25j, -35 - 72j, 35 - 72j, 72 - 25j, 80 + 30j], 0.7)
    pen.part(dome, one, 0)
    pen.shapes.append(Shape(rectangle(-78 + 0j, 60, 220), shifted(one, light=-0.12), clip=dome))
    pen.shapes.append(Shape(rectangle(70 + 0j, 50, 220), shifted(one, light=0.1), clip=dome))
    for x in (-28, 28)[: rng.randint(0, 2)]:
        pen.part(rectangle(complex(x, -28), rng.uniform(8, 16), 105, 6), shifted(one, light=0.14))
    pen.part(ellipse(36j, 105, 20), shifted(one, light=-0.06), 4j)
    pen.shapes.append(Shape(ellipse(42j, 100, 13), shifted(one, light=-0.2), clip=ellipse(36j, 105, 20)))
    badge = polygon([-62j, 22 - 28j, 8j, -22 - 28j])
    pen.part(badge, palette.at(1))
    pen.shapes.append(Shape(polygon([-62j, 22 - 28j, 8j]), shifted(palette.at(1), light=-0.15)))
    pen.shapes.append(Shape(polygon([-40j, 10 - 24j, -14j, -10 - 24j]), pen.dark))


def _berry(pen: Pen, palette: Palette) -> None:
    """A berry or grape of many drupelets under two leaves."""
    rng = pen.rng
    one, leaf = palette.at(0), palette.at(1)
    rows = rng.choice(((3, 4, 3, 2), (2, 3, 2, 1), (4, 3, 2, 1)))
    for side in (-1, 1):
        blade = smooth([-42j, complex(side * 25, -80), complex(side * 66, -82), complex(side * 44, -52)], 0.7)
        pen.part(blade, leaf)
        vein = polygon([-42j, complex(side * 50, -74)], closed=False)
        pen.shapes.append(Shape(vein, stroke=pen.dark if pen.line else shifted(leaf, light=-0.15), width=3))
    for row, count in enumerate(rows):
        for k in range(count):
            center = complex((k - (count - 1) / 2) * 40, -25 + 36 * row)
            pen.part(circle(center, rng.uniform(19, 22)), one)
            pen.shapes.append(Shape(circle(center - 6 - 6j, 6), shifted(one, light=0.18)))


def _framed_picture(pen: Pen, palette: Palette) -> None:
    """A tilted photograph of hills on a disc."""
    rng = pen.rng
    turn = rng.uniform(-15, 15)
    pen.part(circle(0, 100), palette.at(0))
    frame = rectangle(0, 136, 100, 6).rotated(turn)
    inner = rectangle(0, 118, 82).rotated(turn)
    pen.part(frame, WHITE, 5 + 6j)
    pen.shapes.append(Shape(inner, shifted(palette.at(1), light=0.2)))
    for k in range(rng.randint(2, 4)):
        x, tall = rng.uniform(-45, 45), rng.uniform(25, 55)
        peak = polygon([complex(x - tall, 50), complex(x, 50 - tall), complex(x + tall, 50)], 6)
        pen.shapes.append(Shape(peak, palette.at(2 + k), clip=inner))
    pen.shapes.append(Shape(circle(complex(rng.uniform(-35, 35), -20), 9), WHITE, clip=inner))
    for y in (-74, 74)[: rng.randint(0, 2)]:
        sign = polygon([complex(-14, y - 6), complex(0, y + 6), complex(14, y - 6)], closed=False)
        pen.shapes.append(Shape(sign, stroke=WHITE, width=7))
