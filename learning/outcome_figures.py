"""
Figures of served conversions for the report.

Attainment is the share of answered conversions that met their target. Bytes are a geometric mean. Regret is the
geometric mean of measured over predicted bytes of the chosen tracing, less 1: the excess of answers over their
predicted size. A bound is kept if the measured ssim of a trial is no less than the optimizer's lower bound, which
should hold for 90 %.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime

import numpy as np
import pandas as pd

from learning.stored_outcomes import StoredOutcomes

LOW_RATING = 2
BOUND_MEANT = 0.9

_KEYS = ["day", "type", "version"]


@dataclass(frozen=True)
class Summary:
    """The totals; None without data."""

    conversions: int
    answered: int
    attainment: float | None
    bytes: float | None
    regret: float | None
    bounds_kept: float | None
    rating: float | None
    ratings: int


@dataclass(frozen=True)
class DaySummary:
    """The same of one day, type and version."""

    day: date
    type: str
    version: str
    figures: Summary


@dataclass(frozen=True)
class LowRating:
    """A low rating; `image_sha256` identifies the customer's file."""

    created_at: datetime
    rating: int
    comment: str | None
    type: str
    version: str
    image_sha256: str | None
    conversion_id: str


def summary(outcomes: StoredOutcomes) -> Summary:
    """Of all conversions."""
    return _summary(outcomes.conversions, outcomes.ratings)


def by_day(outcomes: StoredOutcomes) -> list[DaySummary]:
    """A row for each day, type and version with conversions; the latest day first."""
    ratings = dict(list(outcomes.ratings.groupby(_KEYS)))
    none = outcomes.ratings.iloc[:0]
    rows = [
        DaySummary(day, kind, version, _summary(conversions, ratings.get((day, kind, version), none)))
        for (day, kind, version), conversions in outcomes.conversions.groupby(_KEYS)
    ]
    return sorted(rows, key=lambda row: (row.day, row.type, row.version), reverse=True)


def errors(outcomes: StoredOutcomes) -> list[tuple[str, int]]:
    """Error codes of failed conversions with their counts; the most frequent first."""
    counts = outcomes.conversions["error_code"].dropna().value_counts()
    return [(str(code), int(count)) for code, count in counts.items()]


def low_ratings(outcomes: StoredOutcomes, most: int = 200) -> list[LowRating]:
    """The latest ratings of LOW_RATING and below."""
    ratings = outcomes.ratings.astype(object).where(outcomes.ratings.notna(), None)
    low = ratings[outcomes.ratings["rating"] <= LOW_RATING].sort_values("created_at", ascending=False).head(most)
    names = [field.name for field in fields(LowRating)]
    return [LowRating(*values) for values in low[names].itertuples(index=False)]


def _summary(conversions: pd.DataFrame, ratings: pd.DataFrame) -> Summary:
    answered = conversions[conversions["error_code"].isna()]
    size, predicted = answered["bytes"].astype(float), answered["predicted_bytes"].astype(float)
    over = _geometric_mean(size / predicted)
    bounds = int(conversions["bounds"].sum())
    return Summary(
        conversions=len(conversions),
        answered=len(answered),
        attainment=_mean(answered["met"].astype(float)),
        bytes=_geometric_mean(size),
        regret=None if over is None else over - 1,
        bounds_kept=int(conversions["bounds_kept"].sum()) / bounds if bounds else None,
        rating=_mean(ratings["rating"].astype(float)),
        ratings=len(ratings),
    )


def _mean(values: "pd.Series[float]") -> float | None:
    known = values.dropna()
    return float(known.mean()) if len(known) else None


def _geometric_mean(values: "pd.Series[float]") -> float | None:
    mean = _mean(np.log(values[values > 0]))
    return None if mean is None else float(np.exp(mean))
