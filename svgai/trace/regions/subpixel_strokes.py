"""
Finds strokes thinner than a pixel: they cover no pixel by half, but those in their middle more than those beside. The
stroke runs along a ridge of the share of the pixels' second model.
"""

import numpy as np
import numpy.typing as npt

from svgai.array_types import Floats, Map

_LEAST_SHARE, _HALF = 0.35, 0.5
_DROP = 0.12  # of the share, from a ridge to one source pixel beside it
_WAYS = ((0.0, 1.0), (1.0, 0.0), (0.75, 0.75), (0.75, -0.75))  # source pixels down and across


def ridges(indices: Map, seconds: Map, shares: Floats, times: int) -> npt.NDArray[np.bool_]:
    """
    Pixels of a map on the ridge of a stroke of their second model.

    Args:
        indices: the model of each pixel, (height, width).
        seconds: the model that explains it second best.
        shares: the share of the second model in the pixel's colour, from 0 to a half.
        times: pixels of the map along one source pixel.
    """
    rows, columns = np.nonzero((shares > _LEAST_SHARE) & (shares < _HALF))
    wanted, own = seconds[rows, columns], shares[rows, columns]
    last_row, last_column = indices.shape[0] - 1, indices.shape[1] - 1

    def share_at(down: int, right: int) -> Floats:
        place = np.clip(rows + down, 0, last_row), np.clip(columns + right, 0, last_column)
        share = shares[place]
        second = np.where(seconds[place] == wanted, share, 0)
        return np.asarray(np.where(indices[place] == wanted, 1 - share, second), np.float32)

    on_ridge = np.zeros(len(rows), bool)
    for down, right in ((round(down * times), round(right * times)) for down, right in _WAYS):
        on_ridge |= np.maximum(share_at(down, right), share_at(-down, -right)) < own - _DROP
    found = np.zeros(indices.shape, bool)
    found[rows[on_ridge], columns[on_ridge]] = True
    return found
