"""One folder in the place of another."""

import errno
import os
from pathlib import Path

import pytest

from registry.folders.folder_swap import place_of, swap_in


def folder(path: Path, content: str) -> Path:
    path.mkdir()
    (path / "file").write_text(content)
    return path


def held(parent: Path) -> list[str]:
    """What the folders beside the place hold, hidden ones too."""
    return [(path / "file").read_text() for path in parent.iterdir() if not path.is_symlink()]


def test_a_new_folder_is_linked(tmp_path: Path) -> None:
    """Where nothing was; the link is relative, so that the folder above may be moved or mounted."""
    target = tmp_path / "target"
    swap_in(folder(tmp_path / "made", "new"), target)
    assert (target / "file").read_text() == "new"
    assert target.readlink() == Path(target.readlink().name)
    assert held(tmp_path) == ["new"]


def test_a_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    """A process that has a file of the old one open reads on, and nothing of the old one is left."""
    target = tmp_path / "target"
    swap_in(folder(tmp_path / "made", "old"), target)
    with (target / "file").open() as opened:
        swap_in(folder(tmp_path / "made", "new"), target)
        assert opened.read() == "old"
    assert (target / "file").read_text() == "new"
    assert held(tmp_path) == ["new"]


def test_a_folder_that_is_no_link_makes_way(tmp_path: Path) -> None:
    """As earlier versions left it."""
    target = folder(tmp_path / "target", "old")
    swap_in(folder(tmp_path / "made", "new"), target)
    assert (target / "file").read_text() == "new"
    assert held(tmp_path) == ["new"]


@pytest.mark.parametrize("linked", [True, False])
def test_a_failed_move_leaves_the_old_folder(tmp_path: Path, linked: bool) -> None:
    """Here the new one has gone."""
    target = tmp_path / "target"
    if linked:
        swap_in(folder(tmp_path / "made", "old"), target)
    else:
        folder(target, "old")
    with pytest.raises(FileNotFoundError):
        swap_in(tmp_path / "made", target)
    assert (target / "file").read_text() == "old"
    assert held(tmp_path) == ["old"]


@pytest.mark.parametrize("linked", [True, False])
def test_a_link_that_cannot_be_made_leaves_the_old_folder(
    tmp_path: Path, linked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was moved away comes back, and nothing of the new one is left."""
    target = tmp_path / "target"
    if linked:
        swap_in(folder(tmp_path / "made", "old"), target)
    else:
        folder(target, "old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        swap_in(folder(tmp_path / "made", "new"), target)
    assert (target / "file").read_text() == "old"
    assert held(tmp_path) == ["old"]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    """They lead nowhere."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to("other")
    other.symlink_to("one")
    with pytest.raises(OSError, match="one"):
        place_of(one)


def test_a_persons_own_link_is_followed(tmp_path: Path) -> None:
    """It leads to the same place before and after."""
    target, own = tmp_path / "target", tmp_path / "own"
    own.symlink_to("target")
    assert place_of(own) == target
    swap_in(folder(tmp_path / "made", "new"), place_of(own))
    assert place_of(own) == place_of(target) == target
    assert (own / "file").read_text() == "new"
