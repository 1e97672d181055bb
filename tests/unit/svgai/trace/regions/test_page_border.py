"""What touches the page's border, in the margin and as it is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.decode.pixels import composite
from svgai.measure.rendering import render
from svgai.trace.parameters import TracingParameters
from svgai.trace.regions.page_border import MARGIN, with_margin
from svgai.trace.tracer import trace
from tests.inputs.tracing_inputs import RED, WHITE, Shares, painted, round_shares

FINE = TracingParameters(grid=8)
INNER = slice(MARGIN, -MARGIN)


def block_shares(height: int, bottom: float) -> Shares:
    """How much of each pixel (height, 60) a block from row 20 down to `bottom` covers."""
    down = np.clip(bottom - np.arange(height), 0, 1) * (np.arange(height) >= 20)
    across = (np.arange(60) >= 15) & (np.arange(60) < 45)
    return np.asarray(down[:, None] * across)


def drawn(rgba: Pixels, parameters: TracingParameters = FINE) -> Pixels:
    """The drawing on white."""
    return composite(render(trace(rgba, parameters), rgba.shape[1], rgba.shape[0]), 255)


@given(height=st.integers(1, 9), width=st.integers(1, 9), levels=st.sampled_from([2, 256]), seed=st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_a_margin_leaves_the_picture_as_it_is(height: int, width: int, levels: int, seed: int) -> None:
    """Whatever the pixels, they stay in the middle of a larger picture."""
    rgba = (np.random.default_rng(seed).integers(0, levels, (height, width, 4)) * (255 // (levels - 1))).astype(
        np.uint8
    )
    framed = with_margin(rgba)
    assert framed.shape == (height + 2 * MARGIN, width + 2 * MARGIN, 4)
    assert (framed[INNER, INNER] == rgba).all()


@given(seed=st.integers(0, 999), side=st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_a_margin_turns_with_the_picture(seed: int, side: int) -> None:
    """No side of a page is treated otherwise than another."""
    share = np.random.default_rng(seed).random((6, 6)).repeat(2, 0).repeat(2, 1)
    rgba = painted(np.where(share > 0.5, 1.0, np.where(share > 0.25, 0.5, 0.0)), "white")
    turned = with_margin(np.ascontiguousarray(np.rot90(rgba, side)))
    straight = np.rot90(with_margin(rgba), side)
    assert (turned[MARGIN:-MARGIN] == straight[MARGIN:-MARGIN]).all()
    assert (turned[:, MARGIN:-MARGIN] == straight[:, MARGIN:-MARGIN]).all()


def test_what_bleeds_off_goes_on_in_the_margin() -> None:
    """Whole pixels of a colour at the border are followed by more of it, and ground by ground."""
    framed = with_margin(painted(block_shares(40, 40), "white"))
    beyond = framed[-MARGIN:, INNER]
    assert (beyond[:, 18:42] == (*RED, 255)).all()
    assert (beyond[:, :12] == 255).all()
    assert (framed[:MARGIN] == 255).all()


@pytest.mark.parametrize("slope", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("ground", ["white", "clear"])
def test_an_edge_that_runs_off_the_page_is_kept_to_its_end(slope: float, ground: str) -> None:
    """Steep or slanting, the last row shows it where it is, by a third of a pixel at most."""
    down, right = (np.mgrid[: 40 * 8, : 40 * 8] + 0.5) / 8
    rgba = painted((right > 12.4 + slope * (40 - down)).reshape(40, 8, 40, 8).mean(axis=(1, 3)), ground)
    shown, source = drawn(rgba)[-1].astype(float), composite(rgba, 255)[-1].astype(float)
    contrast = source.max() - source.min()
    assert abs((shown - source).sum(axis=0) / contrast).max() < 1
    assert np.abs(shown - source).max() < 0.34 * contrast


@pytest.mark.parametrize("ground, colour", [("white", (*WHITE, 255)), ("clear", None)])
def test_what_ends_at_the_border_is_followed_by_ground(ground: str, colour: tuple[int, ...] | None) -> None:
    """Beyond pixels that a shape covers in part is what lies beside it, be it white or nothing."""
    beyond = with_margin(painted(block_shares(40, 39.6), ground))[-MARGIN:, INNER][:, 18:42]
    assert (beyond == colour if colour else beyond[..., 3] == 0).all()


@pytest.mark.parametrize("ground", ["white", "clear"])
@pytest.mark.parametrize("short", [0.3, 0.35, 0.4])
def test_a_disc_that_touches_all_sides_is_round(short: float, ground: str) -> None:
    """Its edge is nowhere cut flat: at the border all pixels are a few levels from the source's."""
    rgba = painted(round_shares(40, 20 - short), ground)
    off = np.abs(drawn(rgba).astype(int) - composite(rgba, 255)).max(axis=2)
    at_border = np.concatenate([off[0], off[-1], off[:, 0], off[:, -1]])
    assert at_border.max() < 36
    assert at_border.mean() < 5


@pytest.mark.parametrize("ground", ["white", "clear"])
@pytest.mark.parametrize("turned", range(4))
@pytest.mark.parametrize("share", [0.4, 0.6, 0.7])
def test_a_straight_edge_within_the_last_row_stays_there(share: float, turned: int, ground: str) -> None:
    """A border row that is covered in part is drawn in part, as it would be in the middle of a page."""
    rgba = np.ascontiguousarray(np.rot90(painted(block_shares(40, 39 + share), ground), turned))
    last = np.rot90(drawn(rgba), -turned)[39, 18:42, 1].astype(float)
    assert (255 - last) / (255 - RED[1]) == pytest.approx(np.full(24, share), abs=0.2)


@pytest.mark.parametrize("ground", ["white", "clear"])
def test_what_bleeds_off_reaches_the_border(ground: str) -> None:
    """Up to the last row a shape that goes on beyond the page has its whole colour."""
    last = drawn(painted(block_shares(40, 40), ground))[39]
    assert (last[16:44] == RED).all()
    assert (last[:14] == 255).all()
