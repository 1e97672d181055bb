"""Areas of a map that are widened, or given away, until none is narrower than a width."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Map
from svgai.trace.regions.least_width import with_least_width
from svgai.trace.regions.page_border import MARGIN, MapExtent
from svgai.trace.regions.region_map import RegionMap

TIMES = 2


def region_map_of(page: Map, clear: int | None = None) -> RegionMap:
    """A map whose page, in map pixels, shows these models."""
    indices = np.pad(page, MARGIN * TIMES, mode="edge")
    height, width = page.shape
    extent = MapExtent(width // TIMES, height // TIMES, MARGIN)
    return RegionMap((), indices, np.full(indices.shape, 60, np.float32), clear, TIMES, extent)


def widened(page: Map, least: float, clear: int | None = None) -> Map:
    inner = slice(MARGIN * TIMES, -MARGIN * TIMES)
    return with_least_width(region_map_of(page, clear), least).indices[inner, inner]


def ground() -> Map:
    return np.zeros((60, 60), np.uint8)


def test_a_thin_line_goes_to_what_is_beside_it() -> None:
    """Half to either side."""
    page = ground()
    page[:, 30:] = 1
    page[:, 28:32] = 2  # two source pixels wide
    found = widened(page, 4)
    assert set(np.unique(found)) == {0, 1}
    assert abs(int((found == 0).sum()) - 1800) <= 60


def test_a_wide_area_stays_as_it_is() -> None:
    """Its sharp corners, too."""
    page = ground()
    page[10:50, 20:36] = 1
    assert (widened(page, 4) == page).all()


def test_a_neck_is_cut_through() -> None:
    """Two squares joined by a bridge of two pixels are two squares."""
    page = ground()
    page[10:30, 4:24] = page[10:30, 36:56] = page[18:22, 24:36] = 1
    found = widened(page, 5)
    assert not found[18:22, 28:32].any()
    assert found[12:28, 6:22].all()


def test_a_narrow_gap_is_closed() -> None:
    """Also where it is clear; a clear frame around everything is no gap."""
    page = np.ones((60, 60), np.uint8)
    page[:1] = page[-1:] = page[:, :1] = page[:, -1:] = 0
    page[30:32, 10:50] = 0
    found = widened(page, 4, clear=0)
    assert found[5:55, 5:55].all()
    assert not found[0].any()


def test_of_a_picture_that_is_too_fine_the_ground_is_left() -> None:
    """It goes on beyond the page, where it is wide; so it is kept along the border, however narrow it is there."""
    page = np.zeros((20, 20), np.uint8)
    page[3:-3:2, 3:-3] = 1
    assert not widened(page, 8).any()
    frame = np.zeros((60, 60), np.uint8)
    frame[1:-1, 1:-1] = 1
    assert (widened(frame, 4) == frame).all()


@pytest.mark.parametrize("least", [15.5, 60])
def test_large_widths_take_no_longer_than_small_ones(least: float) -> None:
    """Of them, too, a wide area stays as it is, and a neck is cut through: a picture of 800 map pixels in seconds."""
    across = round(least * TIMES)
    page = np.zeros((800, 800), np.uint8)
    page[100:400, 100:400] = page[500:700, 500:700] = page[380:520, 380:520] = 1
    page[200:220, 400:700] = 1
    began = time.process_time()
    found = widened(page, least)
    assert time.process_time() - began < 5
    assert not found[200:220, 410 + across // 4 : 700].any()
    page[200:220, 400:700] = found[200:220, 400:700]
    assert (found != page).mean() < 0.003


@pytest.mark.parametrize("least", [0, 0.4])
def test_no_width_asks_for_nothing(least: float) -> None:
    """The very map."""
    regions = region_map_of(ground())
    assert with_least_width(regions, least) is regions


@given(seed=st.integers(0, 10_000), least=st.integers(2, 6))
@settings(max_examples=50, deadline=None)
def test_areas_only_lose_or_gain_pixels(seed: int, least: int) -> None:
    """No model comes up that was not there, and doing it again changes little."""
    patches = np.random.default_rng(seed).integers(0, 4, (5, 5), np.uint8)
    page = patches.repeat(12, 0).repeat(12, 1)
    once = widened(page, least)
    assert set(np.unique(once)) <= set(np.unique(page))
    assert (widened(once, least) != once).mean() < 0.05
