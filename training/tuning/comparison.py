"""
The best settings of a search against the current ones, on items that the search never saw.

Items of one brand are correlated, so the paired bootstrap resamples whole brands (Davison and Hinkley 1997, Bootstrap
Methods and their Application, section 3.8).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

_CONFIDENCE = 0.95
_SEED = 0
_HIGHER_IS_BETTER = ("attainment", "accuracy")


@dataclass(frozen=True)
class ComparedFigure:
    """
    One metric of both.

    Attributes:
        name: What was measured.
        today: Its mean with today's settings.
        found: Its mean with the settings found.
        better_by: How much better the found settings are, by brand; negative if they are worse.
        interval: Its 95 % confidence interval.
        items: Number of items compared.
    """

    name: str
    today: float
    found: float
    better_by: float
    interval: tuple[float, float]
    items: int


def compare(today: pd.DataFrame, found: pd.DataFrame) -> tuple[ComparedFigure, ...]:
    """Each metric of tables of held-out items: item, brand, and metrics."""
    names = [name for name in today.columns if name not in {"item", "brand"}]
    before, after = today.set_index("item"), found.set_index("item")
    return tuple(_figure(name, before, after.reindex(before.index)) for name in names)


def is_better(figures: tuple[ComparedFigure, ...]) -> bool:
    """Whether the error is significantly lower, and no other metric is significantly worse."""
    return all(figure.interval[0] > 0 if figure.name == "error" else figure.interval[1] >= 0 for figure in figures)


def _figure(name: str, today: pd.DataFrame, found: pd.DataFrame) -> ComparedFigure:
    sign = 1 if name in _HIGHER_IS_BETTER else -1
    gains = (sign * (found[name] - today[name])).dropna()
    by_brand = gains.groupby(today["brand"].loc[gains.index]).mean().to_numpy(np.float64)
    mean = float(by_brand.mean())
    interval = (mean, mean)
    if len(by_brand) > 1 and np.ptp(by_brand) > 0:
        drawn = bootstrap(
            (by_brand,),
            np.mean,
            confidence_level=_CONFIDENCE,
            method="percentile",
            batch=500,
            rng=np.random.default_rng(_SEED),
        ).confidence_interval
        interval = (float(drawn.low), float(drawn.high))
    return ComparedFigure(name, float(today[name].mean()), float(found[name].mean()), mean, interval, len(gains))
