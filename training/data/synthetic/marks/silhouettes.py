"""One-colour glyphs: the filled or stroked marks that flat marks, tiles and icons are made of.

Each function draws about the origin, some 200 units across, in the paint it is given.
"""

import cmath
import math
from collections.abc import Callable
from random import Random

from training.data.synthetic.drawing.lettering import Style, word
from training.data.synthetic.drawing.outlines import (
    Outline,
    arc,
    circle,
    polygon,
    rectangle,
    regular,
    ring,
    sector,
    smooth,
)
from training.data.synthetic.drawing.painted_outlines import Drawing, Paint, Shape, stack
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.line_icons import line_icon
from training.data.synthetic.marks.signs import (
    bars,
    bolt,
    chevrons,
    cloud,
    crescent,
    drop,
    heart,
    layers,
    play,
    shield,
    sign_star,
    waves,
)

Silhouette = Callable[[Random, Paint, FontLibrary], Drawing]


def monogram(rng: Random, paint: Paint, fonts: FontLibrary) -> Drawing:
    """One letter, rarely two, heavy."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZabdeghkmnpqrst"  # pragma: allowlist secret
    text = "".join(rng.choice(letters) for _ in range(rng.choice((1, 1, 1, 1, 1, 2))))
    face = fonts.face(rng)
    setting = Style(
        face=face,
        tracking=-0.03,
        slant=rng.choice((0.0, 0.0, 0.0, 0.2)),
        breadth=1.0,
        embolden=rng.choice((0.0, 0.03, 0.06, 0.09)),
        case="lower",
    )
    return word(text, setting, paint).fitted((-80, -100, 80, 100))


def blades(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """Three to twelve blades around the centre."""
    count = rng.choice((3, 3, 4, 4, 5, 6, 6, 8, 8, 10, 12))
    blade = blade_outline(rng, count)
    outline = blade
    for index in range(1, count):
        outline += blade.rotated(360 * index / count)
    return stack(Shape(outline, paint, even_odd=rng.random() < 0.2))


def blade_outline(rng: Random, count: int) -> Outline:
    """One blade pointing up from near the centre."""
    near, far = rng.choice((0, 8, 20, 30)), 100.0
    half = math.tan(math.pi / count) * 60 if count > 2 else 40
    half = min(half, 45) * rng.uniform(0.45, 1.0)
    kind = rng.randrange(5)
    if kind == 0:
        return polygon(
            [complex(0, -near), complex(-half, -60), complex(0, -far), complex(half, -60)], rng.choice((0, 8))
        )
    if kind == 1:
        lean = rng.uniform(-0.6, 0.6) * half
        return smooth(
            [complex(0, -near), complex(-half + lean, -62), complex(lean, -far), complex(half + lean, -62)], 0.9
        )
    if kind == 2:
        return rectangle(complex(0, -(near + far) / 2), half * 1.1, far - near, rng.choice((0, half)))
    if kind == 3:
        return polygon([complex(-half * 0.2, -near), complex(-half, -far), complex(half, -far + rng.choice((0, 30)))])
    return circle(complex(0, -62), min(half, 36))


def rings(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A ring with a gap, a core, or a second ring."""
    width = rng.uniform(10, 38)
    kind = rng.randrange(5)
    if kind == 0:
        return stack(Shape(ring(0, 100, 100 - width) + circle(0, rng.uniform(0.2, 0.75) * (100 - width)), paint))
    if kind == 1:
        start, sweep = rng.choice((0, 45, 90, -45, 180)), rng.choice((180, 225, 270, 300))
        core = circle(0, rng.uniform(15, 70 - width / 2)) if rng.random() < 0.5 else None
        bow = Shape(arc(0, 100 - width / 2, start, sweep), stroke=paint, width=width, round_caps=rng.random() < 0.5)
        return stack(bow, [Shape(core, paint)] if core else [])
    if kind == 2:
        pieces = rng.randint(2, 5)
        gap = rng.uniform(6, 25)
        outline = sector(0, 100, 100 - width, 0, 360 / pieces - gap)
        for index in range(1, pieces):
            outline += sector(0, 100, 100 - width, 360 * index / pieces, 360 / pieces - gap)
        return stack(Shape(outline, paint))
    if kind == 3:
        count = rng.randint(2, 4)
        step = 100 / count
        outline = ring(0, 100, 100 - step * 0.55)
        for index in range(1, count):
            outline += ring(0, 100 - step * index, max(0.1, 100 - step * (index + 0.55)))
        return stack(Shape(outline, paint))
    shift = rng.uniform(20, 60)
    inner = 100 - shift * rng.uniform(0.5, 1.0)
    return stack(Shape(circle(0, 100) + circle(shift * cmath.rect(1, rng.uniform(0, 6.28)) * 0.6, inner * 0.8), paint))


def framed_polygon(rng: Random, paint: Paint, fonts: FontLibrary) -> Drawing:
    """A polygon ring, often a hexagon, with something simple inside."""
    sides = rng.choice((6, 6, 6, 6, 4, 5, 8, 3))
    phase = rng.choice((-90.0, -90.0, 0.0))
    width = rng.uniform(8, 26)
    rounding = rng.choice((0, 0, 12, 25))
    frame = Shape(regular(sides, 100 - width / 2, phase, rounding), stroke=paint, width=width, round_joins=rounding > 0)
    kind = rng.randrange(4)
    if kind == 0:
        inside = stack(Shape(regular(sides, rng.uniform(25, 60), phase, rounding / 2), paint))
    elif kind == 1:
        inside = monogram(rng, paint, fonts).fitted((-42, -45, 42, 45))
    elif kind == 2:
        inside = rng.choice(_SIGNS)(rng, paint, fonts).fitted((-45, -45, 45, 45))
    else:
        spokes = rng.choice((3, 3, 6))
        lines = [
            polygon([0, cmath.rect(92, math.radians(phase + 360 * k / spokes))], closed=False) for k in range(spokes)
        ]
        inside = stack([Shape(line, stroke=paint, width=width * 0.8) for line in lines])
    return stack(frame, inside)


def emblem(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A mirrored outline of a few straight or curved runs, often with a mirrored hole: an abstract emblem."""
    count = rng.randint(3, 6)
    edge = [complex(rng.uniform(20, 100), -90 + 180 * (k + rng.random() * 0.6) / count) for k in range(count)]
    points = [complex(0, rng.uniform(-100, -40)), *edge, complex(0, rng.uniform(30, 100))]
    points += [complex(-p.real, p.imag) for p in reversed(edge)]
    curved = rng.random() < 0.4
    outline = smooth(points, 0.8) if curved else polygon(points, rng.choice((0, 0, 10)))
    if rng.random() < 0.5:
        outline += outline.placed(rng.uniform(0.25, 0.5), rng.uniform(-15, 15) * 1j)
    elif rng.random() < 0.5:
        x, y, r = rng.uniform(15, 30), rng.uniform(-30, 10), rng.uniform(6, 12)
        outline += circle(complex(x, y), r) + circle(complex(-x, y), r)
    return stack(Shape(outline, paint))


def creature(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A head in one colour: ears on a rounded head, eyes cut out."""
    wide, tall = rng.uniform(60, 90), rng.uniform(50, 75)
    ear = rng.uniform(25, 45)
    if rng.random() < 0.5:
        tip = polygon([complex(wide * 0.95, 0), complex(wide, -tall - ear), complex(wide * 0.2, -tall * 0.8)])
        ears = [tip, tip.stretched(-1, 1)]
    else:
        ears = [circle(complex(x * wide * 0.75, -tall * 0.8), ear * 0.8) for x in (-1, 1)]
    x, y, r = wide * rng.uniform(0.3, 0.5), rng.uniform(-15, 15), rng.uniform(8, 18)
    head = rectangle(0, wide * 2, tall * 2, rng.uniform(40, 75)) + circle(complex(x, y), r) + circle(complex(-x, y), r)
    if rng.random() < 0.4:
        head += rectangle(complex(0, tall * 0.5), wide * 0.8, 10, 5)
    return stack([Shape(one, paint) for one in ears], Shape(head, paint))


def loops(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A continuous thick line: infinity signs, knots, spirals and hooks."""
    width = rng.uniform(14, 38)
    kind = rng.randrange(4)
    if kind == 0:
        points = [complex(95 * math.sin(t), 48 * math.sin(2 * t)) for t in (2 * math.pi * k / 16 for k in range(16))]
        return stack(Shape(smooth(points, 1.0), stroke=paint, width=width))
    if kind == 1:
        lobes = rng.choice((2, 3, 4, 5))
        depth = rng.uniform(0.3, 0.8)
        angles = [2 * math.pi * k / (lobes * 8) for k in range(lobes * 8)]
        points = [cmath.rect(100 * (1 - depth * (0.5 + 0.5 * math.cos(lobes * t))), t) for t in angles]
        return stack(Shape(smooth(points, 1.0), stroke=paint, width=width * 0.8))
    if kind == 2:
        turns = rng.uniform(1.2, 2.2)
        points = [cmath.rect(15 + 85 * k / 20, turns * 2 * math.pi * k / 20) for k in range(21)]
        return stack(Shape(smooth(points, 1.0, closed=False), stroke=paint, width=width * 0.7))
    corners = [
        complex(rng.choice((-80, -30, 30, 80)), rng.choice((-80, -30, 30, 80))) for _ in range(rng.randint(3, 6))
    ]
    line = polygon(corners, rng.choice((0, 25, 40)), closed=False)
    return stack(Shape(line, stroke=paint, width=width, round_caps=rng.random() < 0.6))


def network(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A few nodes joined by lines."""
    count = rng.randint(3, 6)
    width, size = rng.uniform(6, 14), rng.uniform(15, 26)
    nodes = [cmath.rect(rng.uniform(75, 90), 2 * math.pi * k / count - 1.57) for k in range(count)]
    hub = rng.random() < 0.5
    edges = [(0j, node) for node in nodes] if hub else list(zip(nodes, nodes[1:] + nodes[:1], strict=True))
    lines = [Shape(polygon(edge, closed=False), stroke=paint, width=width) for edge in edges]
    dots = [Shape(circle(node, size), paint) for node in ([*nodes, 0j] if hub else nodes)]
    return stack(lines, dots)


def dots(rng: Random, paint: Paint, _fonts: FontLibrary) -> Drawing:
    """A grid of squares or dots with some missing."""
    side = rng.choice((2, 3, 3, 4))
    step = 200 / side
    size = step * rng.uniform(0.55, 0.9)
    round_dots = rng.random() < 0.5
    keep = rng.uniform(0.6, 1.0)
    outline = Outline(())
    for row in range(side):
        for column in range(side):
            if rng.random() < keep or not outline.contours:
                center = complex(-100 + step * (column + 0.5), -100 + step * (row + 0.5))
                outline += circle(center, size / 2) if round_dots else rectangle(center, size, size)
    return stack(Shape(outline.rotated(rng.choice((0, 0, 45))), paint))


_SIGNS: tuple[Silhouette, ...] = (bolt, play, drop, sign_star, heart, chevrons, cloud, blades, shield, waves)


_ALL: tuple[tuple[Silhouette, int], ...] = (
    (monogram, 20), (blades, 10), (rings, 10), (framed_polygon, 9), (chevrons, 6), (bolt, 3), (play, 3), (layers, 3),
    (bars, 7), (waves, 3), (drop, 4), (heart, 1), (cloud, 4), (shield, 4), (sign_star, 4), (crescent, 3), (emblem, 10),
    (creature, 6), (loops, 9), (line_icon, 9), (network, 4), (dots, 3),
)  # fmt: skip


def silhouette(rng: Random, paint: Paint, fonts: FontLibrary) -> Drawing:
    """Any of the glyphs, as often as brands use them."""
    function = rng.choices([pair[0] for pair in _ALL], [pair[1] for pair in _ALL])[0]
    return function(rng, paint, fonts)
