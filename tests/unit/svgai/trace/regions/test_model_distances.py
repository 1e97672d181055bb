"""Pixels beside all colour models, a bounded number of them at a time."""

import numpy as np
import pytest

from svgai.array_types import Floats
from svgai.trace.regions.model_distances import BLOCK, Bits, in_blocks


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
def test_blocks_come_to_the_same_as_all_at_once(count: int) -> None:
    """In order and of one kind, none of them too large, and none of them missing where there are no pixels."""
    sizes = []

    def work(colours: Floats, near: Bits) -> tuple[Floats, Bits]:
        sizes.append(len(colours))
        return colours[:, :2] * 2, near + np.uint64(1)

    colours = np.arange(count * 3, dtype=np.float32).reshape(-1, 3)
    near = np.arange(count, dtype=np.uint64)
    doubled, following = in_blocks(work, colours, near)
    assert (sum(sizes), max(sizes)) == (count, min(count, BLOCK))
    assert doubled.dtype == np.float32
    assert following.dtype == np.uint64
    np.testing.assert_array_equal(doubled, colours[:, :2] * 2)
    np.testing.assert_array_equal(following, near + np.uint64(1))
