"""Tables as Parquet files that are there whole or not at all."""

from pathlib import Path

import pandas as pd

from svgai.whole_files import written_beside


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table beside its place, and move it there when it is whole."""
    with written_beside(path) as partial:
        table.to_parquet(partial, compression="zstd", index=False)
