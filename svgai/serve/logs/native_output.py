"""
What native libraries write to stdout and stderr of a worker and its fork server, as log lines.

They write into a pipe of the supervisor's: what a worker wrote before it crashed is logged by the next one. Writing
never blocks; what does not fit into the pipe is lost.
"""

import logging
import os
import select
import stat
import sys
import threading
import time
from collections.abc import Iterable

_PIPE = "SVGAI_NATIVE_OUTPUT"
"""Environment variable with the descriptors of both ends."""

_GATHERED_S = 0.05
"""What is written within this time becomes one line."""

_READ_BYTES = 65_536
_SHOWN = 2_000

logger = logging.getLogger("svgai.output")


def open_native_output() -> None:
    """Make the pipe, in the supervisor before it starts a worker."""
    ends = os.pipe()
    os.set_blocking(ends[1], False)
    for end in ends:
        os.set_inheritable(end, True)
    os.environ[_PIPE] = "{},{}".format(*ends)


def log_native_output(loggers: Iterable[logging.Logger]) -> None:
    """
    Log what is written to stdout and stderr from now on, in a worker; without a pipe nothing changes.

    The handlers of `loggers` go on writing to where they wrote.
    """
    ends = _inherited_pipe()
    if ends is None:
        return
    source, target = ends
    handlers = {handler for one in loggers for handler in one.handlers if isinstance(handler, logging.StreamHandler)}
    for stream in (sys.stdout, sys.stderr):
        number = stream.fileno()
        kept = os.fdopen(os.dup(number), "w", encoding="utf-8", errors="backslashreplace")
        for handler in handlers:
            if handler.stream is stream:
                handler.setStream(kept)
        stream.flush()
        os.dup2(target, number)
    threading.Thread(target=_log, args=(source,), name="native-output", daemon=True).start()


def _inherited_pipe() -> tuple[int, int] | None:
    try:
        source, target = map(int, os.environ.get(_PIPE, "").split(","))
        if all(stat.S_ISFIFO(os.fstat(end).st_mode) for end in (source, target)):
            return source, target
    except (ValueError, OSError):
        pass
    return None


def _log(source: int) -> None:
    while True:
        select.select([source], [], [])
        time.sleep(_GATHERED_S)
        written = os.read(source, _READ_BYTES)
        if not written:
            return
        if text := written.decode("utf-8", "replace").strip():
            # One message for all: however different they are, so many are logged a minute.
            logger.warning("a library wrote to the output", extra={"output": text[-_SHOWN:]})
