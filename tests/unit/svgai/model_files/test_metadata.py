"""What metadata.json says of model files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from svgai.errors import ModelFault
from svgai.model_files.metadata import METADATA, Export, Metadata, ModelEntry, WeightsEntry, read_entry, write_metadata

DIGEST, OTHER = "a" * 64, "b" * 64


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    """Every field of an entry, and what an earlier reader does not know, survives."""
    entry = ModelEntry(
        file="classifier.onnx",
        sha256=DIGEST,
        size_bytes=7,
        version="3",
        run_id="run",
        metrics={"accuracy": 0.9},
        features=("one", "two"),
        classes=("text",),
        weights=WeightsEntry(file="classifier.pth", sha256=OTHER),
    )
    exported = Export(at=datetime.now(UTC), svgai="1", git_commit="c0ffee")
    write_metadata(tmp_path, Metadata(classifier=entry, exported=exported))
    assert read_entry(tmp_path, "classifier") == entry
    assert Metadata.model_validate_json((tmp_path / METADATA).read_bytes()).exported == exported


def test_an_entry_of_two_fields_is_enough(tmp_path: Path) -> None:
    """As folders have it that were made by hand; a number is a version, too."""
    (tmp_path / METADATA).write_text(f'{{"optimizer": {{"sha256": "{DIGEST}", "version": 4, "note": "mine"}}}}')
    entry = read_entry(tmp_path, "optimizer")
    assert entry is not None
    assert (entry.version, entry.sha256, entry.run_id) == ("4", DIGEST, "")


def test_a_folder_without_metadata_has_no_entry(tmp_path: Path) -> None:
    """Which is no fault."""
    assert read_entry(tmp_path, "classifier") is None


def test_an_entry_vouches_for_its_files_only() -> None:
    """Each with its own digest."""
    entry = ModelEntry(file="a.onnx", sha256=DIGEST, version="1", weights=WeightsEntry(file="a.pth", sha256=OTHER))
    found = {name: entry.vouching_for(name) for name in ("a.onnx", "a.pth", "b.onnx")}
    assert {name: vouching and vouching.sha256 for name, vouching in found.items()} == {
        "a.onnx": DIGEST,
        "a.pth": OTHER,
        "b.onnx": None,
    }


def test_an_entry_without_a_name_means_whichever_file_is_served() -> None:
    """But not the weights, where it names these."""
    unnamed = ModelEntry(sha256=DIGEST, version="1", weights=WeightsEntry(file="a.pth", sha256=OTHER))
    found = [unnamed.vouching_for(name) for name in ("any.onnx", "a.pth")]
    assert [vouching and vouching.sha256 for vouching in found] == [DIGEST, OTHER]


@pytest.mark.parametrize(
    "entry, told",
    [
        ('{"sha256": "short", "version": "1"}', "sha256: String should match"),
        (f'{{"sha256": "{DIGEST}"}}', "version: Field required"),
        (f'{{"sha256": "{DIGEST}", "version": "1 \u2013 new"}}', "version: String should match"),
        (f'{{"sha256": "{DIGEST}", "version": "1\\nX-Key: a"}}', "version: String should match"),
        (f'{{"sha256": "{DIGEST}", "version": "1", "file": "../a.onnx"}}', "file: String should match"),
        (f'{{"sha256": "{DIGEST}", "version": "1", "weights": {{"file": "a.pth"}}}}', "weights.sha256: Field required"),
    ],
)
def test_a_fault_in_an_entry_is_told_with_its_place(tmp_path: Path, entry: str, told: str) -> None:
    """Nothing is guessed about files that are vouched for badly."""
    (tmp_path / METADATA).write_text(f'{{"classifier": {entry}}}')
    with pytest.raises(ModelFault, match=told):
        read_entry(tmp_path, "classifier")
