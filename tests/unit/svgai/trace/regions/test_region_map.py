"""Which colour each pixel of an enlarged image belongs to, and what of the map is seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.trace.colours.colour_models import CLEAR
from svgai.trace.parameters import TracingParameters
from svgai.trace.regions.page_border import MARGIN, MapExtent
from svgai.trace.regions.region_map import RegionMap, alpha_margins, region_map
from tests.inputs.tracing_inputs import BLACK, RED, WHITE, disc, opaque, painted, round_shares, source_of

DEFAULTS = TracingParameters()


def _colours(regions: RegionMap) -> set[tuple[float, ...]]:
    return {tuple(model.colours[0].tolist()) for model in regions.models}


@pytest.mark.parametrize("times", [1, 2, 4])
def test_a_map_holds_the_page_within_its_margin(times: int) -> None:
    """All of it is enlarged; the page is the picture alone, in source pixels."""
    regions = region_map(source_of(opaque(disc(40, 12, RED, WHITE)[:30]), times), DEFAULTS)
    assert regions.page == MapExtent(40, 30, MARGIN)
    assert regions.times == times
    assert regions.indices.shape == regions.margins.shape == ((30 + 2 * MARGIN) * times, (40 + 2 * MARGIN) * times)


def test_each_pixel_belongs_to_one_of_few_colours() -> None:
    """The disc is of its own colour where it is, all else of the ground's, and nothing is clear."""
    regions = region_map(source_of(opaque(disc(64, 20, RED, WHITE))), DEFAULTS)
    assert _colours(regions) == {RED, WHITE}
    assert regions.margins.min() > 0
    red = next(number for number, model in enumerate(regions.models) if model.colours[0][1] < 100)
    down, right = (np.argwhere(regions.indices == red).mean(axis=0) + 0.5) / 2 - MARGIN
    assert (down, right) == pytest.approx((32, 32), abs=0.1)
    assert np.sqrt((regions.indices == red).sum() / np.pi) / 2 == pytest.approx(20, abs=0.15)
    assert regions.clear is None


def test_a_cut_out_is_clear_where_less_than_half_is_visible() -> None:
    """Its visible part has the colours alone, and at its edge the alpha tells how sure a pixel is."""
    regions = region_map(source_of(painted(round_shares(64, 20), "clear")), DEFAULTS)
    assert regions.clear is not None
    assert regions.models[regions.clear] is CLEAR
    assert _colours(regions) - {(0, 0, 0)} == {RED}
    visible = regions.indices != regions.clear
    assert np.sqrt(visible.sum() / np.pi) / 2 == pytest.approx(20, abs=0.15)
    assert not visible[[0, -1]].any()


def test_a_gradient_lies_in_the_map_as_in_the_picture() -> None:
    """The margin moves its axis as it moves the pixels."""
    rgb = np.full((40, 60, 3), 40, np.uint8)
    rgb[..., 0] = np.rint(np.linspace(20, 240, 60))
    regions = region_map(source_of(opaque(rgb)), DEFAULTS)
    (model,) = regions.models
    x = np.arange(60, dtype=np.float32) + np.float32(MARGIN + 0.5)
    told = model.at(x, np.full(60, 20, np.float32))[:, 0]
    assert told[5:-5] == pytest.approx(rgb[0, 5:-5, 0], abs=2)


def test_what_only_the_margin_has_is_no_colour_of_the_picture() -> None:
    """A picture filled by one colour up to its fading border is of that colour alone on nothing."""
    regions = region_map(source_of(opaque(np.full((24, 24, 3), BLACK, np.uint8))), DEFAULTS)
    assert _colours(regions) == {BLACK}
    assert (regions.indices == 0).all()


@pytest.mark.slow
@given(height=st.integers(1, 8), width=st.integers(1, 8), seed=st.integers(0, 99), opaque_ones=st.booleans())
@settings(max_examples=40, deadline=None)
def test_any_pixels_have_a_map(height: int, width: int, seed: int, opaque_ones: bool) -> None:
    """Also those of noise, in which nothing has an inside: each has a model, or is clear."""
    rgba = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    if opaque_ones:
        rgba[..., 3] = 255
    regions = region_map(source_of(rgba), DEFAULTS)
    assert regions.models
    assert set(np.unique(regions.indices)) <= {*range(len(regions.models)), regions.clear}


def test_alpha_is_least_sure_at_one_half() -> None:
    """The farther from there the surer, to either side."""
    sure = alpha_margins(np.array([[0, 60, 127, 128, 200, 255]], np.uint8))[0]
    assert (np.diff(sure)[:2] < 0).all()
    assert (np.diff(sure)[3:] > 0).all()
    assert sure[0] == pytest.approx(sure[-1])
    assert sure.min() > 0
