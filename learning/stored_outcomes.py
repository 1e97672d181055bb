"""Conversions and ratings from the quality store as pandas tables, with the columns that figures need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Select, func, select

from svgai.errors import QualityStoreFault
from svgai.outcomes.outcome import is_answer
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS, RATINGS

ROWS_AT_ONCE = 2_000
"""Raw rows in memory at a time: 3 kB each on disk, several times that as objects."""

COLUMNS = (
    *("conversion_id", "created_at", "day", "type", "version", "arm", "image_sha256", "error_code", "met", "target"),
    *("ssim", "worst", "delta_e", "bytes", "predicted_bytes", "bounds", "bounds_kept", "trials", "seconds"),
)


@dataclass(frozen=True, eq=False)
class StoredOutcomes:
    """
    The stored data, oldest first.

    Attributes:
        conversions: A row each, with COLUMNS. `bounds`: tracings that were tried and had a predicted lower bound of
            ssim; `bounds_kept`: those that measured no less. `seconds`: the total.
        ratings: A row each: conversion_id, created_at, rating, comment, and of the conversion type, version and
            image_sha256.
    """

    conversions: pd.DataFrame
    ratings: pd.DataFrame


def read_outcomes(database: QualityDatabase, since: datetime | None = None) -> StoredOutcomes:
    """
    Read the stored answers, or those from a time on, without shadow conversions.

    Raises:
        QualityStoreFault: the database does not answer, or has no tables.
    """
    rows = [_conversion(row) for row in stored_rows(database, since) if is_answer(row["conversion_id"])]
    conversions = pd.DataFrame(rows, columns=COLUMNS)
    columns = [column.name for column in RATINGS.columns]
    ratings = pd.DataFrame(stored_ratings(database), columns=columns)
    about = conversions[["conversion_id", "day", "type", "version", "image_sha256"]]
    return StoredOutcomes(conversions, ratings.merge(about, on="conversion_id"))


def stored_rows(database: QualityDatabase, since: datetime | None = None) -> Iterator[Mapping[str, Any]]:
    """
    The stored rows, oldest first, with ROWS_AT_ONCE at a time in memory.

    Raises:
        QualityStoreFault: the database does not answer, or has no tables.
    """
    asked = select(CONVERSIONS).order_by(CONVERSIONS.c.created_at, CONVERSIONS.c.conversion_id)
    return _read(database, _since(asked, since))


def stored_ratings(database: QualityDatabase) -> Iterator[Mapping[str, Any]]:
    """
    The ratings of stored conversions, oldest first.

    Raises:
        QualityStoreFault: as above.
    """
    asked = select(RATINGS).join(CONVERSIONS, CONVERSIONS.c.conversion_id == RATINGS.c.conversion_id)
    return _read(database, asked.order_by(RATINGS.c.created_at))


def count_rows(database: QualityDatabase, since: datetime | None = None) -> int:
    """
    The number of stored conversions.

    Raises:
        QualityStoreFault: as above.
    """
    (row,) = _read(database, _since(select(func.count().label("count")).select_from(CONVERSIONS), since))
    return int(row["count"])


def count_images(database: QualityDatabase, since: datetime) -> int:
    """
    The number of different images converted from a time on.

    Raises:
        QualityStoreFault: as above.
    """
    asked = select(func.count(CONVERSIONS.c.image_sha256.distinct()).label("count"))
    (row,) = _read(database, asked.where(CONVERSIONS.c.features.is_not(None), CONVERSIONS.c.created_at >= since))
    return int(row["count"])


def _since(asked: Select[Any], since: datetime | None) -> Select[Any]:
    return asked if since is None else asked.where(CONVERSIONS.c.created_at >= since)


def _read(database: QualityDatabase, asked: Select[Any]) -> Iterator[Mapping[str, Any]]:
    if database.outdated:
        raise QualityStoreFault("the quality database has no tables, or old ones: svgai quality migrate makes them")
    with database.reading() as connection:
        rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(asked).mappings()
        yield from (dict(row) for row in rows)


def _conversion(row: Mapping[str, Any]) -> dict[str, Any]:
    # SQLite stores no time zones; times are written in UTC.
    created = row["created_at"].replace(tzinfo=UTC) if row["created_at"].tzinfo is None else row["created_at"]
    bounds = [
        (one["judged"] or one["measured"])["ssim"] >= one["predicted"]["ssim_low"]
        for one in row["tried"]
        if one["predicted"] and one["predicted"]["ssim_low"] is not None
    ]
    same = ("conversion_id", "arm", "image_sha256", "error_code", "met", "target")
    measured = ("ssim", "worst", "delta_e", "bytes", "trials")
    return {
        **{name: row[name] for name in (*same, *measured)},
        "created_at": created,
        "day": created.astimezone(UTC).date(),
        "type": row["logo_type"] or "unknown",
        "version": row["model_version"] or "unknown",
        "predicted_bytes": (row["predicted"] or {}).get("bytes"),
        "bounds": len(bounds),
        "bounds_kept": sum(bounds),
        "seconds": row["seconds"].get("total"),
    }
