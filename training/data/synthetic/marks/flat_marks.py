"""Flat marks without lettering around them: the `simple` type, and the icons beside wordmarks."""

import cmath
import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from training.data.synthetic.drawing.compositions import beast, composition, stone, weave, wheel
from training.data.synthetic.drawing.outlines import circle, polygon, rectangle, regular, ring, sector, smooth
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape, stack
from training.data.synthetic.drawing.palettes import WHITE, Palette, luminance, shifted
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks.flat_pictures import (
    bands_of_rings,
    crossing_bands,
    extruded,
    face,
    flow,
    halved_tile,
    inset_cube,
    outlined_flower,
    ringed,
    row_of_shapes,
    striped_object,
    wire_body,
)
from training.data.synthetic.marks.signs import tile_outline
from training.data.synthetic.marks.silhouettes import blade_outline, silhouette

Mark = Callable[[Random, Palette, FontLibrary], Drawing]


def plain(rng: Random, palette: Palette, fonts: FontLibrary) -> Drawing:
    """A glyph in one colour."""
    return silhouette(rng, palette.main, fonts)


def tile(rng: Random, palette: Palette, fonts: FontLibrary) -> Drawing:
    """A glyph on a coloured field, white or in a second colour."""
    field = tile_outline(rng)
    back = palette.main
    fore = WHITE
    if luminance(back) > 0.62 and rng.random() < 0.7:
        fore = palette.ink if luminance(palette.ink) < 0.4 else "#111111"
    elif len(palette.colours) > 1 and abs(luminance(palette.at(1)) - luminance(back)) > 0.25:
        fore = palette.at(1)
    size = rng.uniform(0.42, 0.66)
    glyph = silhouette(rng, fore, fonts).fitted((-100 * size, -100 * size, 100 * size, 100 * size))
    if rng.random() < 0.12:
        glyph = glyph.placed(1.0, complex(rng.uniform(20, 40), rng.uniform(20, 40)))
    if rng.random() < 0.12:
        frame = Shape(field.placed(0.94), stroke=back, width=rng.uniform(8, 16), fill=WHITE)
        return stack(frame, glyph.painted(lambda _: back))
    return stack(Shape(field, back), glyph)


def coloured_blades(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """Blades around a centre, in turn in the palette's colours."""
    count = rng.choice((3, 4, 4, 5, 6, 6, 8))
    blade = blade_outline(rng, count)
    opacity = rng.choice((1.0, 1.0, 1.0, 0.8))
    shapes = [Shape(blade.rotated(360 * index / count), palette.at(index), opacity=opacity) for index in range(count)]
    return stack(shapes)


def coloured_rings(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A ring cut into coloured pieces, or overlapping discs and rings."""
    if rng.random() < 0.5:
        count = rng.randint(2, 4)
        inner, phase = rng.choice((0, 40, 55, 70)), rng.choice((0, -90, 45, 30))
        cuts = sorted(rng.uniform(0, 360) for _ in range(count)) if rng.random() < 0.3 else None
        shapes = []
        for index in range(count):
            start = cuts[index] if cuts else 360 * index / count
            end = (
                (cuts[(index + 1) % count] + (360 if index + 1 == count else 0)) if cuts else 360 * (index + 1) / count
            )
            shapes.append(Shape(sector(0, 100, inner, phase + start, end - start), palette.at(index)))
        return stack(shapes)
    count = rng.choice((2, 2, 3))
    hollow = rng.random() < 0.4
    shapes = []
    for index in range(count):
        center = cmath.rect(42, 2 * math.pi * index / count + rng.choice((0, -1.57)) * 0)
        outline = ring(center, 58, 40) if hollow else circle(center, 58)
        shapes.append(Shape(outline, palette.at(index), opacity=1.0 if hollow else rng.choice((1.0, 0.85))))
    return stack(shapes)


def cube(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A cube seen from its corner, in three tones, or a hexagon cut into a fold."""
    corners = [cmath.rect(100, math.radians(-90 + 60 * k)) for k in range(6)]
    base = palette.main
    tones = palette.colours if len(palette.colours) > 2 else tuple(shifted(base, light=d) for d in (0.14, -0.02, -0.16))
    gap = rng.choice((1.0, 1.0, 0.94))
    faces = [(5, 0, 1), (1, 2, 3), (3, 4, 5)]
    shapes = []
    for tone, (a, b, c) in zip(tones, faces, strict=False):
        face = [corners[a], corners[b], corners[c], 0j]
        center = sum(face) / 4
        shapes.append(Shape(polygon([center + (p - center) * gap for p in face]), tone))
    if rng.random() < 0.3:
        shapes = [*shapes, Shape(regular(6, rng.uniform(25, 45)), rng.choice((WHITE, palette.ink)))]
    return stack(shapes)


def folded_ribbon(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """Flat bands that meet at an angle, as a folded strip of paper does; reads as V, N, W, A or M."""
    joints = rng.randint(3, 5)
    width = rng.uniform(28, 60)
    height = rng.uniform(70, 95)
    base = palette.main
    tones = (
        palette.colours if len(palette.colours) > 1 else (base, shifted(base, light=-0.15), shifted(base, light=0.12))
    )
    shapes = []
    step = (200 - width) / (joints - 1)
    for index in range(joints - 1):
        x0, x1 = -100 + step * index, -100 + step * (index + 1)
        y0, y1 = (-height, height) if index % 2 == 0 else (height, -height)
        band = [complex(x0, y0), complex(x0 + width, y0), complex(x1 + width, y1), complex(x1, y1)]
        shapes.append(Shape(polygon(band), tones[index % len(tones)]))
    turn = rng.choice((0, 0, 90, 180, 180, 270))
    return stack([Shape(shape.outline.rotated(turn), shape.fill) for shape in shapes])


def offcuts(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """Two to five triangles, quarter discs and squares on a coarse grid."""
    side = rng.choice((2, 2, 3))
    step = 200 / side
    cells = [(row, column) for row in range(side) for column in range(side)]
    shapes = []
    for index, (row, column) in enumerate(rng.sample(cells, rng.randint(2, min(5, len(cells))))):
        x, y = -100 + step * column, -100 + step * row
        corners = [complex(x, y), complex(x + step, y), complex(x + step, y + step), complex(x, y + step)]
        kind = rng.randrange(4)
        turn = rng.randrange(4)
        if kind == 0:
            outline = polygon([corners[turn], corners[(turn + 1) % 4], corners[(turn + 2) % 4]])
        elif kind == 1:
            outline = sector(corners[turn], step, 0, 90 * turn, 90)
        elif kind == 2:
            outline = polygon(corners)
        else:
            outline = circle(complex(x + step / 2, y + step / 2), step / 2)
        shapes.append(Shape(outline, palette.at(index)))
    return stack(shapes)


def sliced(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A plain outline divided by straight or wavy cuts: some bands in another colour or left out."""
    field = rng.choice((circle(0, 100), circle(0, 100), regular(6, 100), regular(4, 100), rectangle(0, 190, 190, 40)))
    bands = rng.randint(2, 5)
    angle = rng.choice((0, 90, 45, -45, 30))
    gap = rng.choice((0, 6, 12))
    wavy = rng.random() < 0.3
    shapes = []
    for index in range(bands):
        y0, y1 = -110 + 220 * index / bands + gap / 2, -110 + 220 * (index + 1) / bands - gap / 2
        if wavy:
            top = [complex(x, y0 + 14 * math.sin(x / 30)) for x in range(-120, 121, 20)]
            low = [complex(x, y1 + 14 * math.sin(x / 30)) for x in range(120, -121, -20)]
            band = smooth([*top, *low], 0.6)
        else:
            band = polygon([complex(-140, y0), complex(140, y0), complex(140, y1), complex(-140, y1)])
        shapes.append(Shape(band.rotated(angle), palette.at(index), clip=field))
    return stack(shapes)


def two_part(rng: Random, palette: Palette, fonts: FontLibrary) -> Drawing:
    """Two glyphs of different colour, side by side or on top of each other."""
    first = silhouette(rng, palette.main, fonts)
    second = silhouette(rng, palette.at(1) if len(palette.colours) > 1 else palette.ink, fonts)
    if rng.random() < 0.5:
        corner = rng.choice((-60, 60))
        return stack(first, second.fitted((corner - 40, 20, corner + 40, 100)))
    return stack(first.fitted((-100, -100, 20, 20)), second.fitted((-10, -10, 100, 100)))


def leaning_pair(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """One outline repeated two to four times, shifted or turned, each in its own tone."""
    base = rng.choice(
        (
            polygon([-50 - 60j, 10 - 60j, 50 + 60j, -10 + 60j], rng.choice((0, 15))),
            rectangle(0, 60, 160, 30),
            regular(4, 70),
            regular(3, 80),
            circle(0, 60),
        )
    )
    count = rng.randint(2, 4)
    shift = complex(rng.uniform(35, 70), rng.choice((0, 0, 25, -25)))
    turn = rng.choice((0, 0, 0, 20, -30))
    mirror = rng.random() < 0.3
    shapes = []
    for index in range(count):
        outline = base.rotated(turn * index)
        if mirror and index % 2:
            outline = outline.stretched(-1, 1)
        shapes.append(Shape(outline.placed(1, shift * index), palette.at(index)))
    return stack(shapes)


def composed(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """A few primitives under a symmetry, sometimes in white on a field."""
    drawing = composition(rng, palette, rng.choice((1, 2, 2, 3)))
    if rng.random() < 0.2:
        # Not every mark is square: without wide ones a wide picture would pass for a wordmark.
        breadth = rng.uniform(1.4, 2.2)
        drawing = Drawing(tuple(replace(s, outline=s.outline.stretched(breadth, 1.0)) for s in drawing.shapes))
    if rng.random() < 0.25:
        back = palette.main if luminance(palette.main) < 0.7 else palette.ink
        size = rng.uniform(50, 70)
        return stack(
            Shape(tile_outline(rng), back), drawing.painted(lambda _: WHITE).fitted((-size, -size, size, size))
        )
    return drawing


def patterned(rng: Random, palette: Palette, _fonts: FontLibrary) -> Drawing:
    """Strips, a wheel, a beast or a faceted body; the beast sometimes in white on a field."""
    kind = rng.randrange(5)
    if kind == 0:
        return weave(rng, palette)
    if kind == 1:
        return wheel(rng, palette)
    if kind == 2:
        return stone(rng, palette)
    if kind == 3:
        return beast(rng, palette.main)
    return stack(Shape(tile_outline(rng), palette.main), beast(rng, WHITE).fitted((-66, -66, 66, 66)))


def bubble(rng: Random, palette: Palette, fonts: FontLibrary) -> Drawing:
    """A speech bubble, house or pin with a glyph inside."""
    kind = rng.randrange(3)
    if kind == 0:
        field = rectangle(0, 200, 150, rng.choice((20, 40, 75)))
        extra = polygon([-60 + 60j, -10 + 60j, complex(-70, 110)])
    elif kind == 1:
        field = polygon([-100j, 95 - 20j, 95 + 85j, -95 + 85j, -95 - 20j], rng.choice((0, 14)))
        extra = rectangle(complex(58, -68), 24, 50)
    else:
        field = circle(-25j, 75)
        extra = polygon([complex(-62, 15), complex(62, 15), 105j], 4)
    glyph = silhouette(rng, WHITE if luminance(palette.main) < 0.72 else palette.ink, fonts)
    return stack(Shape(extra, palette.main), Shape(field, palette.main), glyph.fitted((-42, -55, 42, 20)))


_MARKS: tuple[tuple[Mark, int], ...] = (
    (plain, 24), (tile, 24), (composed, 12), (patterned, 9), (bubble, 3),
    (coloured_blades, 5), (coloured_rings, 5), (cube, 3), (folded_ribbon, 6), (offcuts, 4),
    (sliced, 5), (two_part, 3), (leaning_pair, 4), (face, 4), (striped_object, 4), (halved_tile, 6), (flow, 5),
    (wire_body, 4), (inset_cube, 5), (outlined_flower, 2), (crossing_bands, 3), (ringed, 4), (bands_of_rings, 2),
    (row_of_shapes, 4), (extruded, 2),
)  # fmt: skip


def flat_mark(rng: Random, palette: Palette, fonts: FontLibrary) -> Drawing:
    """Any flat mark, some 200 units across, about the origin."""
    function = rng.choices([pair[0] for pair in _MARKS], [pair[1] for pair in _MARKS])[0]
    return function(rng, palette, fonts)
