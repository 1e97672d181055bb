"""The git commit that a model or a Bento was made from."""

import logging
import subprocess
from collections.abc import Sequence
from pathlib import Path

UNKNOWN_COMMIT = "unknown"

_log = logging.getLogger(__name__)


def git_commit(folder: Path, patterns: Sequence[str] = ()) -> str:
    """
    The full hash of HEAD of the checkout that holds `folder`; 'unknown', with a warning, outside of one.

    '-dirty' follows it where a file that one of `patterns` fits, globs relative to `folder`, is not as it was
    committed: changed, new or gone.
    """
    try:
        commit = _git(folder, "rev-parse", "--verify", "HEAD")
        changed = patterns and _git(folder, "status", "--porcelain", "--", *(f":(glob){glob}" for glob in patterns))
    except (OSError, subprocess.CalledProcessError):
        place = folder.resolve()
        _log.warning("%s is not in a git checkout with a commit: the commit is recorded as %r", place, UNKNOWN_COMMIT)
        return UNKNOWN_COMMIT
    return f"{commit}-dirty" if changed else commit


def _git(folder: Path, *arguments: str) -> str:
    # What comes from outside are a folder and globs, and git sees them as nothing else.
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
