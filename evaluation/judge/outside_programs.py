"""External programs that an evaluation calls if they are installed: Debian's butteraugli and potrace."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from svgai.errors import ProgramFailed

_LIMIT_S = 600


@dataclass(frozen=True)
class Programs:
    """Their paths; None if a program is missing: its metrics or tracings are left out."""

    butteraugli: str | None = None
    potrace: str | None = None

    @classmethod
    def installed(cls) -> "Programs":
        """The programs found on PATH."""
        return cls(shutil.which("butteraugli"), shutil.which("potrace"))


def output_of(command: Sequence[str], given: bytes = b"") -> str:
    """
    The output of a program for an input.

    Raises:
        ProgramFailed: it cannot be started, fails, or does not end within ten minutes.
    """
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=_LIMIT_S)  # noqa: S603 - paths of programs that we name
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise ProgramFailed(f"{command[0]} gave no answer: {fault}") from fault
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or "without a word"
        raise ProgramFailed(f"{command[0]} ended with {done.returncode}: {said}")
    return done.stdout.decode(errors="replace")
