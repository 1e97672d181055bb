"""Charts of served conversions, as PNG in data URLs for a self-contained page."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning.outcome_figures import BOUND_MEANT
from learning.stored_outcomes import StoredOutcomes

_COLOURS = {"simple": "#2a78b8", "text": "#c2571a", "gradient": "#3b8f4b", "complex": "#8a5ab5", "unknown": "#777777"}
_MOST_POINTS = 4_000


@dataclass(frozen=True)
class Picture:
    """A data URL, and an alternative text."""

    url: str
    told: str


def pictures(outcomes: StoredOutcomes) -> list[Picture]:
    """The charts for which there is data."""
    answered = outcomes.conversions[outcomes.conversions["error_code"].isna()]
    if answered.empty:
        return []
    drawn = [
        _picture("Share of answers that kept their promise, by day and type", _attainment, answered),
        _picture("Size of the answers by day and type, geometric mean in bytes", _sizes, answered),
    ]
    if answered["predicted_bytes"].notna().any():
        drawn.append(_picture("Measured bytes over predicted bytes of the chosen tracings", _predictions, answered))
    if outcomes.conversions["bounds"].sum():
        told = (
            f"Share of tried tracings that kept the predicted lower bound of ssim, by day; {BOUND_MEANT:.0%} is meant"
        )
        drawn.append(_picture(told, _bounds, outcomes.conversions))
    if len(outcomes.ratings):
        drawn.append(_picture("Ratings, from 1 to 5", _ratings, outcomes.ratings))
    return drawn


def _picture(told: str, draw: Callable[[Axes, pd.DataFrame], None], table: pd.DataFrame) -> Picture:
    figure = Figure(figsize=(6.2, 3.1), layout="constrained")
    axes = figure.add_subplot()
    draw(axes, table)
    axes.spines[["top", "right"]].set_visible(False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=130)
    return Picture("data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode(), told)


def _attainment(axes: Axes, answered: pd.DataFrame) -> None:
    _lines(axes, answered.assign(value=answered["met"].astype(float)))
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter("{x:.0%}")


def _sizes(axes: Axes, answered: pd.DataFrame) -> None:
    _lines(axes, answered.assign(value=np.log(answered["bytes"].astype(float))), exponential=True)
    axes.set_yscale("log")


def _lines(axes: Axes, table: pd.DataFrame, *, exponential: bool = False) -> None:
    for name, rows in table.groupby("type"):
        means = rows.groupby("day")["value"].mean()
        values = np.exp(means) if exponential else means
        axes.plot(pd.to_datetime(means.index), values, "o-", ms=3, color=_COLOURS[str(name)], label=str(name))
    axes.legend(frameon=False, fontsize="small")
    axes.tick_params(axis="x", rotation=30)


def _predictions(axes: Axes, answered: pd.DataFrame) -> None:
    known = answered.dropna(subset=["predicted_bytes"])
    shown = known.sample(min(len(known), _MOST_POINTS), random_state=1)
    for name, rows in shown.groupby("type"):
        axes.plot(rows["predicted_bytes"], rows["bytes"], ".", ms=3, color=_COLOURS[str(name)], label=str(name))
    ends = [shown[["predicted_bytes", "bytes"]].min().min(), shown[["predicted_bytes", "bytes"]].max().max()]
    axes.plot(ends, ends, "-", lw=1, color="#999999")
    axes.set(xscale="log", yscale="log", xlabel="predicted bytes", ylabel="measured bytes")
    axes.legend(frameon=False, fontsize="small")


def _bounds(axes: Axes, conversions: pd.DataFrame) -> None:
    days = conversions.groupby("day")[["bounds", "bounds_kept"]].sum()
    days = days[days["bounds"] > 0]
    axes.plot(pd.to_datetime(days.index), days["bounds_kept"] / days["bounds"], "o-", ms=3, color="#2a78b8")
    axes.axhline(BOUND_MEANT, lw=1, color="#999999")
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.tick_params(axis="x", rotation=30)


def _ratings(axes: Axes, ratings: pd.DataFrame) -> None:
    counts = ratings["rating"].value_counts().reindex(range(1, 6), fill_value=0)
    axes.bar(counts.index, counts, color="#2a78b8")
