"""Illustrations and marks of many parts: the `complex` type."""

from collections.abc import Callable
from random import Random

from training.synthetic.characters import character
from training.synthetic.drawing import Drawing
from training.synthetic.intricate import (
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
from training.synthetic.lettering import captioned
from training.synthetic.menagerie import animal, tangle
from training.synthetic.objects import drawn_object
from training.synthetic.ornaments import badge, cubes, facets, jigsaw, mandala, mesh, street_map
from training.synthetic.palettes import rich_palette
from training.synthetic.scenes import landscape, skyline, vessel
from training.synthetic.shading import shaded
from training.synthetic.typefaces import FontLibrary

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
