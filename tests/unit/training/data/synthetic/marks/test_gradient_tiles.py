"""Fields whose colour runs, with a sign on them."""

from random import Random

import pytest

from training.data.synthetic.drawing.painted_outlines import Linear, Radial, Shape
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.illustrations.choice import Maker
from training.data.synthetic.marks import gradient_tiles

TILES: tuple[Maker, ...] = (
    gradient_tiles.app_icon, gradient_tiles.service_tile, gradient_tiles.ball, gradient_tiles.glow,
    gradient_tiles.gauge, gradient_tiles.pictured,
)  # fmt: skip


def area(shape: Shape) -> float:
    left, top, right, bottom = shape.bounds()
    return (right - left) * (bottom - top)


@pytest.mark.parametrize("tile", TILES)
def test_the_field_is_a_gradient(tile: Maker) -> None:
    """Some gradient covers most of the drawing's box."""
    for seed in range(40):
        drawing = tile(Random(seed), FontLibrary.bundled())
        left, top, right, bottom = drawing.bounds()
        shaded = [shape for shape in drawing.shapes if isinstance(shape.fill, Linear | Radial)]
        assert max(area(shape) for shape in shaded) > 0.7 * (right - left) * (bottom - top)
