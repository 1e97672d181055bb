"""The store as a Parquet file."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from learning.parquet_export import export_parquet
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS
from tests.fakes.outcomes import THEN
from tests.fakes.stored_outcomes import filled_database


def test_every_column_is_there(tmp_path: Path) -> None:
    """And the ratings; what has a form of its own is JSON, times have a zone."""
    database = QualityDatabase(filled_database(tmp_path))
    steps: list[tuple[int, int]] = []
    written = export_parquet(database, tmp_path / "out.parquet", progress=lambda *step: steps.append(step))
    database.close()
    assert (written, steps) == (4, [(4, 4)])
    assert pq.read_schema(tmp_path / "out.parquet").names == [*CONVERSIONS.columns.keys(), "ratings"]
    rows = pd.read_parquet(tmp_path / "out.parquet").set_index("conversion_id")
    assert rows.loc["a", "created_at"] == THEN
    assert json.loads(rows.loc["a", "predicted"]) == {"bytes": 200.0}
    assert rows.loc["a", "features"].tolist() == [0.1, 0.2]
    assert rows.loc["b", "missed"].tolist() == ["worst"]
    assert [one["rating"] for one in rows.loc["b", "ratings"]] == [1, 2]
    assert pd.isna(rows.loc["c", "bytes"])


def test_a_store_without_rows_is_a_file_without_rows(tmp_path: Path) -> None:
    """It can be read all the same."""
    database = QualityDatabase(f"sqlite:///{tmp_path / 'new.db'}")
    database.migrate()
    assert export_parquet(database, tmp_path / "out.parquet") == 0
    database.close()
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 0
