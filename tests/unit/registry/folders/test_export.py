"""Where an export may be written."""

import json
from pathlib import Path

import pytest

from registry.folders.export import require_replaceable
from svgai.errors import ModelFault
from svgai.model_files.metadata import METADATA

DIGEST = "a" * 64


def earlier_export(folder: Path, **more: object) -> Path:
    """A folder with the files of an export, as far as their names go."""
    folder.mkdir()
    entries = {
        "classifier": {"file": "c.onnx", "sha256": DIGEST, "version": "1"},
        "optimizer": {"file": "o.xgb", "sha256": DIGEST, "version": "1"},
        "exported": {"at": "2026-01-02T03:04:05Z", "svgai": "1", "git_commit": "c0ffee"},
    }
    (folder / METADATA).write_text(json.dumps({**entries, **more}))
    for name in ("c.onnx", "o.xgb"):
        (folder / name).write_bytes(b"")
    return folder


def test_a_new_an_empty_and_an_exported_folder_may_be_written(tmp_path: Path) -> None:
    """An earlier export also where one of its files has gone."""
    require_replaceable(tmp_path / "new")
    require_replaceable(tmp_path)
    folder = earlier_export(tmp_path / "old")
    require_replaceable(folder)
    (folder / "o.xgb").unlink()
    require_replaceable(folder)


def test_a_file_among_those_of_an_export_is_not_removed(tmp_path: Path) -> None:
    """The message names it."""
    folder = earlier_export(tmp_path / "old")
    (folder / "thesis.txt").write_text("")
    with pytest.raises(ModelFault, match=r"also holds thesis\.txt, which an export would remove"):
        require_replaceable(folder)


def test_a_folder_in_the_place_of_an_exported_file_is_not_removed(tmp_path: Path) -> None:
    """An export writes none, so that what is in it is somebody's."""
    folder = earlier_export(tmp_path / "old")
    (folder / "c.onnx").unlink()
    (folder / "c.onnx").mkdir()
    with pytest.raises(ModelFault, match=r"also holds c\.onnx"):
        require_replaceable(folder)


def test_other_folders_are_not_replaced(tmp_path: Path) -> None:
    """Models whose metadata someone wrote by hand, anything without metadata, and files."""
    by_hand = earlier_export(tmp_path / "by_hand", exported=None)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a").write_text("")
    for folder in (by_hand, tmp_path / "other"):
        with pytest.raises(ModelFault, match="holds something else than an export"):
            require_replaceable(folder)
    with pytest.raises(ModelFault, match="not a folder"):
        require_replaceable(tmp_path / "other" / "a")
