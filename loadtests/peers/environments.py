"""A virtual environment for each peer, created from its pinned requirements and reused while these are unchanged."""

import hashlib
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from svgai.errors import SvgAiError

REQUIREMENTS = Path(__file__).parent / "requirements"
_MADE_FROM = ".made-from"
"""Holds the digest of the requirements; written last, so that an interrupted installation is repeated."""


class NotInstalled(SvgAiError):
    """A peer's environment could not be created; the others are compared without it."""

    code = "not_installed"


def environment(requirements: Path, folder: Path) -> Path:
    """
    The folder of a peer's programs (its `bin`), created if missing or of other requirements.

    Args:
        requirements: All its pinned packages; the file is named after the peer.
        folder: Folder of its environment; anything else there is removed.

    Raises:
        NotInstalled: Python or pip failed; the message ends with their last output.
    """
    name = requirements.stem
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    made_from = folder / _MADE_FROM
    if not made_from.is_file() or made_from.read_text() != digest:
        _run(name, [sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run(name, [*pip, "--no-deps", "--requirement", str(requirements)])
        _run(name, [*pip[:3], "check"])
        made_from.write_text(digest)
    return folder / "bin"


def version(name: str) -> str:
    """The version of a package: the pinned one of the peer of this name, else that of this process's environment."""
    requirements = REQUIREMENTS / f"{name}.txt"
    if not requirements.is_file():
        return metadata.version(name)
    pins = dict(line.split("==") for line in requirements.read_text(encoding="utf-8").splitlines())
    return pins[name]


def _run(name: str, command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-5:])
        raise NotInstalled(f"{name} cannot be installed: {' '.join(command[2:4])} failed:\n{last}")
