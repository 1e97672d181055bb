"""The image files of folders."""

from pathlib import Path

import pytest

from svgai.decode.image_folders import image_paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.svg", "b.png", "sub/a.svg", ".hidden/c.png", "sub/.d.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    return tmp_path


@pytest.mark.parametrize("drawings, b", [(False, "b.png"), (True, "b.svg")])
def test_of_files_that_differ_in_suffix_one_is_taken(folder: Path, drawings: bool, b: str) -> None:
    """The raster file, or the drawing where these are asked for; hidden files, other files and folders are not."""
    assert image_paths(folder, drawings=drawings) == {"b": folder / b, "sub/a": folder / "sub" / "a.svg"}
