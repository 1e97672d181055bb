"""Photographs, paintings and flat scenes made of noise."""

from collections.abc import Callable
from random import Random

import cv2
import numpy as np
import pytest

from svgai.array_types import Pixels
from training.data.synthetic import photographs

Maker = Callable[[Random, int, int], Pixels]

MAKERS: tuple[Maker, ...] = (photographs.photograph, photographs.painting, photographs.poster)


@pytest.mark.parametrize("maker", MAKERS)
def test_a_picture_fills_its_size_and_shows_something(maker: Maker) -> None:
    """The size is what was asked for, opaque levels, and the typical picture has light and dark."""
    ranges = []
    for seed in range(12):
        picture = maker(Random(seed), 90, 60)
        assert picture.shape == (60, 90, 3)
        assert picture.dtype == np.uint8
        low, high = np.percentile(picture, (2, 98))
        ranges.append(high - low)
    assert np.median(ranges) > 60


@pytest.mark.parametrize("maker", MAKERS)
def test_the_seed_decides(maker: Maker) -> None:
    """One seed gives one picture, another one another."""
    first = maker(Random(1), 64, 64)
    assert np.array_equal(first, maker(Random(1), 64, 64))
    assert not np.array_equal(first, maker(Random(2), 64, 64))


def test_a_photograph_has_no_flat_parts() -> None:
    """Hardly a pixel of the typical one is like its neighbour, as in no drawing."""
    alike = []
    for seed in range(12):
        steps = np.abs(np.diff(photographs.photograph(Random(seed), 96, 96).astype(int), axis=1)).max(axis=2)
        alike.append(float((steps == 0).mean()))
    assert np.median(alike) < 0.2


def test_a_poster_is_of_few_colours() -> None:
    """At most sixteen, all of them flat."""
    for seed in range(12):
        poster = photographs.poster(Random(seed), 80, 80)
        assert 2 <= len(np.unique(poster.reshape(-1, 3), axis=0)) <= 16


def test_every_scene_is_drawn_within_sane_levels() -> None:
    """Each kind of scene gives finite values of the asked size, near 0 to 1."""
    for scene in photographs.SCENES:
        for seed in range(6):
            field = scene(Random(seed), np.random.default_rng(seed), 72, 48)
            assert field.shape == (48, 72, 3)
            assert np.isfinite(field).all()
            assert -1 < float(field.min()) <= float(field.max()) < 4


def test_a_cloud_is_finer_with_more_cells() -> None:
    """Noise spans 0 to 1, and its steps grow with the number of cells."""
    coarse, fine = (photographs.cloud(np.random.default_rng(0), 96, 64, cells, 1) for cells in (2, 24))
    assert coarse.shape == (64, 96)
    assert (float(coarse.min()), float(coarse.max())) == (0, 1)
    assert cv2.Laplacian(fine, cv2.CV_32F).std() > 5 * cv2.Laplacian(coarse, cv2.CV_32F).std()
