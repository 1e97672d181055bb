"""Tables as Parquet files that are there whole or not at all."""

import os
from pathlib import Path

import pandas as pd


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table beside its place, and move it there when it is whole."""
    unfinished = path.with_suffix(f".{os.getpid()}.partial")
    table.to_parquet(unfinished, compression="zstd", index=False)
    unfinished.replace(path)
