"""The records of a run as a table: Parquet, or CSV for spreadsheets."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from commands.folders.records import FileRecord
from svgai.errors import FolderFault
from svgai.whole_files import written_beside

SUFFIXES = (".parquet", ".csv")

_ROWS = 1000

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("source", "output", "state", "type")),
        *((name, pa.float64()) for name in ("ssim", "worst", "edge_ssim", "delta_e")),
        *((name, pa.int64()) for name in ("bytes", "paths", "measured_px", "image_bytes", "trials")),
        *((name, pa.float64()) for name in ("target_quality", "seconds")),
        ("met_target", pa.bool_()),
        *((name, pa.string()) for name in ("missed", "code", "error", "digest", "version", "model_version")),
    ]
)
"""The columns; figures are empty where nothing was converted."""


def require_report(path: Path) -> None:
    """
    Check that a report can be written there, before anything is converted.

    Raises:
        FolderFault: its suffix is none of SUFFIXES, or its folder is not there.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise FolderFault(f"{path}: give the report a name that ends with {' or '.join(SUFFIXES)}")
    if not path.absolute().parent.is_dir():
        raise FolderFault(f"{path}: there is no folder {path.parent} for the report")


def write_report(path: Path, records: Iterable[FileRecord]) -> None:
    """
    Write the table, some rows at a time.

    Raises:
        OSError: it cannot be written.
    """
    rows = iter(records)
    with written_beside(path) as partial:
        writer = (
            pa_csv.CSVWriter(partial, SCHEMA)
            if path.suffix.lower() == ".csv"
            else pa_parquet.ParquetWriter(partial, SCHEMA)
        )
        with writer:
            for batch in _batches(rows):
                writer.write_table(pa.Table.from_pylist(batch, SCHEMA))


def _batches(rows: Iterator[FileRecord]) -> Iterator[list[dict[str, object]]]:
    while batch := [_row(record) for record in islice(rows, _ROWS)]:
        yield batch


def _row(record: FileRecord) -> dict[str, object]:
    quality = record.quality
    figures = ("ssim", "worst", "edge_ssim", "delta_e", "bytes", "paths")
    converted = quality is not None
    row = record.model_dump(include={field.name for field in SCHEMA})
    row |= {name: getattr(quality, name) if quality else None for name in figures}
    row["missed"] = ",".join(record.missed)
    if not converted:
        row |= dict.fromkeys(("measured_px", "image_bytes", "trials", "target_quality", "seconds", "met_target"))
    return row
