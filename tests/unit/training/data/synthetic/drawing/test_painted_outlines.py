"""Drawings and the SVG they are written as."""

import pytest

from training.data.synthetic.drawing.outlines import circle, polygon, rectangle
from training.data.synthetic.drawing.painted_outlines import Linear, Shape, stack


def test_fitting_keeps_proportions_and_centres() -> None:
    """A wide shape fitted into a square box touches its sides and lies in the middle."""
    fitted = stack(Shape(rectangle(50, 40, 20), "#000000")).fitted((0, 0, 100, 100))
    assert fitted.bounds() == pytest.approx((0, 25, 100, 75))


def test_strokes_count_in_the_bounds() -> None:
    """A stroke reaches half its width beyond the line, so nothing is cut off at the frame."""
    line = Shape(polygon([0j, 10 + 0j], closed=False), stroke="#000000", width=4)
    assert line.bounds() == pytest.approx((-2, -2, 12, 2))


def test_clip_limits_the_bounds() -> None:
    """What the clip cuts off does not count."""
    assert Shape(circle(0, 50), "#000000", clip=circle(0, 10)).bounds() == pytest.approx((-10, -10, 10, 10), abs=0.01)


def test_scaling_takes_gradients_and_strokes_along() -> None:
    """Placing a drawing moves its gradient and widens its stroke by the same factor."""
    paint = Linear(0j, 10 + 0j, ((0.0, "#000000", 1.0), (1.0, "#ffffff", 1.0)))
    placed = stack(Shape(circle(0, 5), paint, "#000000", 2)).placed(3.0, 1 + 1j).shapes[0]
    assert isinstance(placed.fill, Linear)
    assert (placed.fill.start, placed.fill.end, placed.width) == (1 + 1j, 31 + 1j, 6)


def test_equal_gradients_are_defined_once() -> None:
    """Two shapes with one gradient share its definition."""
    paint = Linear(0j, 10 + 0j, ((0.0, "#000000", 1.0), (1.0, "#ffffff", 0.5)))
    svg = stack(Shape(circle(0, 5), paint), Shape(circle(8, 5), paint)).to_svg()
    assert svg.count("<linearGradient") == 1
    assert svg.count('stop-opacity="0.50"') == 1


def test_padding_and_background_frame_the_drawing() -> None:
    """Padding is a share of the longest side and the background covers all."""
    svg = stack(Shape(rectangle(0, 100, 100), "#ff0000")).to_svg(padding=0.1, background="#00ff00", longest=120)
    assert 'viewBox="0 0 120.00 120.00"' in svg
    assert svg.index("#00ff00") < svg.index("M10.00 10.00") < svg.index("#ff0000")
