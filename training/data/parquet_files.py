"""Tables as Parquet files, written atomically."""

from pathlib import Path

import pandas as pd

from svgai.whole_files import written_beside


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table to a temporary file, and move it into place when it is complete."""
    with written_beside(path) as partial:
        table.to_parquet(partial, compression="zstd", index=False)
