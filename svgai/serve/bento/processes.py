"""
Adapts the processes of BentoML's server: the supervisor, and the worker that it starts and monitors.

* BentoML's usage reporting is switched off.
* A dead worker is replaced within a second (`supervision`), also inside a container, where BentoML does not.
* A stopped worker (SIGSTOP) is killed and replaced. A worker resumes its stopped supervisor.
* At SIGHUP the worker reloads its models instead of being replaced.
* BentoML's log lines get our format, as does what libraries write to stdout or stderr; repeated ones are counted.
* Gauges of a killed worker are removed from the metrics by the next one.
* An address in use ends it with a line that names it, not with a traceback.
"""

import errno
import logging
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import NoReturn

import bentoml
import click
import psutil
from bentoml._internal.utils.analytics.usage_stats import do_not_track

from svgai.serve.bento.contacts import TESTED_VERSION, other_version
from svgai.serve.logs.log_file import log_file_fault
from svgai.serve.logs.log_setup import formatter, log_to_file
from svgai.serve.logs.native_output import log_native_output, open_native_output
from svgai.serve.logs.repeated_lines import RepeatedLines, log_warnings
from svgai.serve.logs.uncaught import log_uncaught
from svgai.serve.monitoring.dead_gauges import forget_dead_gauges
from svgai.serve.worker_life.child_processes import ChildProcesses
from svgai.serve.worker_life.reload_signal import hand_on_reloads
from svgai.serve.worker_life.stopped_processes import StoppedProcesses, watch_for_stopped
from svgai.settings import Settings

LEAN_IMPORTS = "svgai.serve.worker_life.lean_imports"
"""To be imported before the models' code, in every serving process."""

_LOGGERS = ("", "bentoml", "uvicorn.error", "circus")
_ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "4194304", "MALLOC_TRIM_THRESHOLD_": "8388608"}
"""
For the C library, which gives every thread its own heap and keeps memory of large images: two heaps at most, blocks
from 4 MB on and free ends of heaps from 8 MB on go back to the system.
"""

MAIN_IMPORTS = ("click", "_bentoml_impl.worker.patch")
"""
What the main module of a worker imports, and so each child process, by multiprocessing's rules. They share it if the
fork server has it.
"""

_SWITCH_S = 0.001
"""
Longest that a thread of Python's keeps the event loop waiting, in place of 5 ms: a request needs several turns of the
loop, each of which waits for the threads that parse large bodies.
"""

_WORKER_MODULE = "_bentoml_impl.worker.service"
_FORK_SERVER_MODULE = "multiprocessing.forkserver"
_NO_SUCH_PLACE = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES})

logger = logging.getLogger("svgai.processes")


def prepare_supervisor(settings: Settings) -> None:
    """Called once in the supervisor, before it starts workers."""
    os.environ["BENTOML_DO_NOT_TRACK"] = "true"
    do_not_track.cache_clear()
    os.environ.pop("BENTOML_CONTAINERIZED", None)
    for name, value in _ALLOCATOR.items():
        os.environ.setdefault(name, value)
    _take_over_logs(settings)
    if settings.log_file is not None and (fault := log_file_fault(settings.log_file)):
        sys.exit(f"invalid settings:\n{fault}")
    if installed := other_version():
        logger.warning("tested with another BentoML", extra={"installed": installed, "tested": TESTED_VERSION})
    _explain_taken_address(click.get_current_context(silent=True))
    # Only here: a worker needs none of the supervisor's libraries.
    from svgai.serve.bento.supervision import look_often  # noqa: PLC0415

    look_often()
    open_native_output()
    workers = ChildProcesses(_WORKER_MODULE)
    hand_on_reloads(workers)
    watch_for_stopped(worker=StoppedProcesses(workers))


def prepare_worker(settings: Settings) -> None:
    """Called once in the worker, before it loads anything."""
    import_module(LEAN_IMPORTS)
    repeated = _take_over_logs(settings)
    if settings.log_file is not None:
        handler = log_to_file(settings.log_file, settings.log_format)
        handler.addFilter(repeated)
        for name in _LOGGERS:
            if logging.getLogger(name).handlers:
                logging.getLogger(name).addHandler(handler)
    metrics = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if _is_worker():
        sys.setswitchinterval(_SWITCH_S)
        log_native_output(map(logging.getLogger, _LOGGERS))
        supervisor = StoppedProcesses(lambda: filter(None, [psutil.Process().parent()]), signal.SIGCONT)
        watch_for_stopped(supervisor=supervisor, forkserver=StoppedProcesses(ChildProcesses(_FORK_SERVER_MODULE)))
    if killed := forget_dead_gauges(Path(metrics) if metrics else None, psutil.pid_exists):
        logger.warning("workers before this one were killed", extra={"pids": killed})


def served_bento() -> str:
    """The tag of the Bento that this worker serves; of a working tree it ends with "not available"."""
    return f"{bentoml.server_context.bento_name}:{bentoml.server_context.bento_version}"


def stop_service(reason: str) -> NoReturn:
    """
    End this process and the supervisor that would restart it.

    Only a BentoML worker has such a supervisor; anywhere else the reason is all there is to raise.
    """
    logging.getLogger("svgai").critical(reason)
    if _is_worker():
        os.kill(os.getppid(), signal.SIGTERM)
        logging.shutdown()
        os._exit(1)  # an exception here would be logged as a traceback of the server
    raise SystemExit(reason)


def _is_worker() -> bool:
    return getattr(sys.modules["__main__"].__spec__, "name", None) == _WORKER_MODULE


def _take_over_logs(settings: Settings) -> RepeatedLines:
    """Give all log lines our format; returns the filter of their handlers."""
    ours, repeated = formatter(settings.log_format), RepeatedLines()
    log_warnings()
    log_uncaught()
    for name in _LOGGERS:
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(ours)
            # BentoML's filter overwrites request_id, and adds fields that only its own format shows.
            handler.filters.clear()
            handler.addFilter(repeated)
            # A logger with a handler that also propagates to the root writes every line twice.
            logging.getLogger(name).propagate = False
    for name in ("svgai", "bentoml"):
        logging.getLogger(name).setLevel(settings.log_level)
    # It warns of every body that it cannot read; the request's own line tells of that.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    return repeated


def _explain_taken_address(command: click.Context | None) -> None:
    """
    Have this process exit with a line instead of a traceback if it cannot listen.

    BentoML listens after calling us, and leaves exceptions to sys.excepthook.
    """
    options = command.params if command else {}
    place = f"port {options.get('port') or 'its port'} of {options.get('host') or 'this machine'}"
    unforeseen = sys.excepthook

    def explain(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        # An OSError with a file name is about that file: sockets have none.
        if isinstance(fault, OSError) and fault.errno in _NO_SUCH_PLACE and fault.filename is None:
            logger.critical("the service cannot listen on %s: %s", place, fault.strerror)
        else:
            unforeseen(kind, fault, trace)

    sys.excepthook = explain
