"""Where labels meet."""

from typing import Any

import numpy as np
import numpy.typing as npt

from svgai.array_types import Mask


def beside_others(labels: npt.NDArray[Any]) -> Mask:
    """Pixels (h, w) above, below or beside one with another label."""
    found = np.zeros(labels.shape, bool)
    across, down = labels[:, 1:] != labels[:, :-1], labels[1:] != labels[:-1]
    found[:, 1:] |= across
    found[:, :-1] |= across
    found[1:] |= down
    found[:-1] |= down
    return found
