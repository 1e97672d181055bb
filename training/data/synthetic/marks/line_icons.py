"""Thin line drawings in one colour, as service icons have them: one thing, or a thing with what surrounds it."""

import cmath
import math
from collections.abc import Callable
from itertools import pairwise
from random import Random

from training.data.synthetic.drawing.outlines import (
    Outline,
    arc,
    circle,
    ellipse,
    polygon,
    rectangle,
    regular,
    smooth,
    star,
)
from training.data.synthetic.drawing.painted_outlines import Drawing, Paint, Shape, stack
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.signs import shield_outline

Lines = list[Outline]


def _line(*points: complex, radius: float = 0.0) -> Outline:
    return polygon(points, radius, closed=False)


def _cylinder(rng: Random) -> Lines:
    wide, tall = rng.uniform(55, 80), rng.uniform(55, 80)
    lid = wide * rng.uniform(0.25, 0.4)
    lines = [ellipse(-tall * 1j, wide, lid)]
    lines += [_line(complex(x, -tall), complex(x, tall)) for x in (-wide, wide)]
    levels = (tall, 0.0) if rng.random() < 0.6 else (tall, tall / 3, -tall / 3)
    return lines + [arc(0, wide, 0, 180).stretched(1, lid / wide).placed(1, y * 1j) for y in levels]


def _window(rng: Random) -> Lines:
    lines = [rectangle(0, 180, 120, rng.choice((0, 14))), _line(-90 - 25j, 90 - 25j)]
    lines += [circle(complex(-70 + 18 * k, -43), 6) for k in range(rng.randint(1, 3))]
    if rng.random() < 0.5:
        return [*lines, _line(-50 + 20j, 20 + 20j)]
    return [*lines, _line(-20 - 5j, -45 + 18j, -20 + 40j), _line(20 - 5j, 45 + 18j, 20 + 40j)]


def _chip(rng: Random) -> Lines:
    pins = rng.choice(((0,), (-30, 0, 30), (-36, -12, 12, 36)))
    lines = [rectangle(0, 110, 110, 10)]
    if rng.random() < 0.7:
        lines.append(rectangle(0, 50, 50, 4))
    for at in pins:
        lines += [_line(complex(at, s * 55), complex(at, s * 90)) for s in (-1, 1)]
        lines += [_line(complex(s * 55, at), complex(s * 90, at)) for s in (-1, 1)]
    return lines


def _dial(rng: Random) -> Lines:
    lines = [circle(0, 90), _line(-55j, 0, complex(40, rng.uniform(-30, 30)))]
    if rng.random() < 0.4:
        lines += [_line(cmath.rect(74, math.radians(30 * k)), cmath.rect(84, math.radians(30 * k))) for k in range(12)]
    return lines


def _bucket(rng: Random) -> Lines:
    if rng.random() < 0.5:
        return [polygon([-85 - 50j, 85 - 50j, 60 + 80j, -60 + 80j], 14), arc(-50j, 45, 180, 180)]
    side = [_line(complex(s * 80, -60), complex(s * 58, 78)) for s in (-1, 1)]
    handle = _line(10 + 0j, complex(95, 25), complex(70, -10), radius=12)
    return [ellipse(-60j, 80, 20), arc(0, 58, 0, 180).stretched(1, 0.3).placed(1, 78j), *side, handle, circle(0, 9)]


def _box(_rng: Random) -> Lines:
    return [regular(6, 95)] + [_line(0, cmath.rect(95, math.radians(a))) for a in (-30, 90, 210)]


def _lens(rng: Random) -> Lines:
    lines = [circle(-15 - 15j, 62), _line(32 + 32j, 90 + 90j)]
    return [*lines, _line(-45 - 15j, 15 - 15j)] if rng.random() < 0.6 else lines


def _document(rng: Random) -> Lines:
    lines = [polygon([-65 - 90j, 30 - 90j, 65 - 55j, 65 + 90j, -65 + 90j]), _line(30 - 90j, 30 - 55j, 65 - 55j)]
    if rng.random() < 0.4:
        brace = smooth([-12 - 30j, -26 - 25j, -24 - 5j, -34 + 8j, -24 + 20j, -26 + 40j, -12 + 45j], 0.8, closed=False)
        return [*lines, brace, brace.stretched(-1, 1)]
    return lines + [_line(complex(-38, y), complex(rng.uniform(0, 38), y)) for y in (-20, 12, 44)]


def _card(rng: Random) -> Lines:
    lines = [rectangle(0, 190, 130, rng.choice((0, 12)))]
    rows = rng.randint(2, 4)
    lines += [_line(complex(20, -35 + 26 * k), complex(rng.uniform(50, 78), -35 + 26 * k)) for k in range(rows)]
    if rng.random() < 0.5:
        return [*lines, circle(-40 - 22j, 22), arc(complex(-40, 45), 38, 180, 180)]
    return lines + _placed(_lock(rng), 0.45, -42 + 4j)


def _cloud(rng: Random) -> Lines:
    points = [
        -80 + 50j,
        -100 + 12j,
        -62 - 20j,
        complex(-20, -rng.uniform(65, 85)),
        45 - 45j,
        72 - 2j,
        100 + 22j,
        80 + 50j,
    ]
    lines = [smooth(points, 0.9)]
    if rng.random() < 0.3:
        lines += [_line(complex(-100, y), complex(-rng.uniform(20, 70), y)) for y in (70, 88)]
    return lines


def _lock(rng: Random) -> Lines:
    lines = [rectangle(25j, 120, 105, rng.choice((0, 10))), _line(-38 - 27j, -38 - 62j), _line(38 - 27j, 38 - 62j)]
    return [*lines, arc(-62j, 38, 180, 180), circle(15j, 13), _line(28j, 50j)]


def _shield(rng: Random) -> Lines:
    outline = shield_outline(rng)
    return [outline, outline.placed(0.62)] if rng.random() < 0.5 else [outline, _line(-100j * 0.8, 100j)]


def _globe(rng: Random) -> Lines:
    lines = [circle(0, 92), ellipse(0, rng.uniform(35, 50), 92)]
    lines += [_line(complex(-reach, y), complex(reach, y)) for y, reach in ((-42, 82), (42, 82))]
    return [*lines, _line(-92, 92)] if rng.random() < 0.5 else lines


def _gear(rng: Random) -> Lines:
    teeth = rng.choice((6, 8, 8, 10))
    return [star(teeth * 2, 92, 74, rounding=rng.choice((0, 6))), circle(0, rng.uniform(25, 42))]


def _flame(rng: Random) -> Lines:
    outer = smooth([-95j, 38 - 35j, 62 + 25j, 40 + 80j, 92j, -40 + 80j, -62 + 25j, -30 - 20j], 0.8)
    return [outer, outer.placed(rng.uniform(0.4, 0.55), 36j)]


def _flow(rng: Random) -> Lines:
    """Boxes and discs joined by square bends."""
    nodes = [complex(-70, -60), complex(70, rng.choice((-60, 0))), complex(rng.choice((0, 70)), 70)]
    lines: Lines = []
    for start, end in pairwise(nodes):
        bend = complex(end.real, start.imag)
        lines.append(
            _line(start, bend, end, radius=rng.choice((0, 18))) if bend not in (start, end) else _line(start, end)
        )
    size = rng.uniform(18, 28)
    return lines + [circle(node, size) if rng.random() < 0.6 else rectangle(node, 2 * size, 2 * size) for node in nodes]


def _funnel(_rng: Random) -> Lines:
    lines = [polygon([-80 - 40j, 80 - 40j, 22 + 20j, 22 + 85j, -22 + 60j, -22 + 20j])]
    return lines + [rectangle(complex(x, y), 22, 22) for x, y in ((-35, -75), (20, -68), (0, -100))]


def _chart(rng: Random) -> Lines:
    points = [complex(-70 + 46 * k, rng.uniform(-60, 50)) for k in range(4)]
    return [_line(-90 - 85j, -90 + 85j, 90 + 85j), _line(*points)] + [circle(point, 10) for point in points]


def _bent(rng: Random) -> Lines:
    """The outline of a bent bar, as initials are drawn."""
    thick, slant = rng.uniform(35, 60), rng.uniform(20, 60)
    half = [complex(-slant - thick, -90), complex(-slant, -90), complex(slant + 20, 55), complex(80, 55)]
    half += [complex(80, 90), complex(slant - thick / 3, 90), complex(-thick / 2, -5), complex(-60, 90)]
    half += [complex(-95, 90), complex(-thick / 2 - 12, -45)]
    return [polygon(half, rng.choice((0, 6))).rotated(rng.choice((0, 0, 90, 180)))]


def _parachute(rng: Random) -> Lines:
    lines = [arc(-10j, 92, 180, 180), _line(-92 - 10j, 92 - 10j), ellipse(-10j, 38, 92)][: rng.randint(2, 3)]
    return [*lines, _line(-92 - 10j, 45j), _line(92 - 10j, 45j), rectangle(68j, 62, 48)]


_THINGS: tuple[Callable[[Random], Lines], ...] = (
    _cylinder, _window, _chip, _dial, _bucket, _box, _lens, _document, _card, _cloud, _lock, _shield, _globe, _gear,
    _flame, _flow, _funnel, _chart, _bent, _parachute,
)  # fmt: skip


def _thing(rng: Random) -> Lines:
    return rng.choice(_THINGS)(rng)


def _placed(lines: Lines, scale: float, shift: complex) -> Lines:
    return [line.placed(scale, shift) for line in lines]


def _surrounded(rng: Random) -> Lines:
    """A thing inside a ring, between arrows, or amid rays."""
    kind = rng.randrange(3)
    lines = _placed(_thing(rng), 0.5, 0)
    if kind == 0:
        return [circle(0, 98), *lines]
    if kind == 1:
        tips = [cmath.rect(1, math.radians(a)) for a in rng.choice(((45, 135, 225, 315), (0, 180), (0, 90, 180, 270)))]
        for tip in tips:
            near, far = (70, 125) if rng.random() < 0.7 else (125, 70)
            lines += [_line(near * tip, far * tip)]
            lines += [_line(far * tip + (near - far) * 0.4 * tip * turn, far * tip) for turn in (1 + 0.8j, 1 - 0.8j)]
        return lines
    count = rng.choice((8, 12))
    rays = [cmath.rect(1, 2 * math.pi * k / count) for k in range(count)]
    return [*lines, *(_line(72 * ray, rng.choice((95, 110)) * ray) for ray in rays)]


def line_icon(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A thing alone, with a smaller one at its corner, inside a ring or rays, or above a row of small ones."""
    kind = rng.choices(("alone", "corner", "surrounded", "row"), (50, 20, 22, 8))[0]
    width = rng.uniform(4, 14) if kind == "alone" else rng.uniform(4, 8)
    if kind == "alone":
        lines = _thing(rng)
    elif kind == "corner":
        lines = _thing(rng) + _placed(_thing(rng), 0.42, complex(rng.choice((-90, 90)), 65))
    elif kind == "surrounded":
        lines = _surrounded(rng)
    else:
        small = _thing(rng)
        lines = _placed(_thing(rng), 0.7, -45j)
        for x in rng.choice(((-70, 0, 70), (-45, 45))):
            lines += _placed(small, 0.28, complex(x, 70))
    round_ends = rng.random() < 0.7
    return stack(
        [Shape(line, stroke=paint, width=width, round_joins=round_ends, round_caps=round_ends) for line in lines]
    )
