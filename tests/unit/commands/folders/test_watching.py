"""Folders that are watched."""

from pathlib import Path
from threading import Event, Timer

import pytest

from commands.folders.watching import changes, watched_folders
from svgai.errors import FolderFault


def test_only_folders_of_this_machine_can_be_watched(tmp_path: Path) -> None:
    """No files, patterns or places elsewhere."""
    for wrong in ("memory://x", str(tmp_path / "*.png"), str(tmp_path / "missing")):
        with pytest.raises(FolderFault, match="cannot be watched"):
            watched_folders([str(tmp_path), wrong])
    assert watched_folders([str(tmp_path)]) == [tmp_path]


@pytest.mark.slow
def test_images_that_come_are_told_once_they_are_whole(tmp_path: Path) -> None:
    """By their paths; other files are not."""
    stop = Event()

    def copy() -> None:
        (tmp_path / "x").mkdir()
        (tmp_path / "x/a.png").write_bytes(b"a")
        (tmp_path / "notes.txt").write_bytes(b"b")

    timer = Timer(0.5, copy)
    timer.start()
    for seen in changes([tmp_path], stop):
        assert seen == frozenset({str(tmp_path / "x/a.png")})
        stop.set()
    timer.join()
    assert stop.is_set()
