"""Fields whose colour runs, with a sign on them."""

from random import Random

import pytest

from training.synthetic import gradient_tiles
from training.synthetic.drawing import Linear, Radial, Shape
from training.synthetic.illustrations import Maker
from training.synthetic.typefaces import FontLibrary

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
