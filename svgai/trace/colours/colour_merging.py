"""Merges colours that are visually indistinguishable."""

import cv2
import numpy as np

from svgai.array_types import Floats, Indices


def lab(colours: Floats) -> Floats:
    """(n, 3) sRGB levels to CIELAB (D65)."""
    return np.asarray(cv2.cvtColor((colours / 255).astype(np.float32)[None], cv2.COLOR_RGB2Lab)[0], np.float32)


def merge_colours(colours: list[Floats], weights: list[int], distance: float, limit: int) -> tuple[Floats, Indices]:
    """
    Merge colours closer than a CIELAB distance, and further ones until at most `limit` (at least 1) remain.

    Returns:
        The colours that remain (k, 3), the heaviest of each group, and the place in it of every given colour.
    """
    if not colours:
        return np.zeros((0, 3), np.float32), np.zeros(0, np.intp)
    given = np.stack(colours)
    places = lab(given)
    order = np.argsort(-np.asarray(weights), kind="stable")
    while True:
        kept: list[int] = []
        place = np.zeros(len(given), np.intp)
        for one in order:
            if kept:
                gaps = ((places[kept] - places[one]) ** 2).sum(axis=1)
                nearest = int(gaps.argmin())
                if gaps[nearest] <= distance**2:
                    place[one] = nearest
                    continue
            if len(kept) == limit:
                break
            place[one] = len(kept)
            kept.append(int(one))
        else:
            return given[kept], place
        distance = max(distance, 1.0) * 1.4
