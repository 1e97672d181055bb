"""Logs uncaught exceptions of all threads, instead of tracebacks on stderr."""

import logging
import sys
import threading
from types import TracebackType

logger = logging.getLogger("svgai.uncaught")


def log_uncaught() -> None:
    """Log exceptions that end the main thread or another one, or that cannot be raised, one line each."""
    sys.excepthook = _log_end
    threading.excepthook = _log_end_of_thread
    sys.unraisablehook = _log_unraisable


def _log_end(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):  # Ctrl-C at a terminal
        sys.__excepthook__(kind, fault, trace)
    else:
        logger.critical("the process ends: %s", kind.__name__, exc_info=(kind, fault, trace))


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "a thread"
    if ended.exc_value is None or issubclass(ended.exc_type, SystemExit):
        return
    logger.error(
        "%s ends: %s", name, ended.exc_type.__name__, exc_info=(ended.exc_type, ended.exc_value, ended.exc_traceback)
    )


def _log_unraisable(found: "sys.UnraisableHookArgs") -> None:
    fault = found.exc_value
    what = found.err_msg or "a fault that cannot be raised"
    trace = (found.exc_type, fault, found.exc_traceback) if fault is not None else None
    logger.error("%s: %s", what, found.exc_type.__name__, exc_info=trace)
