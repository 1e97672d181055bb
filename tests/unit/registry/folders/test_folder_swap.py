"""One folder in the place of another."""

from pathlib import Path

import pytest

from registry.folders import folder_swap
from registry.folders.folder_swap import swap_in


def folder(path: Path, content: str) -> Path:
    path.mkdir()
    (path / "file").write_text(content)
    return path


def test_a_new_folder_is_moved(tmp_path: Path) -> None:
    """Where nothing was."""
    swap_in(folder(tmp_path / "made", "new"), tmp_path / "target")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_two_folders_change_places(tmp_path: Path) -> None:
    """A process that has a file of the old one open reads on."""
    target = folder(tmp_path / "target", "old")
    with (target / "file").open() as opened:
        swap_in(folder(tmp_path / "made", "new"), target)
        assert opened.read() == "old"
    assert (target / "file").read_text() == "new"
    assert (tmp_path / "made" / "file").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"made", "target"}


def test_moving_in_turn_does_the_same(tmp_path: Path) -> None:
    """Where the system cannot exchange."""
    target = folder(tmp_path / "target", "old")
    folder_swap._move_in_turn(folder(tmp_path / "made", "new"), target)
    assert (target / "file").read_text() == "new"
    assert {path.name for path in tmp_path.iterdir()} == {"made", "target"}
    assert (tmp_path / "made" / "file").read_text() == "old"


def test_a_failed_move_brings_the_old_folder_back(tmp_path: Path) -> None:
    """Here the new one has gone."""
    target = folder(tmp_path / "target", "old")
    with pytest.raises(FileNotFoundError):
        folder_swap._move_in_turn(tmp_path / "made", target)
    assert (target / "file").read_text() == "old"
    with pytest.raises(FileNotFoundError):
        swap_in(tmp_path / "made", target)
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert (target / "file").read_text() == "old"
