"""One command at a time on a deployment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class Exclusion:
    """The re-entrant lock of a deployment's folder."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._folder, self._say = folder, say
        self._lock = FileLock(folder / "lock")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other commands out inside the block; waits for one in progress, with a message."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._say("another command is changing this deployment: waiting for it")
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()
