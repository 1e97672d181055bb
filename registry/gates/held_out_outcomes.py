"""The held-out outcomes that were logged with a training."""

from pathlib import Path

import pandas as pd

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
        table = pd.read_parquet(path)
    except (OSError, ValueError):
        return None
    if not set(table.columns) >= _NEEDED or not table["item"].is_unique:
        return None
    return HeldOutOutcomes(record.held_out.digest, table)
