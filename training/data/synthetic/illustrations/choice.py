"""Illustrations and marks of many parts: the `complex` type."""

from collections.abc import Callable
from random import Random

from training.data.synthetic.drawing.lettering import captioned
from training.data.synthetic.drawing.painted_outlines import Drawing
from training.data.synthetic.drawing.palettes import rich_palette
from training.data.synthetic.drawing.shading import shaded
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.illustrations.characters import character
from training.data.synthetic.illustrations.menagerie import animal, tangle
from training.data.synthetic.illustrations.objects import drawn_object
from training.data.synthetic.illustrations.scenes import landscape, skyline, vessel
from training.data.synthetic.marks.intricate import (
    bodies,
    built_letter,
    chain,
    engraving,
    faceted_head,
    interlaced,
    overlaid,
    pixels,
    split_target,
    strata,
)
from training.data.synthetic.marks.ornaments import badge, cubes, facets, jigsaw, mandala, mesh, street_map

Maker = Callable[[Random, FontLibrary], Drawing]

_MAKERS: tuple[tuple[Maker, int], ...] = (
    (character, 26), (animal, 12), (drawn_object, 12), (tangle, 4), (landscape, 6), (skyline, 3), (vessel, 5),
    (badge, 8), (facets, 7), (cubes, 3), (mandala, 4), (jigsaw, 3), (mesh, 3), (street_map, 1),
    (interlaced, 4), (chain, 5), (strata, 4), (split_target, 4), (pixels, 2), (faceted_head, 6), (engraving, 7),
    (built_letter, 4), (bodies, 6), (overlaid, 3),
)  # fmt: skip


def illustration(rng: Random, fonts: FontLibrary) -> Drawing:
    """Any illustration, some 200 units across, flat or shaded."""
    function = rng.choices([pair[0] for pair in _MAKERS], [pair[1] for pair in _MAKERS])[0]
    drawing = function(rng, fonts)
    if rng.random() < 0.13:
        return shaded(rng, drawing, rng.uniform(0.05, 0.12))
    return drawing


def complex_logo(rng: Random, fonts: FontLibrary) -> Drawing:
    """An illustration, now and then above a small word that it outweighs."""
    drawing = illustration(rng, fonts)
    return captioned(rng, fonts, drawing, rich_palette(rng).ink) if rng.random() < 0.07 else drawing
