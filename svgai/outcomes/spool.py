"""
Records on disk until the database has them: lines of JSON in files, written whole by one call each.

A line that was appended survives the end of the process, however it ends. Whoever writes to a file, or moves it into
the database, holds its lock, which ends with its process: files of processes that have ended are anybody's.
"""

import errno
import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from svgai.outcomes.outcome import Outcome, Rating, Record

FILE_BYTES = 1_000_000
"""A file that has so many is closed, and may go to the database."""

_RECORD: TypeAdapter[Outcome | Rating] = TypeAdapter(Record)
CONVERSION_LINE = b'{"kind":"conversion",'
"""What the line of a conversion begins with."""

_FILES = "*.jsonl"


@dataclass(frozen=True)
class SpoolFile:
    """
    A file of the spool that nobody writes to any more.

    Attributes:
        lines: What it holds, see `read_line`. Of one that filled the disk the last line is not whole.
    """

    path: Path
    lines: tuple[bytes, ...]


class Spool:
    """
    Writes to the files of a folder, one at a time.

    Args:
        folder: Where they are; made where it is missing, by the first record.
        max_bytes: What all files together may hold, but for what other processes add to theirs.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._file: int | None = None
        self._others = 0
        self._written = 0

    @property
    def empty(self) -> bool:
        """Whether there is no file, of this process or any other; also where the folder cannot be read."""
        with suppress(OSError), os.scandir(self._folder) as entries:
            return not any(entry.name.endswith(".jsonl") for entry in entries)
        return True

    def append(self, record: Outcome | Rating) -> None:
        """
        Keep a record.

        Raises:
            OSError: the folder cannot be written, the disk is full, or the spool holds as much as it may.
        """
        line = record.model_dump_json().encode() + b"\n"
        file = self._open_file()
        if self._others + self._written + len(line) > self._max_bytes:
            # What the database has taken meanwhile makes room.
            self._others = self._bytes() - self._written
            if self._others + self._written + len(line) > self._max_bytes:
                raise OSError(errno.EDQUOT, "the spool holds as much as it may")
        written = os.write(file, line)
        self._written += written
        # A file that ends in half a line takes no more: the next record would continue it.
        if written < len(line) or self._written >= FILE_BYTES:
            self.close_file()
        if written < len(line):
            raise OSError(errno.ENOSPC, "the disk of the spool is full")

    def close_file(self) -> None:
        """Have no file written to any more, so that all may go to the database; the next record begins another."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def holds(self, conversion_id: str) -> bool:
        """
        Whether a conversion of this id waits here. An id is letters and digits.

        Raises:
            OSError: it may wait in a file that cannot be read.
        """
        start = f'{{"kind":"conversion","conversion_id":"{conversion_id}"'.encode()
        unreadable: OSError | None = None
        for path in self._folder.glob(_FILES):
            try:
                if start in path.read_bytes():
                    return True
            except FileNotFoundError:  # the database has it by now
                continue
            except OSError as fault:
                unreadable = fault
        if unreadable is not None:
            raise unreadable
        return False

    def _open_file(self) -> int:
        if self._file is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._others, self._written = self._bytes(), 0
            # By time, so that their names give their order.
            path = self._folder / f"{time.time_ns():020}-{uuid.uuid4().hex}.jsonl"
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            # Held until the file is closed, or the process ends.
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._file

    def _bytes(self) -> int:
        total = 0
        for path in self._folder.glob(_FILES):
            with suppress(FileNotFoundError):
                total += path.stat().st_size
        return total


@contextmanager
def oldest_file(folder: Path) -> Iterator[SpoolFile | None]:
    """
    The oldest file that nobody writes to or moves, if any; meanwhile nobody else has it.

    Raises:
        OSError: there is none but such as cannot be read.
    """
    unreadable: OSError | None = None
    for path in sorted(folder.glob(_FILES)):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        except OSError as fault:
            unreadable = fault
            continue
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if not path.exists():  # another process was faster
                continue
            try:
                lines = tuple(file.read().splitlines())
            except OSError as fault:
                unreadable = fault
                continue
            yield SpoolFile(path, lines)
            return
    if unreadable is not None:
        raise unreadable
    yield None


def read_line(line: bytes) -> Outcome | Rating:
    """
    The record of a line.

    Raises:
        ValueError: it is none.
    """
    return _RECORD.validate_json(line)
