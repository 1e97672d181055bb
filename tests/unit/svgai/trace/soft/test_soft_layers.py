import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.trace.soft.soft_layers import SoftLayer, soft_layers
from svgai.trace.soft.soft_parts import parted
from tests.inputs.tracing_inputs import RED, coverage, shadowed


def _layers(rgba: Pixels, step: float = 14, max_stops: int = 5) -> list[SoftLayer]:
    layers = soft_layers(parted(rgba), step, max_stops)
    assert layers is not None
    return layers


def _fading() -> Pixels:
    rgba = np.zeros((64, 96, 4), np.uint8)
    rgba[8:56, 8:88, :3] = RED
    rgba[8:56, 8:88, 3] = np.linspace(10, 240, 80)
    return rgba


def test_a_shape_that_fades_is_one_gradient() -> None:
    """Opacity that rises along a line is one layer, whose stops have it."""
    (layer,) = _layers(_fading())
    assert len(layer.model.axis) == 2
    shown = layer.model.at(np.array([12.5, 83.5], np.float32), np.full(2, 30, np.float32))
    assert np.abs(shown[:, 3] - [21.6, 228.4]).max() < 3


def test_without_stops_what_fades_is_nested() -> None:
    """Where gradients are not asked for, steps of opacity show the same."""
    layers = _layers(_fading(), max_stops=0)
    assert len(layers) > 5
    assert all(layer.model.is_flat for layer in layers)


def test_an_even_shape_is_one_layer() -> None:
    """Its edge is no level of its own."""
    rgba = np.full((64, 64, 4), (*RED, 255), np.uint8)
    rgba[..., 3] = coverage(64, 24) // 2
    (layer,) = _layers(rgba)
    assert layer.model.is_flat
    assert abs(float(layer.model.colours[0, 3]) - 127) <= 1


@pytest.mark.slow
@given(sigma=st.floats(3, 10), strength=st.floats(0.2, 0.9))
@example(sigma=9.5, strength=0.3125)
@settings(max_examples=12, deadline=None)
def test_layers_of_a_shadow_are_its_alpha(sigma: float, strength: float) -> None:
    """Laid over each other, few layers are no farther from the shadow than they promise, in black."""
    rgba = shadowed(96, sigma, strength)
    parts, layers = parted(rgba), _layers(rgba)
    through = np.ones((96, 96), np.float32)
    for layer in layers:
        down, across = np.nonzero(layer.heights > 0)
        colours = layer.model.at((across + 0.5).astype(np.float32), (down + 0.5).astype(np.float32))
        through[down, across] *= 1 - colours[:, 3] / 255
        assert colours[:, :3].max() <= 2
    off = np.abs(255 * (1 - through) - parts.soft[..., 3])[parts.areas]
    assert off.mean() < 6
    assert len(layers) <= 16


def test_finer_steps_are_more_layers() -> None:
    """A finer step comes closer for more layers."""
    rgba = shadowed(96, 6)
    assert len(_layers(rgba, step=5)) > len(_layers(rgba, step=14))


def test_what_has_more_colours_than_layers_is_left() -> None:
    """A translucent picture of all colours is no stack of shadows."""
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[..., 0], rgba[..., 1] = np.linspace(0, 255, 64), np.linspace(0, 255, 64)[:, None]
    rgba[..., 2] = 255 - rgba[..., 0]
    rgba[..., 3] = 130
    rgba[20:40, 20:40, :3] = 255 - rgba[20:40, 20:40, :3]
    assert soft_layers(parted(rgba), 14, 0) is None


def test_two_shadows_of_different_colours_that_meet_are_layers() -> None:
    """Laid over each other, the layers have the colours of both and of what they make where they meet."""
    dark, light = (
        cv2.GaussianBlur(cv2.circle(np.zeros((96, 96), np.float32), centre, 20, (0.5,), -1), (0, 0), 4)
        for centre in ((34, 48), (62, 48))
    )
    alpha = light + (1 - light) * dark
    rgba = np.zeros((96, 96, 4), np.uint8)
    rgba[..., :3] = np.rint(180 * light / np.maximum(alpha, 1e-3))[..., None]
    rgba[..., 3] = np.rint(255 * alpha)
    shown = np.zeros((96, 96, 4), np.float32)
    for layer in _layers(rgba):
        down, across = np.nonzero(layer.heights > 0)
        colours = layer.model.at((across + 0.5).astype(np.float32), (down + 0.5).astype(np.float32))
        shown[down, across] = colours + (1 - colours[:, 3:] / 255) * shown[down, across]
    assert np.abs(shown[..., 3] - rgba[..., 3]).mean() < 4
    assert np.abs(shown[..., 0] - 180 * light).mean() < 4
