"""The held-out outcomes that were logged with a training."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from registry.gates.held_out_outcomes import read_held_out
from svgai.model_files.training_record import HELD_OUT_FILE, HeldOut, TrainingDataset, TrainingRecord
from training.fit.held_out import write_held_out

OUTCOMES = pd.DataFrame({"item": ["a", "b"], "brand": ["a", "b"], "type": ["text", "text"], "accuracy": [1.0, 0.0]})


def recorded(held_out: HeldOut | None) -> TrainingRecord:
    return TrainingRecord(
        kind="classifier",
        model_file="classifier.onnx",
        sha256="0" * 64,
        parameters={},
        metrics={},
        dataset=TrainingDataset(name="a", digest="b", rows=1, source="c"),
        held_out=held_out,
        created=datetime.now(UTC),
        seconds=1,
    )


def test_what_a_training_kept_is_read(tmp_path: Path) -> None:
    """With the digest of its items."""
    record = recorded(write_held_out(tmp_path, OUTCOMES, "these"))
    found = read_held_out(tmp_path / HELD_OUT_FILE, record)
    assert found is not None
    assert found.digest == "these"
    pd.testing.assert_frame_equal(found.table.to_pandas(), OUTCOMES)


def test_nothing_kept_is_none(tmp_path: Path) -> None:
    """No record, no word of outcomes in it, or no file."""
    kept = write_held_out(tmp_path, OUTCOMES, "these")
    assert read_held_out(tmp_path / HELD_OUT_FILE, None) is None
    assert read_held_out(tmp_path / HELD_OUT_FILE, recorded(None)) is None
    assert read_held_out(None, recorded(kept)) is None


def test_another_file_is_none(tmp_path: Path) -> None:
    """The record vouches for the content."""
    record = recorded(write_held_out(tmp_path, OUTCOMES, "these"))
    write_held_out(tmp_path, OUTCOMES.assign(accuracy=1.0), "these")
    assert read_held_out(tmp_path / HELD_OUT_FILE, record) is None


@pytest.mark.parametrize("table", [OUTCOMES.drop(columns="brand"), pd.concat([OUTCOMES, OUTCOMES])])
def test_a_table_that_cannot_be_matched_is_none(tmp_path: Path, table: pd.DataFrame) -> None:
    """Items must have a brand and occur once."""
    record = recorded(write_held_out(tmp_path, table, "these"))
    assert read_held_out(tmp_path / HELD_OUT_FILE, record) is None
