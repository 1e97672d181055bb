import logging
import subprocess
from pathlib import Path

import pytest

from registry.git_commit import UNKNOWN_COMMIT, git_commit


def test_the_commit_of_a_checkout_is_its_head(tmp_path: Path) -> None:
    """Asked from a folder inside of it, too."""
    (tmp_path / "inner").mkdir()
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], [*identity, "commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    assert len(git_commit(tmp_path)) == 40
    assert git_commit(tmp_path / "inner") == git_commit(tmp_path)


def test_outside_of_a_checkout_it_is_unknown_and_a_warning_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Missing lineage must not go unnoticed."""
    with caplog.at_level(logging.WARNING):
        assert git_commit(tmp_path) == UNKNOWN_COMMIT
    assert "not in a git checkout" in caplog.text
