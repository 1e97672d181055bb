"""Abstract marks composed by rule: a few primitives, repeated by a symmetry, in few or many colours."""

import cmath
import math
from random import Random

from training.data.synthetic.drawing.outlines import (
    Outline,
    arc,
    circle,
    ellipse,
    polygon,
    rectangle,
    regular,
    ring,
    sector,
    smooth,
    star,
)
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, shifted


def _primitive(rng: Random, size: float) -> Outline:  # noqa: PLR0911 -- one form, one return
    kind = rng.randrange(10)
    if kind == 0:
        return rectangle(0, size * 2, size * rng.uniform(0.4, 2), rng.choice((0, 0, size * 0.3)))
    if kind == 1:
        return circle(0, size)
    if kind == 2:
        return sector(-size - 1j * size, size * 2, rng.choice((0, 0, size)), 0, 90)
    if kind == 3:
        return regular(rng.choice((3, 3, 4, 6)), size, rng.choice((-90, 0)), rng.choice((0, 0, size * 0.2)))
    if kind == 4:
        return polygon([-size - 1j * size, 1j * -size, size + 1j * size, 1j * size], rng.choice((0, 0, size * 0.3)))
    if kind == 5:
        return polygon([-size - 1j * size, size - 1j * size, size + 1j * size])
    if kind == 6:
        bow = rng.uniform(0.4, 1.0) * size
        return smooth(
            [complex(-size, 0), complex(0, -bow), complex(size, 0), complex(0, bow * rng.uniform(-0.3, 0.8))], 0.7
        )
    if kind == 7:
        return sector(0, size, size * rng.choice((0, 0.5, 0.7)), 0, rng.choice((180, 180, 270)))
    if kind == 8:
        return ring(0, size, size * rng.uniform(0.4, 0.75))
    return rectangle(0, size * 2.4, size * 0.6, size * 0.3)


def _line(rng: Random, size: float) -> Outline:
    kind = rng.randrange(4)
    if kind == 0:
        return arc(0, size, rng.choice((0, 90, 180)), rng.choice((90, 180, 270)))
    count = rng.randint(2, 4)
    points = [complex(rng.randint(-2, 2), rng.randint(-2, 2)) * size / 2 for _ in range(count)]
    if len(set(points)) < 2:
        points = [-size + 0j, size + 0j]
    if kind == 1:
        return smooth(points, 1.0, closed=False)
    return polygon(points, rng.choice((0, size * 0.4)), closed=False)


def composition(rng: Random, palette: Palette, parts: int, lines: float = 0.3) -> Drawing:
    """
    Up to `parts` primitives about the origin, repeated by one symmetry.

    Args:
        rng: Source of randomness.
        palette: Colours, one per primitive in turn.
        parts: Primitives before the symmetry repeats them.
        lines: Share of primitives that are strokes.
    """
    symmetry = rng.choices(("none", "mirror", "turn2", "turn3", "turn4", "turn6"), (20, 30, 14, 16, 12, 8))[0]
    width = rng.uniform(8, 26)
    round_ends = rng.random() < 0.5
    shapes: list[Shape] = []
    for index in range(parts):
        colour = palette.at(index)
        size = rng.uniform(22, 60) / (1 if parts < 5 else 1.6)
        place = complex(rng.randint(-3, 3), rng.randint(-3, 3)) * 25
        turn = rng.choice((0, 0, 90, 180, 45, 30, -45))
        if rng.random() < lines:
            shape = Shape(
                _line(rng, size * 1.4), stroke=colour, width=width, round_joins=round_ends, round_caps=round_ends
            )
        else:
            shape = Shape(_primitive(rng, size), colour)
        shapes.append(_moved(shape, shape.outline.rotated(turn).placed(1, place)))
    return stack(_repeated(shapes, symmetry, palette if rng.random() < 0.25 else None))


def _moved(shape: Shape, outline: Outline, colour: str | None = None) -> Shape:
    fill = shape.fill if colour is None or shape.fill is None else colour
    stroke = shape.stroke if colour is None or shape.stroke is None else colour
    return Shape(outline, fill, stroke, shape.width, shape.round_joins, shape.round_caps)


def _repeated(shapes: list[Shape], symmetry: str, recolour: Palette | None) -> list[Shape]:
    if symmetry == "none":
        return shapes
    if symmetry == "mirror":
        return shapes + [_moved(shape, shape.outline.stretched(-1, 1)) for shape in shapes]
    count = int(symmetry[-1])
    result = []
    for copy in range(count):
        colour = recolour.at(copy) if recolour is not None else None
        result += [_moved(shape, shape.outline.rotated(360 * copy / count), colour) for shape in shapes]
    return result


def weave(rng: Random, palette: Palette) -> Drawing:
    """Parallel strips at an angle, cut to different lengths, some in another colour."""
    count = rng.randint(4, 9)
    step = 200 / count
    thick = step * rng.uniform(0.35, 0.75)
    taper = rng.random() < 0.4
    shapes = []
    for index in range(count):
        y = -100 + step * (index + 0.5)
        reach = 100 * math.sqrt(max(0.05, 1 - (y / 110) ** 2)) * rng.uniform(0.7, 1.0)
        offset = rng.uniform(-15, 15)
        if taper:
            outline = polygon([complex(-reach, y), complex(reach, y - thick / 2), complex(reach, y + thick / 2)])
        else:
            outline = rectangle(complex(offset, y), reach * 2, thick, thick / 2)
        shapes.append(Shape(outline.rotated(0), palette.at(index) if rng.random() < 0.5 else palette.main))
    turn = rng.choice((0, 45, -45, 30, 90))
    return stack([_moved(shape, shape.outline.rotated(turn)) for shape in shapes])


def wheel(rng: Random, palette: Palette) -> Drawing:
    """A wheel: many sectors, spokes or teeth."""
    count = rng.choice((6, 8, 10, 12, 16))
    inner = rng.choice((25, 40, 55))
    kind = rng.randrange(3)
    if kind == 0:
        gap = rng.uniform(0, 6)
        return stack(
            [Shape(sector(0, 100, inner, 360 * k / count, 360 / count - gap), palette.at(k)) for k in range(count)]
        )
    if kind == 1:
        teeth = star(count, 100, rng.uniform(76, 88), rounding=rng.choice((0, 4)))
        return stack(Shape(teeth + circle(0, inner), palette.main))
    spoke = rectangle(-70j, rng.uniform(8, 18), 60, rng.choice((0, 9)))
    return stack([Shape(spoke.rotated(360 * k / count), palette.at(k)) for k in range(count)])


def beast(rng: Random, colour: str) -> Drawing:
    """The silhouette of an animal seen from the side, in one colour."""
    length, height = rng.uniform(45, 70), rng.uniform(22, 38)
    leg, thick = rng.uniform(25, 55), rng.uniform(9, 18)
    body = Shape(ellipse(0, length, height), colour)
    shapes = [body]
    for x in (-0.7, -0.45, 0.45, 0.72):
        hip = complex(x * length, height * 0.4)
        foot = hip + complex(rng.uniform(-14, 14), leg)
        shapes.append(
            Shape(
                smooth([hip, (hip + foot) / 2 + rng.uniform(-6, 6), foot], 1.0, closed=False),
                stroke=colour,
                width=thick,
            )
        )
    head_at = complex(length * rng.uniform(0.95, 1.3), -height * rng.uniform(0.6, 1.9))
    neck = smooth([complex(length * 0.6, -height * 0.2), head_at], 1.0, closed=False)
    shapes.append(Shape(neck, stroke=colour, width=rng.uniform(18, 34)))
    size = rng.uniform(15, 24)
    head = ellipse(head_at + size * 0.4, size * 1.25, size) + circle(
        head_at + complex(size * 0.5, -size * 0.25), size * 0.16
    )
    shapes.append(Shape(head, colour))
    ear = [
        head_at + complex(-size * 0.5, -size * 0.3),
        head_at + complex(-size * 0.2, -size * rng.uniform(1.4, 2.2)),
        head_at + complex(size * 0.5, -size * 0.6),
    ]
    shapes.append(Shape(polygon(ear, 4), colour))
    tail = [
        complex(-length * 0.9, -height * 0.1),
        complex(-length - 20, -height),
        complex(-length - rng.uniform(5, 40), -height - rng.uniform(0, 40)),
    ]
    shapes.append(Shape(smooth(tail, 1.0, closed=False), stroke=colour, width=rng.uniform(6, 14)))
    if rng.random() < 0.5:
        shapes = [_moved(shape, shape.outline.stretched(-1, 1)) for shape in shapes]
    return stack(shapes)


def stone(rng: Random, palette: Palette) -> Drawing:
    """A cut gem, bird or letter-like body of four to nine flat facets in shades of one hue."""
    count = rng.randint(4, 7)
    rim = [cmath.rect(rng.uniform(60, 100), 2 * math.pi * k / count - math.pi / 2) for k in range(count)]
    heart = complex(rng.uniform(-25, 25), rng.uniform(-25, 25))
    tones = [shifted(palette.main, light=rng.uniform(-0.2, 0.2)) for _ in range(rng.randint(2, 4))]
    gap = rng.choice((0.0, 0.0, 5.0))
    shapes = [
        Shape(polygon([rim[k], rim[(k + 1) % count], heart]), tones[k % len(tones)], WHITE if gap else None, gap)
        for k in range(count)
    ]
    if gap:
        return stack(shapes, Shape(polygon(rim), stroke=WHITE, width=gap))
    return stack(shapes)
