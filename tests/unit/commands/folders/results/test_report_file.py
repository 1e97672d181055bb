"""The table of a run."""

from pathlib import Path

import pandas as pd
import pytest

from commands.folders.records import FileRecord
from commands.folders.results.report_file import SCHEMA, require_report, write_report
from svgai.errors import FolderFault
from svgai.measure.quality import Quality

RECORDS = [
    FileRecord(
        source="in/a, b.png", output="a, b.svg", type="text", quality=Quality(0.99, 0.7, 0.95, 0.2, 1234, 3),
        missed=("worst", "bytes"), image_bytes=5000, trials=2, measured_px=64, target_quality=0.9, seconds=0.5,
    ),
    FileRecord.failed("in/c.png", "c.svg", "invalid_image", "no image"),
]  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_table_has_a_row_for_each_file(suffix: str, tmp_path: Path) -> None:
    """With the columns that are documented; figures are empty where there are none."""
    path = tmp_path / f"report{suffix}"
    write_report(path, RECORDS)
    table = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    assert list(table.columns) == SCHEMA.names
    first, second = table.to_dict("records")
    assert (first["source"], first["worst"], first["bytes"], first["missed"]) == (
        "in/a, b.png",
        0.7,
        1234,
        "worst,bytes",
    )
    assert (second["code"], second["error"], second["state"]) == ("invalid_image", "no image", "failed")
    assert pd.isna(second["ssim"])
    assert pd.isna(second["met_target"])


def test_a_large_table_is_written_in_parts(tmp_path: Path) -> None:
    """More rows than are held at once."""
    path = tmp_path / "report.parquet"
    write_report(path, (RECORDS[number % 2] for number in range(2500)))
    assert len(pd.read_parquet(path)) == 2500


@pytest.mark.parametrize("name", ["report.xlsx", "missing/report.csv"])
def test_a_report_that_cannot_be_written_is_told_before_the_work(name: str, tmp_path: Path) -> None:
    """Another suffix, or no such folder."""
    with pytest.raises(FolderFault, match="report"):
        require_report(tmp_path / name)
    require_report(tmp_path / "report.csv")
