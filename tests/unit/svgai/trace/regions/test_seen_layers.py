"""What is seen of layers, and the colours that the source has there."""

import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.decode.pixels import premultiplied
from svgai.trace.colours.colour_models import flat
from svgai.trace.parameters import TracingParameters
from svgai.trace.regions.layer_stack import Stack, stack_layers
from svgai.trace.regions.region_map import RegionMap, region_map
from svgai.trace.regions.seen_layers import GROUND, tints, uppermost
from tests.inputs.tracing_inputs import RED, WHITE, disc, opaque, source_of


def stacked(rgba: Pixels) -> tuple[Stack, RegionMap]:
    regions = region_map(source_of(rgba), TracingParameters())
    return stack_layers(regions.indices, regions.clear, 4.0, regions.times), regions


def test_the_uppermost_layer_is_seen() -> None:
    """A disc on its ground, and the ground where no layer is."""
    stack, regions = stacked(opaque(disc(64, 20, RED, WHITE)))
    seen = uppermost(stack, regions)
    middle = seen.shape[0] // 2
    assert (seen[0, 0], seen[middle, middle]) == (GROUND, 0)


def test_what_is_as_the_map_has_it_keeps_its_colour() -> None:
    """No layer of an ordinary picture gets another."""
    rgba = opaque(disc(64, 20, RED, WHITE))
    assert tints(*stacked(rgba), premultiplied(rgba)) == {}


@pytest.mark.parametrize("alpha", [250, 253])
def test_what_is_nearly_opaque_gets_its_opacity(alpha: int) -> None:
    """Colours times alpha and alpha, of that layer alone."""
    rgba = np.zeros((64, 96, 4), np.uint8)
    rgba[10:50, 10:40] = (*RED, alpha)
    rgba[10:50, 60:90] = (*RED, 255)
    stack, regions = stacked(rgba)
    found = tints(stack, regions, premultiplied(rgba))
    assert len(stack.layers) == 2
    (model,) = found.values()
    assert model.colours[0] == pytest.approx([*(value * alpha / 255 for value in RED), alpha], abs=0.1)


def test_an_even_ground_that_is_off_gets_its_colour_and_what_is_uneven_does_not() -> None:
    """Half of a layer that is off by itself is not painted anew."""
    rgba = opaque(disc(64, 20, RED, WHITE))
    stack, regions = stacked(rgba)
    paler = rgba.copy()
    paler[paler[..., 1] == 255] = (250, 251, 252, 255)
    (ground,) = tints(stack, regions, premultiplied(paler)).items()
    assert ground[0] == GROUND
    assert ground[1].colours[0].tolist() == flat(np.array([250, 251, 252])).colours[0].tolist()
    half = rgba.copy()
    half[:30][half[:30, :, 1] == 255] = (250, 250, 250, 255)
    assert tints(stack, regions, premultiplied(half)) == {}
