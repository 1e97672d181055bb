"""Single curves fitted again, their ends fixed, with the directions that smooth passages give them."""

import numpy as np

from svgai.array_types import Doubles, Points
from svgai.trace.fitting.splines import SHORTEST_HANDLE, basis_at, slopes_at

_ROUNDS = 3


def refit(samples: Points, leaving: Points, arriving: Points) -> tuple[Doubles, Doubles]:
    """
    Cubics through the ends of samples (n, m, 2) and close to the rest, with given directions where these are not zero.

    Returns:
        Control points (n, 2, 2), and mean squared distances (n,) after the parameters were moved along the curve.
    """
    begin, end = samples[:, :1], samples[:, -1:]
    chord = np.hypot(*(end - begin)[:, 0].T)
    ways = np.stack([_ways(leaving), _ways(-arriving)], axis=1)
    fixed = np.stack([leaving.any(axis=1), arriving.any(axis=1)], axis=1)
    t = np.broadcast_to(np.linspace(0, 1, samples.shape[1]), samples.shape[:2])
    controls = np.zeros((len(samples), 2, 2))
    for round_ in range(_ROUNDS):
        basis = basis_at(t)
        rest = samples - (basis[..., 0] + basis[..., 1])[..., None] * begin
        rest -= (basis[..., 2] + basis[..., 3])[..., None] * end
        columns = (basis[:, :, None, 1:3, None] * ways.transpose(0, 3, 1, 2)[:, None]).reshape(len(samples), -1, 4)
        normal = columns.transpose(0, 2, 1) @ columns + np.eye(4) * 1e-9
        right = columns.transpose(0, 2, 1) @ rest.reshape(len(samples), -1, 1)
        found = np.linalg.solve(normal, right).reshape(-1, 2, 2)
        found[..., 0] = np.where(fixed, np.maximum(found[..., 0], SHORTEST_HANDLE * chord[:, None]), found[..., 0])
        handles = np.einsum("nkw,nkwc->nkc", found, ways)
        controls = np.concatenate([begin, end], axis=1) + handles
        curve = np.concatenate([begin, controls, end], axis=1)
        off = basis @ curve - samples
        if round_ + 1 < _ROUNDS:
            t = _closer(t, curve, off)
    return controls, (off * off).sum(axis=2).mean(axis=1)


def _ways(directions: Points) -> Doubles:
    """What a handle is a sum of, (n, 2, 2): multiples of its direction, or of both axes where it is free."""
    free = ~directions.any(axis=1)
    ways = np.zeros((len(directions), 2, 2))
    ways[:, 0] = directions
    ways[free] = np.eye(2)
    return ways


def _closer(t: Doubles, curve: Doubles, off: Doubles) -> Doubles:
    """Parameters after one Newton step towards the points of the curve that are nearest."""
    slope = slopes_at(curve, t)
    step = (off * slope).sum(axis=2) / np.maximum((slope * slope).sum(axis=2), 1e-9)
    moved = np.clip(t - step, 0, 1)
    moved[:, 0], moved[:, -1] = 0, 1
    return np.maximum.accumulate(moved, axis=1)
