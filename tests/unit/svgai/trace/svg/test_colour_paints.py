import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from svgai.trace.regions.colour_models import ColourModel, flat
from svgai.trace.svg.colour_paints import paint_of
from svgai.trace.svg.gradients import Gradient

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


def test_stops_that_change_nothing_are_left_out() -> None:
    """A stop on the way between its neighbours goes, and so does the end of a stretch of one colour."""
    knots = np.array([0, 20, 60, 80, 100], np.float32)
    colours = np.array([[0, 0, 0], [40, 40, 40], [120, 121, 120], [120, 120, 120], [120, 120, 120]], np.float32)
    paint = paint_of(ColourModel((1.0, 0.0), knots, colours), 1)
    assert paint == Gradient((0, 0, 100, 0), ((0, "#000000"), (600, "#787978")))


def test_a_gradient_of_one_colour_is_that_colour() -> None:
    """Stops that are all alike are no gradient."""
    alike = np.array([[10, 10, 10], [10.3, 10, 10], [10, 9.8, 10]], np.float32)
    assert paint_of(ColourModel((1.0, 0.0), np.array([0, 20, 60], np.float32), alike), 1) == "#0a0a0a"


def test_opacity_is_painted_with_the_colour_it_was_multiplied_by() -> None:
    """Levels with alpha become a colour of eight digits."""
    assert paint_of(flat(np.array([100, 50, 0, 127.5], np.float32)), 1) == "#c8640080"


def test_what_fades_out_keeps_its_colour_to_the_end() -> None:
    """A stop that is clear has the colour of the one beside it: nothing of it can be told, and black would show."""
    levels = np.array([[200, 100, 0, 255], [0, 0, 0, 0]], np.float32)
    paint = paint_of(ColourModel((1.0, 0.0), KNOTS, levels), 1)
    assert paint == Gradient((10, 0, 50, 0), ((0, "#c86400ff"), (1000, "#c8640000")))


@given(
    colours=st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=2, max_size=6),
    steps=st.lists(st.integers(5, 60), min_size=6, max_size=6),
)
def test_a_gradient_with_fewer_stops_looks_the_same(colours: list[tuple[int, int, int]], steps: list[int]) -> None:
    """At each of the model's knots what is painted is its colour to a level or, by rounding, two."""
    knots = np.cumsum(steps[: len(colours)]).astype(np.float32)
    model = ColourModel((0.0, 1.0), knots, np.array(colours, np.float32))
    paint = paint_of(model, 1)
    if isinstance(paint, str):
        assert np.ptp(colours, axis=0).max() <= 2
        return
    offsets = [offset / 1000 for offset, _ in paint.stops]
    shown = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for _, colour in paint.stops])
    places = (knots - knots[0]) / (knots[-1] - knots[0])
    painted = np.stack([np.interp(places, offsets, shown[:, channel]) for channel in range(3)], axis=1)
    steepest = np.abs(np.diff(colours, axis=0)).max() / (min(steps) / knots[-1])
    assert np.abs(painted - colours).max() <= 1 + 0.001 * steepest
