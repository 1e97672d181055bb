"""LOG_FILE: a rotated log file whose write errors do not stop the service."""

import errno
import logging
import logging.handlers
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

FILE_BYTES, FILE_COUNT = 10_000_000, 5

_MODE = 0o640
"""Lines contain names of clients' keys and models: readable for the group that collects logs, and not for others."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

logger = logging.getLogger("svgai.log")


class LogFile(logging.handlers.RotatingFileHandler):
    """
    Writes lines to a file of at most 10 MB, with five older ones kept. One process per file.

    A line that cannot be written is dropped; the first one is reported to the other handlers, and so is the first that
    can be written again, with the number of dropped lines.
    """

    def __init__(self, path: Path) -> None:
        self._left_out = 0
        super().__init__(path, maxBytes=FILE_BYTES, backupCount=FILE_COUNT, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        before = self._left_out
        super().emit(record)
        if before and self._left_out == before:
            self._left_out = 0
            logger.warning("LOG_FILE can be written again", extra={"left_out": before})

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        fault = sys.exc_info()[1]
        if not isinstance(fault, OSError):
            super().handleError(record)
            return
        self._left_out += 1
        if self.stream is not None:
            # A partially written line stays in the buffer, and would precede the next line.
            with suppress(OSError):
                self.stream.close()
            self.stream = None
        if self._left_out == 1:
            logger.error("LOG_FILE cannot be written; its lines are left out", extra={"fault": fault.strerror})

    def _open(self) -> TextIOWrapper:
        file = Path(self.baseFilename)
        starts_anew = file.is_file() and _ends_within_a_line(file)
        stream = open(file, "a", encoding="utf-8", errors="backslashreplace", opener=_opener)  # noqa: SIM115
        if starts_anew:
            stream.write("\n")
        return stream


def log_file_fault(path: Path) -> str | None:
    """Why a file cannot be logged to, in a line that says what to do; None if it can, or if only the disk is full."""
    try:
        os.close(_opener(str(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT))
    except FileNotFoundError:
        return f"LOG_FILE: there is no folder {path.parent}; make it, or name a file elsewhere"
    except IsADirectoryError:
        return f"LOG_FILE: {path} is a folder; name a file in it"
    except OSError as fault:
        return None if fault.errno in _FULL else f"LOG_FILE: {path} cannot be written: {fault.strerror}"
    return None


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, _MODE)


def _ends_within_a_line(file: Path) -> bool:
    """Whether a process was killed, or a disk full, in the middle of a line."""
    with file.open("rb") as stream:
        if stream.seek(0, os.SEEK_END) == 0:
            return False
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"
