"""Folders that are watched."""

from pathlib import Path
from threading import Event

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
    """By their paths, also those that come with a new folder; other files are not."""
    stop, seen = Event(), set[str]()
    for changed in changes([tmp_path], stop):
        if changed is None:  # nothing can be missed from here on
            (tmp_path / "x").mkdir()
            (tmp_path / "x/a.png").write_bytes(b"a")
            (tmp_path / "b.jpg").write_bytes(b"b")
            (tmp_path / "notes.txt").write_bytes(b"c")
            continue
        seen |= changed
        if len(seen) == 2:
            stop.set()
    assert seen == {str(tmp_path / "x/a.png"), str(tmp_path / "b.jpg")}
