"""A surrogate's results on held-out images, as tables and pictures."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import mean_absolute_error, median_absolute_error, r2_score, root_mean_squared_error

from svgai.array_types import Floats
from svgai.choose.trial_selection import MISSED
from training.fit.held_out_report import write_report
from training.fit.optimizer_metrics import TARGET_NAMES, natural, rank_correlations

_ALL, _UNKNOWN = "all", "unknown"


def write_optimizer_report(
    folder: Path,
    predicted: Floats,
    measured: Floats,
    table: pd.DataFrame,
    outcomes: pd.DataFrame,
    metrics: Mapping[str, float],
) -> None:
    """
    Write the report on held-out images into a training folder. `predicted` and `measured` are for the rows of `table`,
    (n, len(SCALES)), `outcomes` the `choices` based on them, and `metrics` those of the training record.
    """
    chosen = choices_table(outcomes)
    write_report(
        folder,
        metrics,
        {"errors": errors_table(predicted, measured), "choices": chosen},
        {
            "predictions": prediction_figure(predicted, measured),
            "rank_correlation": rank_figure(predicted, measured, table),
            "choices": choices_figure(chosen, outcomes),
        },
    )


def errors_table(predicted: Floats, measured: Floats) -> pd.DataFrame:
    """
    One row a quantity, on human-readable scales, ln of bytes. R2, mean and median absolute error, root mean squared
    error, the 90th percentile of absolute errors, and `bias`: the mean of predicted minus measured values.
    """
    ours, truth = natural(predicted), natural(measured)
    return pd.DataFrame(
        [
            {
                "quantity": name,
                "r2": r2_score(truth[name], ours[name]),
                "mean_absolute_error": mean_absolute_error(truth[name], ours[name]),
                "median_absolute_error": median_absolute_error(truth[name], ours[name]),
                "root_mean_squared_error": root_mean_squared_error(truth[name], ours[name]),
                "nine_in_ten_within": np.quantile(np.abs(ours[name] - truth[name]), 0.9),
                "bias": np.mean(ours[name] - truth[name]),
            }
            for name in TARGET_NAMES
        ]
    )


def choices_table(outcomes: pd.DataFrame) -> pd.DataFrame:
    """
    The results of a surrogate's choices, one row a type, and one for all images.

    `attainment` is the share of images whose chosen tracing meets the promise, `attainable` that of images where any
    tracing does; mean and median of `log_bytes_regret` are over the latter, NaN where there are none.
    """
    parts = {_ALL: outcomes} | {kind or _UNKNOWN: part for kind, part in outcomes.groupby("type", sort=False)}
    return pd.DataFrame(
        {
            "type": list(parts),
            "images": [len(part) for part in parts.values()],
            "attainment": [part["attainment"].mean() for part in parts.values()],
            "attainable": [part["log_bytes_regret"].notna().mean() for part in parts.values()],
            "log_bytes_regret": [part["log_bytes_regret"].mean() for part in parts.values()],
            "median_log_bytes_regret": [part["log_bytes_regret"].median() for part in parts.values()],
        }
    )


def prediction_figure(predicted: Floats, measured: Floats) -> Figure:
    """Predicted against measured, for each quantity."""
    ours, truth = natural(predicted), natural(measured)
    figure = Figure(figsize=(12, 7.5), layout="constrained")
    for axes, name in zip(figure.subplots(2, 3).flat, TARGET_NAMES, strict=True):
        axes.scatter(truth[name], ours[name], s=2, alpha=0.2)
        ends = [float(truth[name].min()), float(truth[name].max())]
        axes.plot(ends, ends, color="grey", linewidth=1)
        axes.set(xlabel=f"measured {name}", ylabel=f"predicted {name}")
    return figure


def rank_figure(predicted: Floats, measured: Floats, table: pd.DataFrame) -> Figure:
    """How well tracings are ranked within each image."""
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.hist(rank_correlations(predicted, measured, table), bins=20, range=(-1, 1))
    axes.set(xlabel="rank correlation of ssim within an image", ylabel="images")
    return figure


def choices_figure(chosen: pd.DataFrame, outcomes: pd.DataFrame) -> Figure:
    """Attainment by type beside the attainable share, and the excess bytes of the choices."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    shares, regrets = figure.subplots(1, 2)
    shares.bar(chosen["type"], chosen["attainable"], color="lightgrey", label="any tracing")
    shares.bar(chosen["type"], chosen["attainment"], width=0.5, label="the chosen tracing")
    shares.set(ylabel="share of images that keep the promise", ylim=(0, 1.15))
    shares.legend(loc="upper center", ncols=2, fontsize="small", frameon=False)
    regrets.hist(outcomes["log_bytes_regret"].dropna().clip(upper=MISSED), bins=40)
    regrets.set(xlabel=f"ln(bytes) above the smallest that keeps it; {MISSED:g}: missed, or more", ylabel="images")
    return figure
