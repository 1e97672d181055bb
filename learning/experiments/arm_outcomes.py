"""
Outcomes of an A/B test's arms, read from the quality database.

Only the first conversion of an image counts: repetitions add no information about the models. A conversion that failed
because of the service, not its client, counts as a missed target.
"""

import numpy as np
import pandas as pd
from sqlalchemy import select

from learning.experiments.metrics import ATTAINMENT, BYTES, RATING, SECONDS, WORST, Observations
from svgai.array_types import Doubles
from svgai.errors import ConversionTimeout, RenderingFailed, SvgAiError, TracingFailed
from svgai.outcomes.experiments import KnownExperiment
from svgai.outcomes.outcome import shadowed_id
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS, RATINGS

_FAILURES = tuple(fault.code for fault in (ConversionTimeout, RenderingFailed, TracingFailed, SvgAiError))
_COLUMNS = ("conversion_id", "created_at", "image_sha256", "bytes", "met", "worst", "seconds", "arm", "error_code")
_FIGURES = {metric.name: metric for metric in (BYTES, ATTAINMENT, WORST, SECONDS, RATING)}


def observations_of(database: QualityDatabase, known: KnownExperiment) -> Observations:
    """
    The conversions of an A/B test, as pairs if it runs in shadow.

    Raises:
        QualityStoreFault: the database does not answer.
    """
    rows = _figures(_rows(database, known))
    if known.experiment.mode == "shadow":
        return _pairs(rows)
    rows = rows.drop_duplicates("image_sha256")
    values = {metric: _doubles(rows[name]) for name, metric in _FIGURES.items()}
    return Observations(values, (rows["arm"] == "challenger").to_numpy(), known.experiment.share)


def _rows(database: QualityDatabase, known: KnownExperiment) -> pd.DataFrame:
    """The answered and the failed conversions, oldest first, with the mean of their ratings."""
    columns = [CONVERSIONS.c[name] for name in _COLUMNS]
    asked = (
        select(*columns)
        .where(CONVERSIONS.c.experiment == known.name, CONVERSIONS.c.created_at >= known.began)
        .order_by(CONVERSIONS.c.created_at, CONVERSIONS.c.conversion_id)
    )
    rated = select(RATINGS.c.conversion_id, RATINGS.c.rating).where(RATINGS.c.created_at >= known.began)
    with database.reading() as connection:
        rows = pd.DataFrame(connection.execute(asked).all(), columns=list(_COLUMNS))
        ratings = pd.DataFrame(connection.execute(rated).all(), columns=["conversion_id", "rating"])
    rows = rows[rows["error_code"].isna() | rows["error_code"].isin(_FAILURES)]
    return rows.join(ratings.groupby("conversion_id")["rating"].mean(), on="conversion_id")


def _figures(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the metrics instead of the columns that they are computed from."""
    seconds = rows["seconds"].map(lambda stages: (stages or {}).get("processor"))
    with np.errstate(divide="ignore"):
        return rows.assign(
            bytes=np.log(_doubles(rows["bytes"])),
            attainment=_doubles(rows["met"].where(rows["error_code"].isna(), other=False)),
            worst=_doubles(rows["worst"]),
            seconds=np.log(_doubles(seconds)),
        )


def _pairs(rows: pd.DataFrame) -> Observations:
    """The challenger's figures minus the champion's, in the order of the challenger's conversions."""
    champion, challenger = (rows[rows["arm"] == arm] for arm in ("champion", "challenger"))
    of_pair = champion["conversion_id"].map(shadowed_id)
    both = challenger.merge(champion.assign(conversion_id=of_pair), on="conversion_id", suffixes=("", "_champion"))
    both = both.drop_duplicates("image_sha256")
    return Observations(
        {metric: _doubles(both[name]) - _doubles(both[f"{name}_champion"]) for name, metric in _FIGURES.items()}
    )


def _doubles(column: "pd.Series[float]") -> Doubles:
    values: Doubles = pd.to_numeric(column.astype(object), errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return values
