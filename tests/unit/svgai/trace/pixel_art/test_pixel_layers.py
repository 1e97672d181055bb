"""Areas stacked on each other, seen from above, are the squares that were asked for."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from svgai.trace.pixel_art.pixel_layers import stacked

Levels = npt.NDArray[np.intp]

any_levels = arrays.arrays(np.intp, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=st.integers(-1, 4))


@pytest.mark.slow
@given(levels=any_levels, opaque=st.integers(0, 5))
def test_what_lies_on_top_is_what_was_asked(levels: Levels, opaque: int) -> None:
    """Painted in order the last area at each square is its level, and clear squares stay clear."""
    seen = np.full(levels.shape, -1)
    for level, area in enumerate(stacked(levels, opaque)):
        seen[area] = level
    assert (seen == levels).all()


@pytest.mark.slow
@given(levels=any_levels, opaque=st.integers(0, 5))
def test_nothing_lies_beneath_what_is_translucent(levels: Levels, opaque: int) -> None:
    """A translucent square is in its own area and in no other."""
    areas = np.array([*stacked(levels, opaque)], bool).reshape(-1, *levels.shape)
    assert (areas.sum(axis=0)[levels >= opaque] == 1).all()


def test_a_ground_runs_on_beneath_what_lies_on_it() -> None:
    """A page with scattered dots is a rectangle below."""
    levels = np.zeros((9, 9), np.intp)
    levels[1:8:2, 1:8:3] = 1
    ground, dots = stacked(levels, 2)
    assert ground.all()
    assert (dots == (levels == 1)).all()


def test_an_area_fills_up_only_where_corners_are_saved() -> None:
    """A bar with a gap that is painted over is a bar; one that is painted over far away does not grow there."""
    levels = np.array([[-1, -1, -1, -1, -1, -1], [0, 0, 1, 0, -1, 1]])
    below, _ = stacked(levels, 2)
    assert below.tolist() == [[False] * 6, [True, True, True, True, False, False]]
