import numpy as np

from svgai.colour_models import ColourModel, flat
from svgai.gradients import Gradient
from svgai.paints import paint_of

COLOURS = np.array([[0, 0, 0], [255, 128, 0]], np.float32)
KNOTS = np.array([10, 50], np.float32)


def test_a_flat_model_is_its_colour() -> None:
    """One colour is painted as it is, to the nearest level."""
    assert paint_of(flat(np.array([250.4, 127.6, 3], np.float32)), 3) == "#fa8003"


def test_linear_paint_runs_between_its_knots() -> None:
    """A direction becomes the line from the first to the last knot, scaled to the grid."""
    paint = paint_of(ColourModel((0.0, 1.0), KNOTS, COLOURS), 3)
    assert paint == Gradient((0, 30, 0, 150), ((0, "#000000"), (1000, "#ff8000")))


def test_radial_paint_starts_at_its_first_knot() -> None:
    """Distances from a centre become offsets within the last knot's circle, or ellipse."""
    stops = ((200, "#000000"), (1000, "#ff8000"))
    assert paint_of(ColourModel((7.0, 8.0, 1.0), KNOTS, COLOURS), 2) == Gradient((14, 16, 100), stops)
    ellipse = ColourModel((7.0, 8.0, 0.25, 0.0, 4.0), KNOTS, COLOURS)
    assert paint_of(ellipse, 2) == Gradient((200, 0, 0, 50, 14, 16), stops)
