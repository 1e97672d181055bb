"""The quality store as one Parquet file, for notebooks and other tools."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer

from learning.stored_outcomes import ROWS_AT_ONCE, count_rows, stored_ratings, stored_rows
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS
from svgai.whole_files import written_beside

_LISTS = {"features": pa.list_(pa.float64()), "missed": pa.list_(pa.string())}
_TYPES = {
    DateTime: pa.timestamp("us", "UTC"),
    Float: pa.float64(),
    Integer: pa.int64(),
    Boolean: pa.bool_(),
}
_RATINGS = pa.list_(pa.struct([("identifier", pa.string()), ("rating", pa.int64()), ("comment", pa.string())]))


def export_parquet(
    database: QualityDatabase,
    out: Path,
    since: datetime | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """
    Write all conversions, or those from a time on, with the columns of the table; returns their number.

    Structured columns, such as `parameters` and `tried`, are JSON text; `ratings` is a list.

    Raises:
        QualityStoreFault: the database does not answer, or has no tables.
        OSError: the file cannot be written; an existing one is unchanged.
    """
    total, done = count_rows(database, since), 0
    ratings: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for rating in stored_ratings(database):
        ratings[rating["conversion_id"]].append({name: rating[name] for name in ("identifier", "rating", "comment")})
    schema = pa.schema([*((column.name, _type(column)) for column in CONVERSIONS.columns), ("ratings", _RATINGS)])
    rows = stored_rows(database, since)
    with written_beside(out) as partial, pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        while part := list(islice(rows, ROWS_AT_ONCE)):
            values = [_values(row) | {"ratings": ratings.get(row["conversion_id"], [])} for row in part]
            writer.write_table(pa.Table.from_pylist(values, schema=schema))
            done += len(part)
            progress(done, total)
    return done


def _type(column: "Column[Any]") -> pa.DataType:
    return _LISTS.get(column.name) or _TYPES.get(type(column.type), pa.string())


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(row)
    for column in CONVERSIONS.columns:
        value = values[column.name]
        if isinstance(column.type, JSON) and column.name not in _LISTS and value is not None:
            values[column.name] = json.dumps(value)
        elif isinstance(value, datetime) and value.tzinfo is None:
            values[column.name] = value.replace(tzinfo=UTC)  # SQLite stores no time zones
    return values
