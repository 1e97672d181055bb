"""Outlines that move to where a drawing lacks something, and stay where it lacks nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Floats, Pixels, Points
from svgai.trace.outlines.contour_following import followed
from svgai.trace.parameters import TracingParameters
from svgai.trace.regions.region_map import RegionMap, region_map
from tests.inputs.tracing_inputs import Shares, distances, ellipse, painted, polygon, round_shares, source_of

SIDE, RADIUS = 64, 20.0
CIRCLE = ellipse((SIDE / 2, SIDE / 2), RADIUS, RADIUS)


def mapped(rgba: Pixels) -> RegionMap:
    return region_map(source_of(rgba), TracingParameters())


DISCS = {ground: mapped(painted(round_shares(SIDE, RADIUS), ground)) for ground in ("white", "clear")}


def lacking(is_there: Shares, drawn: Shares, ground: str) -> Floats:
    """What a drawing of red over `drawn` lacks of one over `is_there`: colours times alpha and alpha, in levels."""

    def levels(share: Shares) -> Floats:
        rgba = painted(share, ground).astype(np.float32)
        rgba[..., :3] *= rgba[..., 3:] / 255
        return rgba

    return levels(is_there) - levels(drawn)


@pytest.mark.parametrize("ground", ["white", "clear"])
@pytest.mark.parametrize("clockwise", [True, False])
@pytest.mark.parametrize("off", [-0.3, 0.3])
def test_a_displaced_outline_moves_back(off: float, clockwise: bool, ground: str) -> None:
    """One that encloses too much or too little of a disc comes back to its edge, whichever way it runs."""
    outline = ellipse((SIDE / 2, SIDE / 2), RADIUS + off, RADIUS + off, clockwise=clockwise)
    missing = lacking(round_shares(SIDE, RADIUS), round_shares(SIDE, RADIUS + off), ground)
    (moved,) = followed([outline], missing, DISCS[ground])
    assert distances(outline, CIRCLE).mean() == pytest.approx(abs(off), abs=0.01)
    assert distances(moved, CIRCLE).mean() < 0.12
    assert (moved[0] == moved[-1]).all()


def test_an_outline_that_is_off_to_one_side_moves_to_the_other() -> None:
    """Each place of it by its own distance."""
    shifted = CIRCLE + np.array([0.3, 0])
    y, x = (np.mgrid[: SIDE * 16, : SIDE * 16] + 0.5) / 16
    inside = np.hypot(x - SIDE / 2 - 0.3, y - SIDE / 2) <= RADIUS
    drawn = inside.reshape(SIDE, 16, SIDE, 16).mean(axis=(1, 3))
    (moved,) = followed([shifted], lacking(round_shares(SIDE, RADIUS), drawn, "white"), DISCS["white"])
    assert distances(shifted, CIRCLE).max() > 0.25
    assert distances(moved, CIRCLE).max() < 0.15


@pytest.mark.parametrize("ground", ["white", "clear"])
def test_an_outline_that_is_right_stays(ground: str) -> None:
    """It is the very same, so that nothing of it has to be fitted anew."""
    nothing = np.zeros((SIDE, SIDE, 4), np.float32)
    wrong = ellipse((SIDE / 2, SIDE / 2), RADIUS + 0.3, RADIUS + 0.3)
    missing = lacking(round_shares(SIDE, RADIUS), round_shares(SIDE, RADIUS + 0.3), ground)
    missing[:, : SIDE // 2] = 0
    left = ellipse((20, 32), 4, 4)
    assert followed([CIRCLE], nothing, DISCS[ground])[0] is CIRCLE
    stayed, moved = followed([left, wrong], missing, DISCS[ground])
    assert stayed is left
    assert moved is not wrong


@given(seed=st.integers(0, 999), x=st.floats(28, 36), y=st.floats(28, 36), reach=st.floats(2, 12))
@settings(max_examples=30, deadline=None)
def test_nothing_moves_where_both_sides_have_one_colour(seed: int, x: float, y: float, reach: float) -> None:
    """Whatever is missing there, no outline within one colour is to blame."""
    missing = np.random.default_rng(seed).normal(0, 60, (SIDE, SIDE, 4)).astype(np.float32)
    within = ellipse((x, y), reach, reach)
    assert followed([within], missing, DISCS["white"])[0] is within


BLOCK = mapped(painted(np.pad(np.ones((20, 30)), ((0, 20), (0, 10))), "white"))
"""A block in the upper left corner of a page of 40 by 40."""


@given(seed=st.integers(0, 999), level=st.floats(-255, 255))
@settings(max_examples=40, deadline=None)
def test_no_point_leaves_the_page(seed: int, level: float) -> None:
    """However much is missing along the border, outlines end at it, and none moves by a whole pixel."""
    missing = np.random.default_rng(seed).normal(level, 80, (40, 40, 4)).astype(np.float32)
    corners = [(0.0, 0.0), (30.0, 0.0), (30.0, 20.0), (0.0, 20.0)]
    steps = np.linspace(0, 1, 40, endpoint=False)[:, None]
    sides = zip(corners, [*corners[1:], corners[0]], strict=True)
    block: Points = polygon([(x, y) for a, b in sides for x, y in np.array(a) + steps * (np.array(b) - np.array(a))])
    (moved,) = followed([block], missing, BLOCK)
    assert moved.min() >= 0
    assert moved.max() <= 40
    assert np.abs(moved - block).max() < 1
    assert (moved[0] == moved[-1]).all()


def test_of_no_outlines_none_follow() -> None:
    """A page of one colour has none."""
    assert followed([], np.zeros((SIDE, SIDE, 4), np.float32), DISCS["white"]) == []
