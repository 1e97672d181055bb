"""Tables that are there whole or not at all."""

from pathlib import Path

import pandas as pd
import pytest

from training.data.parquet_files import write_parquet


def test_a_table_that_cannot_be_written_leaves_the_former_one(tmp_path: Path) -> None:
    """What was there stays, and can be read."""
    path = tmp_path / "table.parquet"
    write_parquet(pd.DataFrame({"number": [1, 2]}), path)
    with pytest.raises(ValueError, match="Duplicate column"):
        write_parquet(pd.DataFrame([[1, 2]], columns=["same", "same"]), path)
    assert list(pd.read_parquet(path)["number"]) == [1, 2]
    assert [file.name for file in tmp_path.glob("*.parquet")] == ["table.parquet"]
