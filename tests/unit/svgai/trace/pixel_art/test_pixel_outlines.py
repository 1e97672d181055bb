"""Path data that fills just the squares of a mask."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from svgai.measure.rendering import render
from svgai.trace.pixel_art.pixel_outlines import outline_data

masks = arrays.arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14)))


def filled(data: str, columns: int, rows: int, rule: str) -> npt.NDArray[np.bool_]:
    """The squares that path data covers, each of four pixels so that a half shows."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns} {rows}">'
        f'<path fill-rule="{rule}" d="{data}"/></svg>'
    )
    covered = render(svg, columns * 2, rows * 2)[..., 3]
    assert set(np.unique(covered)) <= {0, 255}
    assert (covered[::2, ::2] == covered[1::2, 1::2]).all()
    return np.asarray(covered[::2, ::2] == 255)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
@given(mask=masks)
def test_the_squares_are_filled_and_nothing_else(rule: str, mask: npt.NDArray[np.bool_]) -> None:
    """By either rule of filling."""
    data = outline_data(mask)
    assert bool(data) == bool(mask.any())
    if data:
        assert (filled(data, mask.shape[1], mask.shape[0], rule) == mask).all()


def test_a_rectangle_takes_three_lines() -> None:
    """Closing draws the fourth."""
    mask = np.zeros((20, 20), bool)
    mask[2:12, 3:17] = True
    assert outline_data(mask) == "M3 2h14v10H3z"


def test_squares_that_touch_at_corners_share_an_outline() -> None:
    """A chequered board is one outline, not one for each square."""
    board = np.indices((8, 8)).sum(axis=0) % 2 == 0
    assert outline_data(board).count("z") == 1


def test_a_hole_is_an_outline_of_its_own() -> None:
    """A frame has two."""
    frame = np.ones((5, 5), bool)
    frame[1:4, 1:4] = False
    assert outline_data(frame).count("z") == 2
