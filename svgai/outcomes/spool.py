"""
Records on disk until the database has them: lines of JSON in files, written whole by one call each.

A line that was appended survives the end of the process, however it ends. Files of processes that have ended are taken
over by the next one; a lock that ends with its process says which those are.
"""

import errno
import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from svgai.outcomes.outcome import Outcome, Rating, Record

FILE_BYTES = 1_000_000
"""A file that has so many is closed, and may go to the database."""

_RECORD: TypeAdapter[Outcome | Rating] = TypeAdapter(Record)


@dataclass(frozen=True)
class SpoolFile:
    """
    A closed file of the spool.

    Attributes:
        records: What it holds.
        damaged: Lines that cannot be read, such as the last one of a file that filled the disk.
    """

    path: Path
    records: tuple[Outcome | Rating, ...]
    damaged: int


class Spool:
    """
    The files of a folder, of which this process writes to one.

    Args:
        folder: Where they are; made if it is missing.
        max_bytes: What all files together may hold, but for what other processes add to theirs.

    Raises:
        OSError: the folder cannot be used.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        folder.mkdir(parents=True, exist_ok=True)
        self._file: int | None = None
        self._others = 0
        self._written = 0

    def append(self, record: Outcome | Rating) -> None:
        """
        Keep a record.

        Raises:
            OSError: the disk is full, or the spool holds as much as it may.
        """
        line = record.model_dump_json().encode() + b"\n"
        file = self._open_file()
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

    def closed_files(self) -> Iterator[SpoolFile]:
        """Read the files that no process writes to any more, oldest first."""
        for path in sorted(self._folder.glob("*.jsonl")):
            with suppress(FileNotFoundError):  # another process was faster
                if _is_closed(path):
                    yield _read(path)

    def _open_file(self) -> int:
        if self._file is None:
            self._others = sum(path.stat().st_size for path in self._folder.glob("*.jsonl"))
            self._written = 0
            # By time, so that their names give their order.
            path = self._folder / f"{time.time_ns():020}-{uuid.uuid4().hex}.jsonl"
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            # Held until the file is closed, or the process ends.
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._file


def _is_closed(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _read(path: Path) -> SpoolFile:
    records: list[Outcome | Rating] = []
    damaged = 0
    for line in path.read_bytes().splitlines():
        try:
            records.append(_RECORD.validate_json(line))
        except ValidationError:
            damaged += 1
    return SpoolFile(path, tuple(records), damaged)
