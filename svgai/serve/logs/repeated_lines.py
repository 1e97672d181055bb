"""Limits repeated warnings and errors: so many of each a minute, then a count of those left out."""

import logging
import re
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

LINES_A_MINUTE = 10
MINUTE_S = 60.0

_MOST_KINDS = 1000
_NUMBERS = re.compile(r"\d+")
_KEPT = "_kept"
"""Marks a record that was decided on: every handler asks."""

_Kind = tuple[str, str, str]

logger = logging.getLogger("svgai.log")


@dataclass
class _Count:
    began: float
    level: int
    text: str
    lines: int = 0
    left_out: int = 0


class RepeatedLines(logging.Filter):
    """
    A filter for handlers: lines of level WARNING and above that differ only in numbers count as equal.

    The number left out is logged after their minute.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: OrderedDict[_Kind, _Count] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        if (known := getattr(record, _KEPT, None)) is not None:
            return bool(known)
        now = self._clock()
        with self._lock:
            ended = self._ended(now)
            kept = record.levelno < logging.WARNING or self._counted(record, now)
        setattr(record, _KEPT, kept)
        for count in ended:
            logger.log(count.level, "lines were left out: %s", count.text, extra={"left_out": count.left_out})
        return kept

    def _counted(self, record: logging.LogRecord, now: float) -> bool:
        text = record.getMessage()[:200]
        kind = (record.name, _place(record), _NUMBERS.sub("0", text))
        count = self._counts.get(kind)
        if count is None:
            count = self._counts[kind] = _Count(now, record.levelno, text)
        count.lines += 1
        if count.lines <= LINES_A_MINUTE:
            return True
        count.left_out += 1
        return False

    def _ended(self, now: float) -> list[_Count]:
        """Remove and return those whose minute is over, oldest first."""
        ended = []
        while self._counts:
            first = next(iter(self._counts.values()))
            if now - first.began < MINUTE_S and len(self._counts) <= _MOST_KINDS:
                break
            self._counts.popitem(last=False)
            if first.left_out:
                ended.append(first)
        return ended


def log_warnings() -> None:
    """Send Python's warnings through logging, one line each, instead of stderr."""
    warnings.showwarning = _log_warning


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del file, line
    place = f"{Path(filename).name}:{lineno}"
    logging.getLogger("py.warnings").warning("%s: %s", category.__name__, message, extra={"place": place})


def _place(record: logging.LogRecord) -> str:
    """The place where an exception was raised: many share one message."""
    trace = record.exc_info[2] if record.exc_info else None
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
