"""Strokes without an inside: what finding them takes, however many pixels look like one."""

import tracemalloc

import numpy as np
import pytest

from svgai.trace.colours.colour_models import flat
from svgai.trace.regions.smooth_areas import Cores
from svgai.trace.regions.thin_strokes import with_lone, with_peaks

MEGABYTE = 2**20


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.slow
def test_memory_does_not_grow_with_pixels_times_models(channels: int) -> None:
    """A page of noise, near many palette colours and off them, has no cores: each pixel is compared with each model."""
    draw = np.random.default_rng(0)
    palette = draw.uniform(0, 255, (40, 3)).astype(np.float32)
    colours = palette[draw.integers(0, len(palette), (400, 400))]
    source = np.dstack([colours, np.full((400, 400), 255, np.float32)])[..., :channels]
    source[::2, :, :3] = 255 - source[::2, :, :3]
    cores = Cores(tuple(flat(colour) for colour in palette), np.full((400, 400), -1, np.int16))
    tracemalloc.start()
    try:
        _, peaks = with_peaks(source, cores)
        labels = with_lone(source, cores)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (labels >= 0).any()
    assert (peaks >= 0).any()
    assert peak < 100 * MEGABYTE
