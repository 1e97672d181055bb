"""Held-out metrics of a surrogate, as numbers and as pictures."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import xgboost
from matplotlib.figure import Figure
from scipy.stats import spearmanr
from sklearn.metrics import mean_absolute_error, r2_score

from svgai.array_types import Floats
from svgai.measure.outcome_scales import Scaled, from_scales
from training.search.tracing_table import served

TARGET_NAMES = ("ssim", "worst", "edge_ssim", "delta_e", "log_bytes", "seconds")


def natural(values: Floats) -> dict[str, Scaled]:
    """Surrogate targets (n, len(SCALES)) converted back to human-readable scales."""
    found = from_scales(values)
    return {**found, "log_bytes": np.log(found["bytes"])}


def rank_correlations(predicted: Floats, measured: Floats, table: pd.DataFrame) -> npt.NDArray[np.float64]:
    """
    For each image, Spearman's correlation of predicted and measured ssim over its tracings.

    Served images are excluded: their few tracings were chosen to be good, so there is little left to rank.
    """
    chosen = served(table)
    groups = (rows for rows in table.groupby("image", sort=False).indices.values() if not chosen[rows[0]])
    correlations = [
        spearmanr(predicted[rows, 0], measured[rows, 0]).statistic
        for rows in groups
        if len(rows) > 2 and np.ptp(measured[rows, 0]) > 0 and np.ptp(predicted[rows, 0]) > 0
    ]
    return np.array(correlations, np.float64)


def optimizer_metrics(
    predicted: Floats, low: npt.NDArray[np.float64], measured: Floats, table: pd.DataFrame
) -> dict[str, float]:
    """
    R2 and mean absolute error of each target, mean rank correlation within images, coverage of the lower bound.

    Coverage is also given by type, where the table has images of it.
    """
    ours, truth = natural(predicted), natural(measured)
    metrics = {}
    for name in TARGET_NAMES:
        metrics[f"{name}_r2"] = float(r2_score(truth[name], ours[name]))
        metrics[f"{name}_mae"] = float(mean_absolute_error(truth[name], ours[name]))
    correlations = rank_correlations(predicted, measured, table)
    metrics["ssim_rank_correlation"] = float(correlations.mean()) if len(correlations) else 0.0
    covered = pd.Series(truth["ssim"] >= low)
    metrics["ssim_low_coverage"] = float(covered.mean())
    for kind, share in covered.groupby(table["kind"].to_numpy()).mean().items():
        if kind:
            metrics[f"ssim_low_coverage_{kind}"] = float(share)
    return metrics


def importance_figure(booster: xgboost.Booster, names: Sequence[str]) -> Figure:
    """The inputs with the largest gain in the surrogate."""
    gains = booster.get_score(importance_type="total_gain")
    ranked = sorted(((gain, names[int(key[1:])]) for key, gain in gains.items()), reverse=True)[:25]
    figure = Figure(figsize=(6, 7), layout="constrained")
    axes = figure.subplots()
    axes.barh([name for _, name in reversed(ranked)], [gain for gain, _ in reversed(ranked)])
    axes.set(xlabel="total gain")
    return figure
