"""Faces: a painter in one manner, and the ears, eyes, mouths and hats that it adds to a head."""

import math
from random import Random

from training.data.synthetic.drawing.outlines import Outline, arc, circle, ellipse, polygon, rectangle, smooth, star
from training.data.synthetic.drawing.painted_outlines import Shape
from training.data.synthetic.drawing.palettes import WHITE, ink, rich_palette, shifted


class Painter:
    """Adds parts of one character in one manner: outlined or not, coloured or in one ink."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.palette = rich_palette(rng)
        self.ink = ink(rng)
        self.line = rng.choice((0.0, 0.0, 3.0, 4.5, 6.0))
        self.single = rng.random() < 0.16
        if self.single:
            self.line = rng.uniform(4, 7)
        self.shapes: list[Shape] = []

    def part(self, outline: Outline, colour: str, clip: Outline | None = None, lined: bool = True) -> None:
        """A filled part, outlined where this character's manner has outlines."""
        fill = (WHITE if colour != self.ink else self.ink) if self.single else colour
        width = self.line if lined else 0.0
        self.shapes.append(Shape(outline, fill, self.ink if width else None, width, clip=clip))

    def stroke(self, outline: Outline, colour: str, width: float, clip: Outline | None = None) -> None:
        """An open line."""
        self.shapes.append(Shape(outline, stroke=self.ink if self.single else colour, width=width, clip=clip))

    def colour(self) -> str:
        """Some colour of the palette."""
        return self.palette.pick(self.rng)


def add_ears(painter: Painter, tone: str, wide: float, tall: float) -> None:
    rng = painter.rng
    kind = rng.randrange(5)
    inner = shifted(tone, light=0.15, hue=0.03)
    for side in (-1, 1):
        if kind == 0:
            tip = complex(side * wide * rng.uniform(0.8, 1.1), -tall * rng.uniform(1.2, 1.6))
            painter.part(
                polygon([complex(side * wide * 0.9, -tall * 0.2), tip, complex(side * wide * 0.2, -tall * 0.85)], 6),
                tone,
            )
            painter.part(
                polygon(
                    [complex(side * wide * 0.82, -tall * 0.45), tip * 0.92, complex(side * wide * 0.4, -tall * 0.82)], 4
                ),
                inner,
                lined=False,
            )
        elif kind == 1:
            center = complex(side * wide * 0.75, -tall * 0.8)
            painter.part(circle(center, wide * 0.36), tone)
            painter.part(circle(center, wide * 0.2), inner, lined=False)
        elif kind == 2:
            outline = (
                ellipse(0, wide * 0.22, tall * 0.7)
                .rotated(side * rng.uniform(5, 30))
                .placed(1, complex(side * wide * 0.45, -tall * 1.2))
            )
            painter.part(outline, tone)
            painter.part(outline.placed(0.55, complex(side * wide * 0.45, -tall * 1.2) * 0.45), inner, lined=False)
        elif kind == 3:
            horn = smooth(
                [
                    complex(side * wide * 0.5, -tall * 0.8),
                    complex(side * wide * 1.1, -tall * 1.0),
                    complex(side * wide * 1.05, -tall * 1.5),
                    complex(side * wide * 0.9, -tall * 0.7),
                ],
                0.7,
            )
            painter.part(horn, painter.colour())


def add_eyes(painter: Painter, wide: float, tall: float) -> None:
    rng = painter.rng
    gap, height = wide * rng.uniform(0.28, 0.5), tall * rng.uniform(-0.25, 0.1)
    size = wide * rng.uniform(0.12, 0.3)
    kind = rng.randrange(4)
    look = complex(rng.uniform(-0.2, 0.2), rng.uniform(-0.1, 0.2)) * size
    if kind == 3:
        painter.part(rectangle(complex(0, height), wide * 1.5, size * 2, size), painter.ink)
        painter.part(
            rectangle(complex(0, height - size * 0.2), wide * 1.3, size * 1.1, size * 0.5),
            painter.colour(),
            lined=False,
        )
        return
    for side in (-1, 1):
        center = complex(side * gap, height)
        if kind == 0:
            painter.part(circle(center, size), WHITE)
            painter.part(circle(center + look, size * 0.55), painter.ink, lined=False)
        elif kind == 1:
            painter.part(ellipse(center, size * 0.5, size * 0.75), painter.ink, lined=False)
        else:
            painter.part(ellipse(center, size, size * 0.8), WHITE)
            painter.part(circle(center + look, size * 0.6), painter.colour(), lined=False)
            painter.part(circle(center + look, size * 0.32), painter.ink, lined=False)
        painter.part(circle(center + look + size * (0.2 - 0.25j), size * 0.18), WHITE, lined=False)
        if rng.random() < 0.4:
            brow = complex(side * gap, height - size * 1.4)
            painter.stroke(
                polygon([brow - size * 0.7, brow + size * (0.7 + rng.uniform(-0.4, 0.4) * 1j)], closed=False),
                painter.ink,
                size * 0.3,
            )
    if rng.random() < 0.2:
        for side in (-1, 1):
            painter.stroke(circle(complex(side * gap, height), size * 1.35), painter.ink, 4)
        painter.stroke(
            polygon([complex(-gap + size * 1.3, height), complex(gap - size * 1.3, height)], closed=False),
            painter.ink,
            4,
        )


def add_mouth(painter: Painter, tone: str, wide: float, tall: float) -> None:
    rng = painter.rng
    low = tall * rng.uniform(0.3, 0.5)
    kind = rng.randrange(5)
    if kind == 0:
        muzzle = ellipse(complex(0, low), wide * 0.5, tall * 0.36)
        painter.part(muzzle, shifted(tone, light=0.2))
        painter.part(ellipse(complex(0, low - tall * 0.18), wide * 0.17, tall * 0.11), painter.ink, lined=False)
        painter.stroke(
            polygon([complex(0, low - tall * 0.1), complex(0, low + tall * 0.08)], closed=False), painter.ink, 3
        )
        for side in (-1, 1):
            painter.stroke(arc(complex(side * wide * 0.13, low + tall * 0.05), wide * 0.13, 0, 180), painter.ink, 3)
    elif kind == 1:
        painter.part(
            polygon([complex(-wide * 0.2, low - 12), complex(wide * 0.2, low - 12), complex(0, low + 20)], 5),
            painter.colour(),
        )
    elif kind == 2:
        mouth = smooth(
            [complex(-wide * 0.35, low), complex(0, low + 6), complex(wide * 0.35, low), complex(0, low + tall * 0.35)],
            0.8,
        )
        painter.part(mouth, shifted(painter.ink, light=0.05))
        painter.part(ellipse(complex(0, low + tall * 0.3), wide * 0.2, tall * 0.14), "#e85d75", clip=mouth, lined=False)
        painter.part(rectangle(complex(0, low + 3), wide * 0.45, 12, 2), WHITE, clip=mouth, lined=False)
    elif kind == 3:
        painter.stroke(arc(complex(0, low - 15), wide * 0.35, 20, 140), painter.ink, rng.uniform(4, 8))
    else:
        beard = smooth(
            [
                complex(-wide * 0.8, low - 25),
                complex(0, low - 12),
                complex(wide * 0.8, low - 25),
                complex(wide * 0.5, tall * 1.1),
                complex(0, tall * 1.3),
                complex(-wide * 0.5, tall * 1.1),
            ],
            0.7,
        )
        painter.part(beard, painter.colour())
        painter.part(ellipse(complex(0, low + 10), wide * 0.2, 7), "#a33b3b", lined=False)
    _cheeks(painter, tone, wide, low)


def _cheeks(painter: Painter, tone: str, wide: float, low: float) -> None:
    rng = painter.rng
    if rng.random() < 0.4:
        for side in (-1, 1):
            painter.part(
                ellipse(complex(side * wide * 0.6, low - 8), wide * 0.13, wide * 0.09),
                shifted(tone, hue=-0.03, light=-0.08),
                lined=False,
            )
    if rng.random() < 0.25:
        for side in (-1, 1):
            for k in (-1, 0, 1):
                start = complex(side * wide * 0.45, low + k * 8)
                painter.stroke(
                    polygon([start, start + complex(side * wide * 0.5, k * 9)], closed=False), painter.ink, 2
                )


def add_hat(painter: Painter, wide: float, tall: float) -> None:
    rng = painter.rng
    colour = painter.colour()
    band = painter.colour()
    top = -tall * 0.75
    kind = rng.randrange(5)
    if kind == 0:
        painter.part(rectangle(complex(0, top - 30), wide * 1.2, 62, 6), colour)
        painter.part(rectangle(complex(0, top - 8), wide * 1.2, 16), band, lined=False)
        painter.part(rectangle(complex(0, top + 4), wide * 2.0, 13, 6), colour)
    elif kind == 1:
        painter.part(
            smooth(
                [
                    complex(-wide * 1.1, top + 10),
                    complex(-wide * 0.5, top - 20),
                    complex(wide * rng.uniform(-0.4, 0.5), top - 95),
                    complex(wide * 0.5, top - 20),
                    complex(wide * 1.1, top + 10),
                    complex(0, top + 22),
                ],
                0.5,
            ),
            colour,
        )
        painter.part(star(5, 11, 5).placed(1, complex(0, top - 28)), band, lined=False)
        painter.part(star(5, 7, 3).placed(1, complex(wide * 0.2, top - 5)), band, lined=False)
    elif kind == 2:
        painter.part(
            smooth(
                [
                    complex(-wide * 0.95, top + 20),
                    complex(-wide * 0.7, top - 30),
                    complex(0, top - 48),
                    complex(wide * 0.7, top - 30),
                    complex(wide * 0.95, top + 20),
                ],
                0.7,
            ),
            colour,
        )
        painter.part(
            smooth(
                [
                    complex(-wide * 0.2, top + 16),
                    complex(wide * 1.35, top + 12),
                    complex(wide * 1.3, top + 26),
                    complex(-wide * 0.2, top + 26),
                ],
                0.4,
            ),
            band,
        )
    elif kind == 3:
        points = [
            complex(-wide * 0.6, top + 5),
            complex(-wide * 0.7, top - 45),
            complex(-wide * 0.3, top - 15),
            complex(0, top - 55),
            complex(wide * 0.3, top - 15),
            complex(wide * 0.7, top - 45),
            complex(wide * 0.6, top + 5),
        ]
        painter.part(polygon(points, 3), "#f5b301")
        for x in (-0.7, 0.0, 0.7):
            painter.part(circle(complex(wide * x, top - (55 if x == 0 else 45)), 6), band, lined=False)
    else:
        for k in range(rng.randint(4, 8)):
            angle = math.radians(-160 + 140 * k / 7)
            painter.part(
                circle(
                    complex(wide * 0.85 * math.cos(angle), tall * 0.85 * math.sin(angle)),
                    wide * rng.uniform(0.22, 0.36),
                ),
                colour,
            )
