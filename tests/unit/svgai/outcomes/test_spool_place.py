"""Where rows wait unless a setting says so."""

import os
import tempfile
from pathlib import Path

import pytest

from svgai.outcomes.spool_place import spool_folder


def test_it_is_beside_the_file_of_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the file is named from the current folder."""
    monkeypatch.chdir(tmp_path)
    assert spool_folder("sqlite:///quality.db") == tmp_path / "quality.db.spool"
    assert spool_folder("sqlite:////var/quality.db?mode=rwc") == Path("/var/quality.db.spool")


def test_each_database_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For this user alone, the same for every service, and without the password in its name."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first, second = (spool_folder(f"postgresql://user:secret@host/{name}") for name in ("one", "two"))
    assert first != second
    assert first == spool_folder("postgresql://user:secret@host/one")
    assert first.stat().st_mode & 0o777 == 0o700
    assert "secret" not in str(first)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made it could read what is put there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    guessed = spool_folder("postgresql://host/one")
    os.chown(guessed, 65534, 65534)
    assert spool_folder("postgresql://host/one") != guessed
    guessed.rmdir()
    guessed.symlink_to("nowhere")
    os.chown(guessed, 65534, 65534, follow_symlinks=False)
    assert spool_folder("postgresql://host/one") != guessed
