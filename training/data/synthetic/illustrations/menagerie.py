"""Animals seen from the side and crowded compositions: illustrations without a frontal face."""

import cmath
import math
from random import Random

from training.data.synthetic.drawing.compositions import composition
from training.data.synthetic.drawing.outlines import Outline, circle, ellipse, polygon, rectangle, smooth
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, ink, rich_palette, shifted, skin
from training.data.synthetic.drawing.typefaces import FontLibrary


class Pen:
    """Parts drawn alike: each filled, shaded by a clipped darker copy, and outlined where the manner has lines."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.line = rng.choice((0.0, 0.0, 3.0, 4.0, 6.0))
        self.dark = ink(rng)
        self.mono = rng.random() < 0.12
        if self.mono:
            self.line = max(self.line, 4.0)
        self.shapes: list[Shape] = []

    def part(self, outline: Outline, colour: str, shade: complex = 0j) -> None:
        fill = WHITE if self.mono else colour
        self.shapes.append(Shape(outline, fill))
        if shade and not self.mono:
            self.shapes.append(Shape(outline.placed(1, shade), shifted(colour, light=-0.1), clip=outline))
        if self.line:
            self.shapes.append(Shape(outline, stroke=self.dark, width=self.line))

    def limb(self, points: list[complex], colour: str, width: float) -> None:
        line = smooth(points, 1.0, closed=False)
        if self.line:
            self.shapes.append(Shape(line, stroke=self.dark, width=width + 2 * self.line))
        self.shapes.append(Shape(line, stroke=WHITE if self.mono else colour, width=width))


def animal(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A four-legged animal, bird or sea creature of some 15 to 40 parts."""
    pen = Pen(rng)
    palette = rich_palette(rng)
    tone = skin(rng)
    second = palette.pick(rng)
    kind = rng.randrange(3)
    if kind == 0:
        _quadruped(pen, tone, second)
    elif kind == 1:
        _bird(pen, tone, second, palette.pick(rng))
    else:
        _octopus(pen, tone, second)
    shapes = pen.shapes
    if rng.random() < 0.5:
        shapes = [_flipped(shape) for shape in shapes]
    return stack(shapes)


def _flipped(shape: Shape) -> Shape:
    clip = None if shape.clip is None else shape.clip.stretched(-1, 1)
    return Shape(shape.outline.stretched(-1, 1), shape.fill, shape.stroke, shape.width, clip=clip)


def _eye(pen: Pen, at: complex, size: float) -> None:
    pen.shapes += [
        Shape(circle(at, size), WHITE, pen.dark, size * 0.2),
        Shape(circle(at + size * 0.2, size * 0.55), pen.dark),
    ]
    pen.shapes.append(Shape(circle(at + size * (0.35 - 0.2j), size * 0.2), WHITE))


def _quadruped(pen: Pen, tone: str, second: str) -> None:
    rng = pen.rng
    length, height = rng.uniform(50, 75), rng.uniform(26, 42)
    leg = rng.uniform(25, 50)
    wide = rng.uniform(13, 22)
    pen.limb(
        [complex(-length * 0.9, 0), complex(-length - 25, -height), complex(-length - 5, -height - 35)],
        tone,
        rng.uniform(8, 20),
    )
    for x in (-0.5, 0.65):
        hip = complex(x * length, height * 0.3)
        pen.limb([hip, hip + complex(rng.uniform(-12, 12), leg)], shifted(tone, light=-0.1), wide)
    body = smooth(
        [
            complex(-length, -4),
            complex(-length * 0.3, -height),
            complex(length * 0.6, -height * 0.9),
            complex(length, 0),
            complex(length * 0.4, height),
            complex(-length * 0.6, height),
        ],
        0.9,
    )
    pen.part(body, tone, 12 + 14j)
    pen.shapes.append(
        Shape(ellipse(complex(0, height * 0.9), length * 0.7, height * 0.5), shifted(tone, light=0.17), clip=body)
    )
    for _ in range(rng.choice((0, 3, 6, 9))):
        spot = complex(rng.uniform(-length, length), rng.uniform(-height, height * 0.4))
        pen.shapes.append(Shape(ellipse(spot, rng.uniform(4, 12), rng.uniform(3, 9)), second, clip=body))
    for x in (-0.75, 0.4):
        hip = complex(x * length, height * 0.3)
        pen.limb([hip, hip + complex(rng.uniform(-12, 12), leg + 6)], tone, wide)
        pen.part(ellipse(hip + complex(4, leg + 10), wide * 0.7, 7), second)
    head = complex(length * rng.uniform(0.9, 1.15), -height * rng.uniform(0.8, 1.6))
    size = rng.uniform(26, 38)
    for side in (-0.5, 0.3):
        ear = [
            head + size * complex(side - 0.3, -0.6),
            head + size * complex(side, -rng.uniform(1.3, 1.8)),
            head + size * complex(side + 0.3, -0.7),
        ]
        pen.part(polygon(ear, 4), second if rng.random() < 0.4 else tone)
    pen.part(ellipse(head, size, size * 0.9), tone, 8 + 8j)
    pen.part(ellipse(head + size * (0.6 + 0.3j), size * 0.55, size * 0.4), shifted(tone, light=0.15))
    pen.shapes.append(Shape(ellipse(head + size * (1.0 + 0.15j), size * 0.16, size * 0.12), pen.dark))
    _eye(pen, head + size * (0.2 - 0.2j), size * 0.22)
    if rng.random() < 0.5:
        for k in range(rng.randint(3, 6)):
            pen.part(
                ellipse(head + size * cmath.rect(1.0, math.radians(200 + 22 * k)), size * 0.32, size * 0.25), second
            )


def _bird(pen: Pen, tone: str, second: str, third: str) -> None:
    rng = pen.rng
    for k in range(rng.randint(3, 6)):
        feather = ellipse(-60 + 0j, 45, 9).rotated(-25 + 12 * k).placed(1, complex(-20, 20))
        pen.part(feather, second if k % 2 else third)
    body = smooth([-60 + 20j, -20 - 40j, 30 - 45j, 62 - 5j, 30 + 55j, -25 + 55j], 0.9)
    pen.part(body, tone, 10 + 16j)
    pen.shapes.append(Shape(ellipse(25 + 35j, 40, 35), shifted(tone, light=0.2), clip=body))
    rows = rng.randint(2, 4)
    for row in range(rows):
        for k in range(4):
            feather = ellipse(complex(-30 + 14 * k - 8 * row, -2 + 12 * row), 15, 8)
            pen.part(feather.placed(1), shifted(second, light=0.07 * row))
    head = 48 - 52j
    pen.part(circle(head, 28), tone, 6 + 8j)
    pen.part(polygon([head + 24 - 8j, head + 24 + 10j, head + complex(rng.uniform(45, 70), 6)], 3), "#ffa726")
    _eye(pen, head + 8 - 6j, rng.uniform(6, 12))
    for k in range(rng.randint(0, 4)):
        pen.part(ellipse(-10 - 30j, 6, 18).rotated(0).placed(1, head + complex(-6 + 7 * k, 2)), third)
    for x in (5, 25):
        pen.limb([complex(x, 52), complex(x + 2, 80)], "#ffa726", 5)
        pen.limb([complex(x - 8, 82), complex(x + 14, 82)], "#ffa726", 5)


def _octopus(pen: Pen, tone: str, second: str) -> None:
    rng = pen.rng
    arms = rng.choice((4, 5, 6, 8))
    for k in range(arms):
        x = -60 + 120 * k / (arms - 1)
        sway = rng.uniform(-22, 22)
        path = [complex(x * 0.6, 20), complex(x + sway, 55), complex(x * 1.2 - sway, 82), complex(x * 1.35 + sway, 98)]
        pen.limb(path, tone, 17)
        for t in (55, 70, 84):
            pen.shapes.append(Shape(circle(complex(x * (0.7 + t / 190), t), 3), shifted(tone, light=0.2)))
    head = smooth([-100j, 62 - 60j, 64 + 5j, 35 + 40j, -35 + 40j, -64 + 5j, -62 - 60j], 0.9)
    pen.part(head, tone, 18 + 12j)
    pen.shapes.append(Shape(ellipse(-25 - 65j, 14, 9), shifted(tone, light=0.22)))
    for _ in range(rng.randint(0, 5)):
        spot = complex(rng.uniform(-55, 55), rng.uniform(-90, -45))
        pen.shapes.append(Shape(circle(spot, rng.uniform(3, 9)), second, clip=head))
    for side in (-1, 1):
        _eye(pen, complex(side * 25, -15), rng.uniform(12, 20))
    pen.shapes.append(Shape(smooth([-14 + 18j, 26j, 14 + 18j], 1.0, closed=False), stroke=pen.dark, width=4))


def tangle(rng: Random, _fonts: FontLibrary) -> Drawing:
    """A crowded composition of many primitives in many colours or tones."""
    palette = rich_palette(rng)
    drawing = composition(rng, palette, rng.randint(6, 11), rng.choice((0.1, 0.3, 0.6)))
    if rng.random() < 0.4:
        field = rng.choice((circle(0, 100), rectangle(0, 200, 200, 40)))
        inside = drawing.fitted((-80, -80, 80, 80))
        return stack(Shape(field, palette.at(5)), inside)
    return drawing
