"""
Customers' trials as weighted rows of the optimizer's training table.

Only tried tracings were measured, and they were chosen by the optimizer, not at random. A row's weight is its inverse
propensity (Horvitz and Thompson 1952). The propensity is 1 for an image's first tracing, since the choice depends on
the image only. A later one was tried only if the earlier ones fell short: its propensity is estimated as the share of
conversions of the type that got so far. An exploratory trial has the propensity of its draw. Propensities are clipped
at LEAST_CHANCE, which leaves some bias and bounds the variance (Ionides 2008).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from svgai.describe.features import FEATURE_NAMES
from svgai.trace.parameters import TracingParameters
from training.search.parameter_search import MEASURES

LEAST_CHANCE = 0.05
MOST_IMAGES = 5_000
"""Only the latest images are used; more would make a training too slow."""

_WEEK = timedelta(weeks=1)
_COLUMNS = ("image", "kind", "tracing", *FEATURE_NAMES, *MEASURES, "weight", "conversion_id")


@dataclass(frozen=True)
class _Trial:
    image: str
    kind: str
    place: int
    fields: Mapping[str, Any]
    chance: float | None
    age: timedelta


def served_tracings(
    rows: Iterable[Mapping[str, Any]], portfolio: Collection[str], decay: float, now: datetime
) -> pd.DataFrame:
    """
    The tried tracings of stored conversions as a training table with `weight` and `conversion_id`.

    Each image and tracing is one row, with its latest measurement. Tracings outside the portfolio are left out, and so
    are those whose `refine_to` differs from the `worst` of their request.

    Args:
        rows: of the quality store, oldest first.
        portfolio: the tracings that the optimizer chooses among, as JSON.
        decay: the weight of a week-old row relative to one of today, which has weight 1 on average.
        now: with a time zone.
    """
    trials, reached = list[_Trial](), dict[str, list[int]]()
    for row in rows:
        if row["error_code"] or not row["features"] or len(row["features"]) != len(FEATURE_NAMES):
            continue
        found = [_trial(row, place, tried, portfolio, now) for place, tried in enumerate(row["tried"])]
        trials += [trial for trial in found if trial is not None]
        if found and found[0] is not None and found[0].chance is None:
            reached.setdefault(str(row["logo_type"]), []).append(len(row["tried"]))
    counts = {kind: np.array(lengths) for kind, lengths in reached.items()}
    table = pd.DataFrame(
        [
            {**trial.fields, "weight": 1 / max(_chance(trial, counts), LEAST_CHANCE), "age": trial.age / _WEEK}
            for trial in trials
        ],
        columns=[*_COLUMNS, "age"],
    )
    # A tracing that was both chosen and drawn would have been tried anyway: the larger propensity counts.
    table["weight"] = table.groupby(["image", "tracing"])["weight"].transform("min")
    table = table.drop_duplicates(["image", "tracing"], keep="last")
    latest = table["image"].drop_duplicates(keep="last").tail(MOST_IMAGES)
    table = table[table["image"].isin(latest)].reset_index(drop=True)
    weight = table["weight"] / table["weight"].mean() * decay ** table["age"]
    return table.drop(columns="age").assign(weight=weight)


def joined(table: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """
    The table of measured tracings with served ones appended.

    Its rows have weight 1 each; the total weight of served ones is at most theirs: only the table has every tracing of
    every image.
    """
    base = table.assign(weight=1.0, conversion_id="")
    if served.empty:
        return base
    scale = min(1.0, len(table) / served["weight"].sum())
    return pd.concat([base, served.assign(weight=served["weight"] * scale)[list(base.columns)]], ignore_index=True)


def _chance(trial: _Trial, counts: Mapping[str, "np.ndarray[Any, Any]"]) -> float:
    if trial.chance is not None:
        return trial.chance
    lengths = counts.get(trial.kind)
    return 1.0 if lengths is None else float(np.mean(lengths > trial.place))


def _trial(
    row: Mapping[str, Any], place: int, tried: Mapping[str, Any], portfolio: Collection[str], now: datetime
) -> _Trial | None:
    try:
        parameters = TracingParameters.model_validate(tried["parameters"])
    except ValidationError:  # of another version
        return None
    text = parameters.model_dump_json()
    measures = {**tried["measured"], "seconds": tried.get("seconds")}
    if text not in portfolio or any(measures.get(name) is None for name in MEASURES):
        return None
    if parameters.refine_to not in {0, row["min_worst"]} or None in row["features"]:
        return None
    # SQLite stores no time zones; times are written in UTC.
    created = row["created_at"] if row["created_at"].tzinfo else row["created_at"].replace(tzinfo=UTC)
    image = f"served/{row['image_sha256']}"
    values = {
        **dict(zip(FEATURE_NAMES, row["features"], strict=True)),
        **{name: measures[name] for name in MEASURES},
        "image": image,
        "kind": row["logo_type"] or "",
        "tracing": text,
        "conversion_id": row["conversion_id"],
    }
    return _Trial(image, str(row["logo_type"]), place, values, tried.get("chance"), max(now - created, timedelta()))
