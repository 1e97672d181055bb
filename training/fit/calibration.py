"""Calibration of the surrogate from its errors on held-out images: margins, coverage, covariance."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from svgai.array_types import Floats
from svgai.logo_types import LOGO_TYPES
from svgai.measure.outcome_scales import BELIEVED, Scaled, scale_to_ssim
from training.search.tracing_table import wholly_measured

COVERAGE = 0.9
"""Target coverage: share of tracings of held-out images whose measured ssim is at least the lower bound."""

_SHRINKAGE = 0.05
"""Shrinkage of the covariance towards independence: some hundred images do not determine all correlations."""


def margins(predicted: Floats, measured: Floats, kinds: npt.NDArray[np.object_]) -> dict[str, float]:
    """By type, the COVERAGE quantile of overestimates of ssim, on the surrogate's scale, over held-out rows."""
    over = predicted[:, 0] - measured[:, 0]
    found: dict[str, float] = {}
    for logo_type in LOGO_TYPES:
        own = over[kinds == logo_type]
        errors = own if len(own) >= 100 else over
        found[logo_type] = float(np.quantile(errors, min(1.0, COVERAGE * (1 + 1 / len(errors)))))
    return found


def crossed_lower_bound(predicted: Floats, measured: Floats, table: pd.DataFrame) -> Scaled:
    """
    The lower bound of ssim of every held-out row, by margins computed without its image: (n,).

    Each half of the images gets the margins of the other half, so that coverage is measured on all of them; the stored
    margins are those of all images.
    """
    low = np.empty(len(predicted))
    kinds = table["kind"].to_numpy(object)
    half_of = halves(table)
    for half in (0, 1):
        own, other = half_of == half, half_of != half
        learned = margins(predicted[other], measured[other], kinds[other])
        widest = max(learned.values())
        low[own] = scale_to_ssim(predicted[own, 0] - np.array([learned.get(kind, widest) for kind in kinds[own]]))
    return low


def halves(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    """The half of the images, 0 or 1, that every row (n,) belongs to; the rows of an image stay together."""
    images = pd.factorize(table["image"])[0]
    # Not alternately: types may alternate in the table.
    return np.asarray(np.random.default_rng(0).permutation(images.max() + 1)[images] % 2, np.int64)


def covariance(
    predicted: Floats, measured: Floats, table: pd.DataFrame, among: npt.NDArray[np.bool_] | None = None
) -> Scaled:
    """
    The covariance of errors on one held-out image: (m * BELIEVED, m * BELIEVED), tracings in the order of the table.

    Only images that all tracings were measured on count, restricted to the rows (n,) `among`. A failed tracing counts
    as predicted correctly.
    """
    whole = wholly_measured(table) if among is None else wholly_measured(table) & among
    images = pd.factorize(table["image"][whole])[0]
    tracings = pd.factorize(table["tracing"])[0]
    errors = np.zeros((images.max() + 1, tracings.max() + 1, BELIEVED))
    errors[images, tracings[whole]] = (measured - predicted)[whole, :BELIEVED]
    flat = errors.reshape(len(errors), -1)
    found = flat.T @ flat / len(flat)
    return np.asarray((1 - _SHRINKAGE) * found + _SHRINKAGE * np.diag(np.diagonal(found)))
