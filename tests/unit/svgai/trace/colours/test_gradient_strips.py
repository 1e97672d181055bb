import numpy as np

from svgai.array_types import Floats
from svgai.trace.colours.gradient_strips import strips


def _positions(height: int = 48, width: int = 60) -> tuple[Floats, Floats]:
    y, x = np.mgrid[:height, :width].astype(np.float32).reshape(2, -1) + 0.5
    return x, y


def _bilinear(x: Floats, y: Floats) -> Floats:
    return np.stack([4 * x, 240 - 4 * y, x * y / 12], axis=1).astype(np.float32)


def test_strips_are_close_to_colours_that_change_both_ways() -> None:
    """The strips of a bilinear area are within half a step of it, and no more than are needed."""
    x, y = _positions()
    found = strips(x, y, _bilinear(x, y), max_stops=5, most=24)
    assert found is not None
    assert 4 < len(found.models) <= 24
    assert np.sqrt((found.off(x, y, _bilinear(x, y)) ** 2).mean()) < 9


def test_colours_that_bend_little_take_few_strips() -> None:
    """The direction that takes fewest strips is taken: steep along them, faint across."""
    x, y = _positions()
    colours = np.stack([4 * x, 100 + y / 4, 200 - 2 * x], axis=1).astype(np.float32)
    found = strips(x, y, colours, max_stops=5, most=24)
    assert found is not None
    assert found.axis == (1.0, 0.0)
    assert len(found.models) <= 3


def test_noise_is_no_strips() -> None:
    """What strips do not explain gets none, however many may be."""
    x, y = _positions()
    noise = np.random.default_rng(1).uniform(0, 255, (len(x), 3)).astype(np.float32)
    assert strips(x, y, noise, max_stops=5, most=24) is None


def test_a_strip_goes_on_beneath_what_hides_it() -> None:
    """Where most of a strip is hidden its gradient is that of the surface around."""
    x, y = _positions()
    seen = ~((y > 20) & (y < 30) & (x > 6) & (x < 54))
    found = strips(x[seen], y[seen], _bilinear(x, y)[seen], max_stops=5, most=24)
    assert found is not None
    assert found.off(x[~seen], y[~seen], _bilinear(x, y)[~seen]).max() < 20


def test_so_many_strips_and_no_more() -> None:
    """Where more would not fit in, strips may be coarser, and none are given where they would be too coarse."""
    x, y = _positions()
    few = strips(x, y, _bilinear(x, y), max_stops=5, most=10)
    assert few is None or len(few.models) <= 10
    assert strips(x, y, _bilinear(x, y), max_stops=5, most=2) is None
