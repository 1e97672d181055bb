import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.trace.colours.hidden_colours import spread, trusted_pixels
from tests.inputs.tracing_inputs import RED, coverage


def test_edges_and_clear_pixels_are_not_trusted() -> None:
    """Of a disc on transparency only what is wholly opaque is trusted."""
    alpha = coverage(40, 12)
    assert (trusted_pixels(alpha) == (alpha >= 250)).all()


def test_even_translucency_is_trusted() -> None:
    """A pane of one faint alpha has colours of its own; where there is only a trace of it, the most opaque do."""
    pane = np.full((9, 9), 120, np.uint8)
    assert trusted_pixels(pane).all()
    trace = np.array([[0, 3, 7], [7, 2, 0]], np.uint8)
    assert (trusted_pixels(trace) == (trace == 7)).all()


def test_hidden_colours_are_replaced_by_the_nearest_trusted_ones() -> None:
    """What lies under transparency takes the colour of the nearest opaque pixel, however far that is."""
    rgba = np.zeros((30, 60, 4), np.uint8)
    rgba[..., :3] = (0, 255, 0)
    rgba[:, :10] = (*RED, 255)
    rgba[:, 50:] = (1, 2, 3, 255)
    colours, trusted = spread(rgba)
    assert (colours[:, :29] == RED).all()
    assert (colours[:, 31:] == (1, 2, 3)).all()
    assert trusted.sum() == 30 * 20


@given(height=st.integers(1, 12), width=st.integers(1, 12), seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_trusted_colours_stay_and_no_other_appears(height: int, width: int, seed: int) -> None:
    """Trusted pixels, of which there is always one, keep their colour, and all others get one of theirs."""
    rgba = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    colours, trusted = spread(rgba)
    assert trusted.any()
    assert (colours[trusted] == rgba[trusted][:, :3]).all()
    own = {tuple(colour) for colour in rgba[trusted][:, :3].tolist()}
    assert {tuple(colour) for colour in colours.reshape(-1, 3).tolist()} <= own
