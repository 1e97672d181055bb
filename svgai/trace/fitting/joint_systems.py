"""
Least squares over the joints of closed splines, each of which has to do with its two neighbours alone.

By conjugate gradients, preconditioned by the blocks of joints (Shewchuk, An introduction to the conjugate gradient
method without the agonizing pain, 1994), for each outline by itself: SciPy's solvers would double what the service
loads of it.
"""

import numpy as np

from svgai.array_types import Doubles
from svgai.trace.fitting.splines import Segments

SLOTS = 6
"""Unknowns of a joint: two of its place, two of each handle."""

_DAMPING = 0.02  # of what a deviation along the dearer segment beside it is worth, a joint's unknowns cost
_STEPS = 12
_NOTHING = 1e-30


def solved(square: Doubles, slope: Doubles, segments: Segments) -> Doubles:
    """
    The unknowns (n, 6) where the sum over segments of x' `square` x / 2 + `slope` x is least, x those of both joints.

    Args:
        square: (n, 12, 12), positive semidefinite.
        slope: (n, 12).
        segments: which joints belong together.
    """
    dear = segments.worth * segments.arc
    damping = _DAMPING * np.maximum(dear, dear[segments.before])[:, None] + 1e-6
    outline = segments.outline

    def gathered(parts: Doubles) -> Doubles:
        return np.asarray(parts[:, :SLOTS] + parts[segments.before, SLOTS:])

    def product(x: Doubles) -> Doubles:
        pairs = np.concatenate([x, x[segments.after]], axis=1)
        return gathered((square @ pairs[..., None])[..., 0]) + damping * x

    def dot(a: Doubles, b: Doubles) -> Doubles:
        return np.asarray(np.bincount(outline, (a * b).sum(axis=1)))

    blocks = square[:, :SLOTS, :SLOTS] + square[segments.before, SLOTS:, SLOTS:]
    inverse = np.linalg.inv(blocks + damping[..., None] * np.eye(SLOTS))
    x = np.zeros((len(square), SLOTS))
    left = -gathered(slope)
    way = nearer = (inverse @ left[..., None])[..., 0]
    square_left = dot(left, nearer)
    for _ in range(_STEPS):
        through = product(way)
        step = (square_left / np.maximum(dot(way, through), _NOTHING))[outline, None]
        x, left = x + step * way, left - step * through
        nearer = (inverse @ left[..., None])[..., 0]
        before, square_left = square_left, dot(left, nearer)
        way = nearer + (square_left / np.maximum(before, _NOTHING))[outline, None] * way
    return x
