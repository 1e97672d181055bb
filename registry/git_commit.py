"""The git commit that a model or a Bento was made from."""

import logging
import subprocess
from pathlib import Path

UNKNOWN_COMMIT = "unknown"

_log = logging.getLogger(__name__)


def git_commit(folder: Path) -> str:
    """The full hash of HEAD of the checkout that holds `folder`; 'unknown', with a warning, outside of one."""
    command = ["git", "-C", str(folder), "rev-parse", "--verify", "HEAD"]
    try:
        # The one argument from outside is a folder, and git sees it as nothing else.
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        _log.warning("%s is not in a git checkout with a commit: the commit is recorded as %r", folder, UNKNOWN_COMMIT)
        return UNKNOWN_COMMIT
