import logging
import subprocess
from pathlib import Path

import pytest

from registry.mlflow_store.git_commit import UNKNOWN_COMMIT, git_commit


def checkout(folder: Path) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)


def test_the_commit_of_a_checkout_is_its_head(tmp_path: Path) -> None:
    """Asked from a folder inside of it, too."""
    (tmp_path / "inner").mkdir()
    checkout(tmp_path)
    assert len(git_commit(tmp_path)) == 40
    assert git_commit(tmp_path / "inner") == git_commit(tmp_path)


@pytest.mark.parametrize(
    "changed, dirty",
    [("inner/kept.py", True), ("inner/deep/new.py", True), ("inner/gone.py", True), ("inner/notes.md", False)],
)
def test_what_is_not_as_it_was_committed_makes_the_commit_dirty(tmp_path: Path, changed: str, *, dirty: bool) -> None:
    """A file changed, added or gone among those asked for, in a folder of the checkout; no other file."""
    project = tmp_path / "project"
    (project / "inner" / "deep").mkdir(parents=True)
    for name in ("kept", "gone"):
        (project / "inner" / f"{name}.py").touch()
    checkout(tmp_path)
    patterns = ("inner/**/*.py",)
    assert git_commit(project, patterns) == git_commit(project)
    if changed == "inner/gone.py":
        (project / changed).unlink()
    else:
        (project / changed).write_text("changed")
    assert git_commit(project, patterns) == git_commit(project) + ("-dirty" if dirty else "")


def test_outside_of_a_checkout_it_is_unknown_and_a_warning_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Missing lineage must not go unnoticed."""
    with caplog.at_level(logging.WARNING):
        assert git_commit(tmp_path) == UNKNOWN_COMMIT
    assert "not in a git checkout" in caplog.text
