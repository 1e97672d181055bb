"""How many bytes of path data a segment takes, about: numbers are relative, with a sign or a space before most."""

import numpy as np

from svgai.array_types import Doubles


def line_bytes(ends: Doubles, grid: float) -> Doubles:
    """Of lines between ends (2, 2, n), by which end and by coordinate, in source pixels."""
    steps = np.abs(ends[1] - ends[0]) * grid
    return np.asarray(1 + np.where(steps < 0.5, 0.0, _digits(steps)).sum(axis=0))


def curve_bytes(ends: Doubles, controls: Doubles, grid: float) -> Doubles:
    """Of cubics between such ends with controls (2, 2, n)."""
    points = np.concatenate([controls, ends[1:]])
    return np.asarray(0.7 + _digits(np.abs(points - ends[0]) * grid).sum(axis=(0, 1)))


def _digits(steps: Doubles) -> Doubles:
    """Bytes of numbers of such sizes, each with a sign or a space before it more often than not."""
    return 1.6 + np.log10(np.maximum(steps, 1))
