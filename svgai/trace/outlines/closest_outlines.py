"""
Where outlines lay when the drawing was closest to the picture, place by place.

Outlines that follow what a drawing lacks go too far at times, and what is fitted to them makes more of it. What came
closest so far is known at every point, so that half a step back from there is never far off.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from svgai.array_types import Flags, Floats, Points
from svgai.trace.outlines.deviation_worth import care_along

_REACH = 3  # source pixels from a point to what tells how close it is
_POORER = 0.03  # by which a place has to be poorer than it was
_GOOD = 0.9  # above which no place is poor
_SMOOTH = 7  # points over which a step back begins and ends

_DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _REACH + 1, 2 * _REACH + 1))


class ClosestOutlines:
    """
    The best known place of each point of closed contours, each (n, 2) in source pixels.

    Args:
        contours: as the first drawing has them; others have as many points.
    """

    def __init__(self, contours: Sequence[Points]) -> None:
        self._ends = np.cumsum([len(one) for one in contours])
        self._points = self._drawn = np.concatenate([np.zeros((0, 2)), *contours])
        self._values = np.full(len(self._points), -np.inf)
        self._poorer = np.zeros(len(self._points), bool)

    def measured(self, contours: Sequence[Points], local: Floats) -> None:
        """
        What came of a drawing of some contours.

        Args:
            contours: that were drawn.
            local: how close that drawing is, (page height, page width); 1 is equal.
        """
        if not contours:
            return
        self._drawn = np.concatenate(contours)
        values = care_along(self._drawn, np.asarray(cv2.erode(local, _DISC), np.float32))
        self._poorer = (values < self._values - _POORER) & (values < _GOOD)
        closer = values >= self._values
        self._values = np.where(closer, values, self._values)
        self._points = np.where(closer[:, None], self._drawn, self._points)

    def stepped_back(self, moved: Sequence[Points]) -> list[Points]:
        """Contours as they would go next, but half the way from where they were drawn last to where that was closer."""
        if not self._poorer.any():
            return list(moved)
        halfway = np.split((self._drawn + self._points) / 2, self._ends[:-1])
        poorer = np.split(self._poorer, self._ends[:-1])
        return [
            _blended(target, back, where) if where.any() else target
            for target, back, where in zip(moved, halfway, poorer, strict=True)
        ]


def _blended(moved: Points, back: Points, where: Flags) -> Points:
    around = np.pad(where[:-1].astype(np.float64), _SMOOTH // 2, mode="wrap")
    share = np.convolve(around, np.full(_SMOOTH, 1 / _SMOOTH), mode="valid")
    share = np.append(share, share[0])[:, None]
    return np.asarray(moved * (1 - share) + back * share)
