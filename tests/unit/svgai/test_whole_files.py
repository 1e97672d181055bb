from pathlib import Path

import pytest

from svgai.whole_files import write_whole, written_beside


@pytest.mark.parametrize("content", ["ä\n", "ä\n".encode()])
def test_content_takes_the_place_of_what_was_there(tmp_path: Path, content: str | bytes) -> None:
    """Text as UTF-8, or bytes; nothing is left beside it, and a reader of the old one reads on."""
    path = tmp_path / "file.txt"
    write_whole(path, "old")
    with path.open() as opened:
        write_whole(path, content)
        assert opened.read() == "old"
    assert path.read_bytes() == b"\xc3\xa4\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    """Also by Ctrl-C."""
    path = tmp_path / "file.txt"
    write_whole(path, "old")
    with pytest.raises(KeyboardInterrupt), written_beside(path) as partial:
        _interrupted_writing(partial)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def _interrupted_writing(path: Path) -> None:
    path.write_text("ne")
    raise KeyboardInterrupt


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its name: it is for the caller to make it, and nobody knows the file that is written beside."""
    with pytest.raises(FileNotFoundError) as fault:
        write_whole(tmp_path / "missing" / "file.txt", "new")
    assert str(fault.value) == f"[Errno 2] there is no such folder: '{tmp_path / 'missing'}'"


def test_the_file_behind_a_link_is_written(tmp_path: Path) -> None:
    """And the link stays one."""
    path, link = tmp_path / "file.txt", tmp_path / "link.txt"
    write_whole(path, "old")
    link.symlink_to(path)
    write_whole(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    """What is written beside it has a shorter one."""
    path = tmp_path / ("n" * 255)
    write_whole(path, "new")
    assert path.read_text() == "new"
