"""One-colour signs with a name: arrows, bolts, clouds, shields, stars, moons and the like.

Each function draws about the origin, some 200 units across, in the paint it is given.
"""

from random import Random

from training.data.synthetic.drawing.outlines import (
    Outline,
    arc,
    circle,
    ellipse,
    from_cubics,
    polygon,
    rectangle,
    regular,
    smooth,
    star,
)
from training.data.synthetic.drawing.painted_outlines import Drawing, Paint, Shape, stack
from training.data.synthetic.drawing.typefaces import FontLibrary


def chevrons(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """Chevrons, angle brackets or arrows."""
    count = rng.choice((1, 2, 2, 3))
    width = rng.uniform(22, 40)
    depth = rng.uniform(40, 80)
    step = width * 1.6
    line = polygon([complex(-depth / 2, -70), complex(depth / 2, 0), complex(-depth / 2, 70)], closed=False)
    round_ends = rng.random() < 0.5
    marks = [
        Shape(line.placed(1, k * step), stroke=paint, width=width, round_joins=round_ends, round_caps=round_ends)
        for k in range(count)
    ]
    if rng.random() < 0.2:
        marks = [*marks, Shape(marks[0].outline.stretched(-1, 1).placed(1, -depth - 50), stroke=paint, width=width)]
    elif count == 1:
        marks.append(Shape(polygon([complex(-100, 0), complex(30, 0)], closed=False), stroke=paint, width=width))
    turn = rng.choice((0, 0, 0, -90, 90, -45))
    return stack([Shape(s.outline.rotated(turn), stroke=paint, width=s.width, round_joins=round_ends) for s in marks])


def bolt(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A lightning bolt, made of a few slanted edges."""
    lean = rng.uniform(10, 40)
    points = [
        complex(lean, -100), complex(-60, 15), complex(-5, 15), complex(-lean, 100), complex(60, -20), complex(5, -20)
    ]  # fmt: skip
    return stack(Shape(polygon(points, rng.choice((0, 0, 8))), paint))


def play(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A triangle, or a triangle with a bite."""
    outline = regular(3, 100, rng.choice((0, 0, -90, 90)), rng.choice((0, 15, 40)))
    if rng.random() < 0.3:
        outline += regular(3, 40, rng.choice((0, 180)), 0).placed(1, complex(rng.uniform(-15, 15), 0))
    return stack(Shape(outline, paint))


def layers(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """Stacked rhombi, the lower ones as edges."""
    flat = rng.uniform(0.45, 0.6)
    top = [complex(0, -100 * flat), complex(100, 0), complex(0, 100 * flat), complex(-100, 0)]
    width = rng.uniform(14, 22)
    shapes = [Shape(polygon(top, rng.choice((0, 10))), paint)]
    for k in range(1, rng.randint(2, 3)):
        low = polygon([p + 1j * k * 42 for p in (top[3], top[2], top[1])], closed=False)
        shapes.append(Shape(low, stroke=paint, width=width, round_joins=False, round_caps=False))
    return stack(shapes)


def bars(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """Parallel bars, upright or slanted, of one or several lengths."""
    count = rng.randint(2, 5)
    step = 200 / count
    width = step * rng.uniform(0.45, 0.8)
    round_ends = rng.random() < 0.5
    slant = rng.choice((0, 0, 0.3, 0.6, -0.4))
    heights = [rng.uniform(40, 100) for _ in range(count)] if rng.random() < 0.6 else [90.0] * count
    sit = rng.random() < 0.5
    outline = Outline(())
    for k, height in enumerate(heights):
        x = -100 + step * (k + 0.5)
        y = 100 - height if sit else 0
        outline += rectangle(complex(x, y), width, height * 2, width / 2 if round_ends else 0)
    outline = outline.skewed(slant).rotated(rng.choice((0, 0, 90)))
    return stack(Shape(outline, paint))


def waves(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """One to three wavy lines."""
    rows = rng.choice((1, 2, 3))
    width = rng.uniform(14, 30)
    shapes = []
    for row in range(rows):
        y = (row - (rows - 1) / 2) * width * 2
        points = [complex(-100 + 50 * k, y + (22 if k % 2 else -22)) for k in range(5)]
        shapes.append(Shape(smooth(points, 1.0, closed=False), stroke=paint, width=width))
    return stack(shapes)


def drop(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A drop or leaf, often with a vein or hole."""
    tilt = rng.choice((0, 0, 45, -45, 180))
    outline = smooth([-100j, 62 + 10j, 45 + 75j, 100j, -45 + 75j, -62 + 10j], 0.8)
    hole = rng.randrange(3)
    if hole == 1:
        outline += circle(rng.uniform(20, 40) * 1j, rng.uniform(15, 35))
    elif hole == 2:
        outline += polygon([-50j - 2, 100j - 6, 100j + 6, -50j + 2])
    return stack(Shape(outline.rotated(tilt), paint))


def heart(_rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A heart."""
    outline = smooth([-45j, 50 - 90j, 95 - 40j, 60 + 30j, 95j, -60 + 30j, -95 - 40j, -50 - 90j], 0.9)
    return stack(Shape(outline, paint))


def cloud(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A cloud, filled or as a line."""
    bumps = [complex(-60, 20), complex(-20, -25), complex(35, -5), complex(70, 28)]
    radii = [rng.uniform(30, 42), rng.uniform(45, 58), rng.uniform(36, 48), rng.uniform(26, 34)]
    base = max(b.imag + r for b, r in zip(bumps, radii, strict=True)) - 8
    if rng.random() < 0.3:
        points = [complex(-80, base), complex(-100, 20), complex(-60, -15), complex(-20, -75), complex(45, -50)]
        points += [complex(70, 0), complex(100, 25), complex(80, base)]
        return stack(Shape(smooth(points, 0.9), stroke=paint, width=rng.uniform(10, 22)))
    shapes = [Shape(circle(b, r), paint) for b, r in zip(bumps, radii, strict=True)]
    return stack(shapes, Shape(rectangle(complex(5, base - 22), 150, 44, 22), paint))


def shield(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A shield, plain, halved or with a sign cut out."""
    outline = shield_outline(rng)
    kind = rng.randrange(3)
    if kind == 0:
        outline += rng.choice(
            (star(5, 40, 18), regular(4, 38), circle(-5j, 34), polygon([-30, -5 + 28j, 40 - 30j, -5 + 5j]))
        )
    elif kind == 1:
        return stack(
            Shape(outline.placed(0.9), stroke=paint, width=rng.uniform(10, 22)), Shape(outline.placed(0.5), paint)
        )
    return stack(Shape(outline, paint))


def shield_outline(rng: Random) -> Outline:
    """The outline of a shield, 200 units high."""
    top = rng.choice((-85j, -100j, -75j))
    return smooth([top, 80 - 85j, 78 + 5j, 45 + 65j, 100j, -45 + 65j, -78 + 5j, -80 - 85j], rng.choice((0.35, 0.6)))


def tile_outline(rng: Random) -> Outline:
    """The field that a glyph sits in: disc, rounded square, square, hexagon, shield, bubble."""
    kind = rng.choices(("disc", "soft", "square", "hexagon", "shield", "other"), (34, 34, 14, 10, 4, 4))[0]
    if kind == "disc":
        return circle(0, 100)
    if kind == "soft":
        return rectangle(0, 200, 200, rng.choice((16, 30, 44, 44, 60, 80)))
    if kind == "square":
        return rectangle(0, 200, 200)
    if kind == "hexagon":
        return regular(6, 100, rng.choice((-90, 0)), rng.choice((0, 0, 15)))
    if kind == "shield":
        return shield_outline(rng)
    return regular(rng.choice((4, 5, 8)), 100, rounding=rng.choice((0, 20)))


def sign_star(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A star, a spark or an asterisk."""
    points = rng.choice((4, 4, 5, 5, 6, 8, 12, 16))
    inner = rng.uniform(22, 60) if points < 10 else rng.uniform(70, 85)
    return stack(Shape(star(points, 100, inner, rounding=rng.choice((0, 0, 10, 20))), paint))


def crescent(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A moon, or a planet with its ring."""
    if rng.random() < 0.4:
        orbit = ellipse(0, 100, 30).rotated(rng.uniform(-40, 40))
        return stack(Shape(circle(0, 62), paint), Shape(orbit, stroke=paint, width=rng.uniform(8, 14)))
    outer = arc(0, 100, 40, 280).contours[0].tolist()
    tips = outer[-1], outer[0]
    bend = complex(rng.uniform(-40, 30), 0)
    inner = smooth([tips[0], bend - 55j, bend, bend + 55j, tips[1]], 0.9, closed=False).contours[0].tolist()
    outline = from_cubics([[*outer, *inner[1:]]])
    return stack(Shape(outline.rotated(rng.choice((0, -30, -45, 150))), paint))
