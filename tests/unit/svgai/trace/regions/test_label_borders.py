"""Where labels meet."""

import numpy as np

from svgai.trace.regions.label_borders import beside_others


def test_pixels_with_another_label_above_below_or_beside_are_found() -> None:
    """Those that touch one at a corner alone are not."""
    labels = np.zeros((4, 4), np.uint8)
    labels[0, 0] = 1
    assert np.argwhere(beside_others(labels)).tolist() == [[0, 0], [0, 1], [1, 0]]
    assert not beside_others(np.zeros((3, 3), np.uint8)).any()
