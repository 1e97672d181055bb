import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from svgai.errors import ModelFault
from svgai.model_files.training_record import (
    RECORD_FILE,
    TrainingDataset,
    TrainingRecord,
    file_sha256,
    read_record,
    write_record,
)


def record_of(folder: Path, content: bytes = b"weights") -> TrainingRecord:
    (folder / "classifier.onnx").write_bytes(content)
    return TrainingRecord(
        kind="classifier",
        model_file="classifier.onnx",
        sha256=file_sha256(folder / "classifier.onnx"),
        parameters={"epochs": 3, "augment": True, "rate": 0.5, "optimizer": "adam"},
        metrics={"accuracy": 0.9},
        history=({"loss": 1.0}, {"loss": 0.5}),
        dataset=TrainingDataset(name="synthetic", digest="abc", rows=10, source="seed 1"),
        classes=("simple", "text"),
        created=datetime(2026, 1, 2, tzinfo=UTC),
        seconds=2.5,
    )


def test_a_written_record_is_read_back_unchanged(tmp_path: Path) -> None:
    """Types of parameters survive too: a flag stays a flag, a count a count."""
    record = record_of(tmp_path)
    write_record(tmp_path, record)
    assert read_record(tmp_path) == record
    assert read_record(tmp_path).parameters["augment"] is True


def test_a_folder_without_a_record_is_not_a_finished_training(tmp_path: Path) -> None:
    """A training that was interrupted left no record, and is told so."""
    with pytest.raises(ModelFault, match="no finished training"):
        read_record(tmp_path)


def test_a_changed_model_file_is_noticed(tmp_path: Path) -> None:
    """A record vouches for one content only."""
    write_record(tmp_path, record_of(tmp_path))
    (tmp_path / "classifier.onnx").write_bytes(b"other")
    with pytest.raises(ModelFault, match="SHA-256"):
        read_record(tmp_path)


def test_a_record_without_its_model_file_is_refused(tmp_path: Path) -> None:
    """Neither written nor read."""
    record = record_of(tmp_path)
    write_record(tmp_path, record)
    (tmp_path / "classifier.onnx").unlink()
    with pytest.raises(ModelFault, match="lacks the model file"):
        read_record(tmp_path)
    with pytest.raises(ModelFault, match="lacks the model file"):
        write_record(tmp_path, record)


@pytest.mark.parametrize(
    "field,value",
    [
        ("kind", "detector"),
        ("model_file", "../classifier.onnx"),
        ("sha256", "123"),
        ("metrics", {"accuracy": None}),
        ("created", "2026-01-02T00:00:00"),
        ("seconds", -1),
        ("unknown", 1),
    ],
)
def test_an_invalid_field_is_named(tmp_path: Path, field: str, value: object) -> None:
    """The message says which field is at fault."""
    write_record(tmp_path, record_of(tmp_path))
    content = json.loads((tmp_path / RECORD_FILE).read_text())
    (tmp_path / RECORD_FILE).write_text(json.dumps({**content, field: value}))
    with pytest.raises(ModelFault, match=field):
        read_record(tmp_path)


def test_a_record_that_is_not_json_is_refused(tmp_path: Path) -> None:
    """A damaged file gets the same clear error as an invalid one."""
    (tmp_path / RECORD_FILE).write_text("{")
    with pytest.raises(ModelFault, match="not a valid training record"):
        read_record(tmp_path)


def test_a_record_from_before_weights_had_a_digest_is_read(tmp_path: Path) -> None:
    """What an earlier version logged can still be exported, gated and compared."""
    write_record(tmp_path, record_of(tmp_path))
    content = json.loads((tmp_path / RECORD_FILE).read_text())
    del content["weights_sha256"]
    (tmp_path / RECORD_FILE).write_text(json.dumps(content))
    assert read_record(tmp_path).weights_sha256 is None
