"""The outcome of every held-out item, stored beside the model so that two versions can be compared item by item."""

from pathlib import Path

import pandas as pd

from svgai.model_files.training_record import HELD_OUT_FILE, HeldOut, file_sha256
from training.data.parquet_files import write_parquet

NAMES = ("item", "brand", "type")
"""
The columns that identify an item. Every other column has the name of the metric that is its mean, ignoring blanks.
"""


def held_out_metrics(outcomes: pd.DataFrame) -> dict[str, float]:
    """The mean of every outcome over the items that it was measured on; an outcome without any is omitted."""
    means = outcomes.drop(columns=list(NAMES)).mean()
    return {str(name): float(value) for name, value in means.dropna().items()}


def write_held_out(folder: Path, outcomes: pd.DataFrame, digest: str) -> HeldOut:
    """Store outcomes, one row an item, in a training folder. `digest` covers the items and their true values."""
    path = folder / HELD_OUT_FILE
    path.parent.mkdir(exist_ok=True)
    write_parquet(outcomes, path)
    return HeldOut(items=len(outcomes), digest=digest, sha256=file_sha256(path))
