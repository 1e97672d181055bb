"""Silhouettes: what is counted the short way equals what it stands for, counted the long way."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from svgai.array_types import Pixels
from svgai.describe.features import FEATURE_NAMES
from svgai.describe.silhouette_features import shape_features

masks = arrays.arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20)), elements=st.sampled_from([0, 255]))


@pytest.mark.slow
@given(masks)
@settings(max_examples=200, deadline=None)
def test_holes_are_what_the_ground_cannot_reach(foreground: Pixels) -> None:
    """Euler's number gives the 4-connected pieces of ground that do not touch the ground around the picture."""
    ground = cv2.copyMakeBorder(255 - foreground, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=255)
    pieces = cv2.connectedComponents(ground, connectivity=4)[0] - 1
    assert shape_features(foreground)["log_holes"] == pytest.approx(np.log2(pieces))


@given(masks)
@settings(max_examples=100, deadline=None)
def test_runs_are_counted_line_by_line(foreground: Pixels) -> None:
    """Sides less pixels give the starts of runs; lines without any do not count."""
    found = shape_features(foreground)
    for name, lines in (("runs_per_row", foreground), ("runs_per_column", foreground.T)):
        starts = [np.count_nonzero(np.diff(line.astype(int), prepend=0) > 0) for line in lines if line.any()]
        assert found[name] == pytest.approx(np.log2(1 + np.mean(starts)) if starts else 0)


@given(masks)
@settings(max_examples=100, deadline=None)
def test_part_heights_are_medians_and_quartiles(foreground: Pixels) -> None:
    """As numpy takes them, of the parts of six pixels or more."""
    stats = cv2.connectedComponentsWithStats(foreground, connectivity=8)[2][1:]
    heights = stats[stats[:, cv2.CC_STAT_AREA] >= 6, cv2.CC_STAT_HEIGHT] / foreground.shape[0]
    low, median, high = np.percentile(heights, [25, 50, 75]) if len(heights) else (0.0, 0.0, 0.0)
    found = shape_features(foreground)
    assert found["part_height"] == pytest.approx(median)
    assert found["part_height_spread"] == pytest.approx(min(4.0, (high - low) / median) if median else 0)


def test_a_frame_is_symmetric_with_one_hole() -> None:
    """Turned over either way it is itself; an L is not."""
    frame = np.zeros((41, 41), np.uint8)
    frame[5:36, 5:36] = 255
    frame[12:29, 12:29] = 0
    found = shape_features(frame)
    assert (found["log_parts"], found["log_holes"], found["mirror_symmetry"], found["flip_symmetry"]) == (1, 1, 1, 1)
    corner = np.zeros((40, 40), np.uint8)
    corner[:, :5] = corner[35:] = 255
    assert max(shape_features(corner)[name] for name in ("mirror_symmetry", "flip_symmetry")) < 0.8


def test_every_number_is_a_feature() -> None:
    """Also where there is nothing to measure."""
    names = shape_features(np.zeros((5, 5), np.uint8)).keys()
    assert names <= set(FEATURE_NAMES)
    assert names == shape_features(np.full((5, 5), 255, np.uint8)).keys()
