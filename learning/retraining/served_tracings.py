"""
What was tried for customers, as rows of the optimizer's training table, and what each row counts.

Only tried tracings were measured, and nobody tried those at random: the optimizer chose them. A row counts the inverse
of the chance that it was tried (Horvitz and Thompson 1952), which is 1 for the tracing that an image got first, since
the choice depends on nothing but the image. A later one came only where the earlier fell short: its chance is taken to
be the share of conversions of the type that came so far. An exploring trial carries the chance that it was drawn with.
No chance counts as less than LEAST_CHANCE, which leaves some bias and bounds the variance (Ionides 2008).
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
"""The latest images count; more would not fit the minutes that a training takes."""

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

    An image and tracing is one row, as it was measured last. Tracings that are not of the portfolio are left out, and
    so are those that were drawn for another `worst` than they ask for themselves.

    Args:
        rows: of the quality store, oldest first.
        portfolio: the tracings that the optimizer chooses among, as JSON.
        decay: what a row of a week ago counts, against one of today, which counts 1 on average.
        now: with its zone.
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
    # What was both chosen and drawn to learn from would have been tried in any case: the likelier way counts.
    table["weight"] = table.groupby(["image", "tracing"])["weight"].transform("min")
    table = table.drop_duplicates(["image", "tracing"], keep="last")
    latest = table["image"].drop_duplicates(keep="last").tail(MOST_IMAGES)
    table = table[table["image"].isin(latest)].reset_index(drop=True)
    weight = table["weight"] / table["weight"].mean() * decay ** table["age"]
    return table.drop(columns="age").assign(weight=weight)


def joined(table: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """
    The table of measured tracings with what was served behind it.

    Its rows count 1 each; together those served never count more than they do: in the table alone every tracing was
    tried on every image.
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
    # SQLite keeps no zones; what is written is UTC.
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
