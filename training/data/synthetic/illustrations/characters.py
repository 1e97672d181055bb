"""Mascots: animals, robots and little figures built from overlapping parts."""

import cmath
import math
from random import Random

from training.data.synthetic.drawing.outlines import Outline, circle, ellipse, polygon, rectangle, smooth, star
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, shifted, skin
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.illustrations.faces import Painter, add_ears, add_eyes, add_hat, add_mouth


def _blob(rng: Random, width: float, height: float, points: int = 8, wobble: float = 0.08) -> Outline:
    """A rounded closed body, mirrored left to right."""
    half = [1 + rng.uniform(-wobble, wobble) for _ in range(points // 2 + 1)]
    radii = half + half[-2:0:-1]
    corners = [cmath.rect(radius, 2 * math.pi * k / len(radii) - math.pi / 2) for k, radius in enumerate(radii)]
    return smooth(corners, 1.0).stretched(width, height)


def _body(painter: Painter, tone: str) -> None:
    rng = painter.rng
    clothes = painter.colour()
    body = _blob(rng, rng.uniform(45, 70), rng.uniform(55, 80), 8, 0.06).placed(1, 120j)
    for side in (-1, 1):
        limb = smooth(
            [complex(side * 45, 90), complex(side * rng.uniform(70, 100), rng.uniform(60, 140))], 1.0, closed=False
        )
        painter.stroke(limb, painter.ink if painter.line else tone, 26)
        if painter.line:
            painter.stroke(limb, WHITE if painter.single else tone, 26 - 2 * painter.line)
        painter.part(ellipse(complex(side * 28, 192), 26, 13), painter.colour())
    painter.part(body, clothes)
    painter.part(ellipse(125j, 32, 42), shifted(clothes, light=0.18), clip=body, lined=False)
    for k in range(rng.randint(0, 3)):
        painter.part(circle(complex(0, 95 + 22 * k), 4), painter.ink, lined=False)
    if rng.random() < 0.4:
        painter.part(star(5, 14, 6).placed(1, complex(22, 105)), painter.colour(), lined=False)


def _robot(painter: Painter) -> None:
    rng = painter.rng
    tone = painter.colour()
    painter.stroke(polygon([-70j, -105j], closed=False), painter.ink, 6)
    painter.part(circle(-108j, 10), painter.colour())
    for side in (-1, 1):
        painter.part(rectangle(complex(side * 88, 0), 22, 50, 6), shifted(tone, light=-0.12))
    head = rectangle(0, 160, 140, rng.choice((12, 30, 50)))
    painter.part(head, tone)
    painter.part(rectangle(50 + 0j, 100, 150), shifted(tone, light=-0.07), clip=head, lined=False)
    painter.part(rectangle(-8j, 126, 66, rng.choice((8, 30))), rng.choice((painter.ink, WHITE)))
    for side in (-1, 1):
        painter.part(circle(complex(side * 32, -8), 18), painter.colour())
        painter.part(circle(complex(side * 32, -8), 9), painter.ink, lined=False)
        painter.part(circle(complex(side * 32 + 4, -13), 4), WHITE, lined=False)
        for y in (-55, 58):
            painter.part(circle(complex(side * 66, y), 4), shifted(tone, light=-0.25), lined=False)
    painter.part(rectangle(48j, 80, 20, 4), WHITE)
    for k in range(-2, 3):
        painter.stroke(polygon([complex(k * 16, 38), complex(k * 16, 58)], closed=False), painter.ink, 3)


def _creature(painter: Painter) -> None:
    rng = painter.rng
    tone = skin(rng)
    wide, tall = rng.uniform(60, 90), rng.uniform(58, 85)
    if rng.random() < 0.4:
        _body(painter, tone)
    add_ears(painter, tone, wide, tall)
    head = (
        _blob(rng, wide, tall, 8, 0.1) if rng.random() < 0.7 else rectangle(0, wide * 2, tall * 2, rng.uniform(25, 60))
    )
    painter.part(head, tone)
    if rng.random() < 0.6:
        painter.part(
            ellipse(complex(wide * 0.7, tall * 0.2), wide * 0.6, tall * 1.2),
            shifted(tone, light=-0.08),
            clip=head,
            lined=False,
        )
    if rng.random() < 0.35:
        painter.part(
            ellipse(complex(0, tall * 0.25), wide * 0.75, tall * 0.65),
            shifted(tone, light=0.15),
            clip=head,
            lined=False,
        )
    if rng.random() < 0.3:
        for _ in range(rng.randint(2, 5)):
            spot = complex(rng.uniform(-wide, wide), -tall * rng.uniform(0.2, 1))
            painter.part(
                ellipse(spot, wide * rng.uniform(0.08, 0.3), tall * rng.uniform(0.05, 0.3)),
                painter.colour(),
                clip=head,
                lined=False,
            )
    add_eyes(painter, wide, tall)
    add_mouth(painter, tone, wide, tall)
    if rng.random() < 0.5:
        add_hat(painter, wide, tall)


def character(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A mascot of some 12 to 45 parts, sometimes on a disc."""
    painter = Painter(rng)
    if rng.random() < 0.2:
        _robot(painter)
    else:
        _creature(painter)
    drawing = Drawing(tuple(painter.shapes))
    if rng.random() < 0.25:
        field = circle(0, 100)
        back = WHITE if painter.single else painter.colour()
        inside = drawing.fitted((-85, -80, 85, 100))
        rim = Shape(field, stroke=painter.ink, width=rng.choice((0.0, 5.0, 9.0)))
        return stack(Shape(field, back), inside, rim)
    return drawing
