"""
Keeps records on disk until they are in the database: lines of JSON in files, each written by one call.

An appended line survives the end of the process, however it ends. A process locks the file that it writes to or moves
into the database; the lock ends with the process, so any process may take the files of those that have ended.
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
"""A file with so many is closed, and may be moved to the database."""

_RECORD: TypeAdapter[Outcome | Rating] = TypeAdapter(Record)
CONVERSION_LINE = b'{"kind":"conversion",'
"""Prefix of a conversion's line."""

_FILES = "*.jsonl"


@dataclass(frozen=True)
class SpoolFile:
    """
    A closed file of the spool.

    Attributes:
        lines: See `read_line`. If the disk was full, the last line is incomplete.
    """

    path: Path
    lines: tuple[bytes, ...]


class Spool:
    """
    Writes to the files of a folder, one at a time.

    Args:
        folder: Where they are; created with the first record if it is missing.
        max_bytes: Limit of all files together, without what other processes add to theirs meanwhile.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._file: int | None = None
        self._others = 0
        self._written = 0

    @property
    def empty(self) -> bool:
        """Whether there is no file of any process, or the folder cannot be read."""
        with suppress(OSError), os.scandir(self._folder) as entries:
            return not any(entry.name.endswith(".jsonl") for entry in entries)
        return True

    @property
    def size(self) -> int:
        """
        Bytes of the files of all processes.

        Raises:
            OSError: a file cannot be looked at.
        """
        total = 0
        for path in self._folder.glob(_FILES):
            with suppress(FileNotFoundError):
                total += path.stat().st_size
        return total

    def append(self, record: Outcome | Rating) -> None:
        """
        Keep a record.

        Raises:
            OSError: the folder cannot be written, the disk is full, or the spool is at its limit.
        """
        line = record.model_dump_json().encode() + b"\n"
        file = self._open_file()
        if self._others + self._written + len(line) > self._max_bytes:
            # Records that were moved to the database meanwhile make room.
            self._others = self.size - self._written
            if self._others + self._written + len(line) > self._max_bytes:
                raise OSError(errno.EDQUOT, "the spool holds as much as it may")
        written = os.write(file, line)
        self._written += written
        # A file that ends in an incomplete line is closed: the next record would continue that line.
        if written < len(line) or self._written >= FILE_BYTES:
            self.close_file()
        if written < len(line):
            raise OSError(errno.ENOSPC, "the disk of the spool is full")

    def close_file(self) -> None:
        """Close the current file, so that all may be moved to the database; the next record begins another."""
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
            self._others, self._written = self.size, 0
            # Names by time, so that they sort by age.
            path = self._folder / f"{time.time_ns():020}-{uuid.uuid4().hex}.jsonl"
            # Under another name until it is locked: whoever moves files would take it for one that was left empty.
            begun = path.with_suffix(".begun")
            file = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                # Held until the file is closed, or the process ends.
                fcntl.flock(file, fcntl.LOCK_EX)
                begun.rename(path)
            except OSError:
                os.close(file)
                begun.unlink(missing_ok=True)
                raise
            self._file = file
        return self._file


@contextmanager
def oldest_file(folder: Path) -> Iterator[SpoolFile | None]:
    """
    Lock and yield the oldest file that no process writes to or moves, if any.

    Raises:
        OSError: there are only files that cannot be read.
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
        ValueError: it is not a record.
    """
    return _RECORD.validate_json(line)
