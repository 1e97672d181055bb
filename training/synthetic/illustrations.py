"""Illustrations and marks of many parts: the `complex` type."""

from collections.abc import Callable
from random import Random

from training.synthetic.characters import character
from training.synthetic.drawing import Drawing, stack
from training.synthetic.gradient_marks import shaded
from training.synthetic.lettering import name, style, word
from training.synthetic.menagerie import animal, tangle
from training.synthetic.objects import drawn_object
from training.synthetic.ornaments import badge, cubes, facets, jigsaw, mandala, mesh, street_map
from training.synthetic.palettes import rich_palette
from training.synthetic.scenes import landscape, skyline, vessel
from training.synthetic.typefaces import FontLibrary

Maker = Callable[[Random, FontLibrary], Drawing]

_MAKERS: tuple[tuple[Maker, int], ...] = (
    (character, 30), (animal, 14), (drawn_object, 10), (tangle, 10), (landscape, 6), (skyline, 3), (vessel, 6),
    (badge, 9), (facets, 8), (cubes, 5), (mandala, 5), (jigsaw, 4), (mesh, 3), (street_map, 1),
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
    if rng.random() < 0.07:
        left, _, right, bottom = drawing.bounds()
        text = word(name(rng)[:9], style(rng, fonts), rich_palette(rng).ink)
        middle, height = (left + right) / 2, rng.uniform(25, 40)
        return stack(drawing, text.fitted((middle - 95, bottom + 18, middle + 95, bottom + 18 + height)))
    return drawing
