"""The held-out outcomes that were logged with a training; read without pandas, which takes its time to import."""

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from registry.gates.evidence import HeldOutOutcomes
from svgai.model_files.training_record import TrainingRecord, file_sha256

_NEEDED = {"item", "brand"}


def read_held_out(path: Path | None, record: TrainingRecord | None) -> HeldOutOutcomes | None:
    """
    The held-out outcomes of a training.

    None if none were stored, if the file does not match the record's digest, or if it holds no such table.
    """
    if record is None or record.held_out is None or path is None or not path.is_file():
        return None
    if file_sha256(path) != record.held_out.sha256:
        return None
    try:
        table = pq.ParquetFile(path).read()
    except (OSError, ValueError):
        return None
    if not set(table.column_names) >= _NEEDED or pc.count_distinct(table["item"]).as_py() < table.num_rows:
        return None
    return HeldOutOutcomes(record.held_out.digest, table)
