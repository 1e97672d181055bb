"""A small disk in memory, which fills up quickly. Only root can mount one."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from svgai.errors import SvgAiError

_MOUNT = "/bin/mount"
_UNMOUNT = "/bin/umount"


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[None]:
    """
    A disk mounted on a folder.

    Raises:
        SvgAiError: it cannot be mounted.
    """
    _run([_MOUNT, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)])
    try:
        yield
    finally:
        _run([_UNMOUNT, "--lazy", str(folder)])


def can_mount() -> bool:
    """Whether this process may mount one."""
    with tempfile.TemporaryDirectory(prefix="svgai-mount-") as folder:
        try:
            with mounted(Path(folder), 1):
                return True
        except SvgAiError:
            return False


def fill(ballast: Path) -> None:
    """Write a file until the disk is full."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 65536) == 65536:
                pass
        except OSError:
            return


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the commands are ours
    except (OSError, subprocess.CalledProcessError) as fault:
        raise SvgAiError(f"{command[0]} failed: {fault}") from fault
