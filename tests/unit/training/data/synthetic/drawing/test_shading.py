"""Ramps and shaded drawings."""

from random import Random

import pytest

from training.data.synthetic.drawing.outlines import circle
from training.data.synthetic.drawing.painted_outlines import Drawing, Linear, Radial, Shape
from training.data.synthetic.drawing.palettes import WHITE
from training.data.synthetic.drawing.shading import across, ramp, shaded


@pytest.mark.parametrize("seed", range(20))
def test_a_ramp_runs_upwards(seed: int) -> None:
    """Offsets lie between zero and one, in order, with two colours or more."""
    offsets = [offset for offset, _, _ in ramp(Random(seed))]
    assert len(offsets) >= 2
    assert offsets == sorted(offsets)
    assert 0 <= offsets[0] < offsets[-1] <= 1


def test_an_angle_gives_a_linear_gradient_through_the_middle() -> None:
    """With an angle the gradient is linear, at this angle, about the middle of the box."""
    paint = across(Random(1), (0, 0, 100, 60), ramp(Random(2)), 0)
    assert isinstance(paint, Linear)
    assert (paint.start + paint.end) / 2 == pytest.approx(50 + 30j)
    assert (paint.end - paint.start).imag == pytest.approx(0)


def test_flat_colours_become_gradients_and_white_stays() -> None:
    """Every flat fill but white gets a gradient of its own."""
    drawing = Drawing((Shape(circle(0, 50), "#336699"), Shape(circle(0, 20), WHITE)))
    lit = shaded(Random(3), drawing)
    assert isinstance(lit.shapes[0].fill, Linear | Radial)
    assert lit.shapes[1].fill == WHITE
