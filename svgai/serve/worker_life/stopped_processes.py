"""
Detects processes of the service that were stopped (SIGSTOP, by a debugger or a person).

No other process does their work meanwhile, and no other check finds them, since they are alive.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

LOOKED_AT_EVERY_S = 0.5
STOPPED_LOOKS = 2
"""A process that is found stopped so often in a row will not resume by itself."""

Processes = Callable[[], Iterable[psutil.Process]]

logger = logging.getLogger("svgai.processes")


class StoppedProcesses:
    """
    Signals processes that remain stopped.

    Args:
        processes: returns those that should run.
        remedy: the signal: SIGKILL for a process that will be replaced, SIGCONT for others.
    """

    def __init__(self, processes: Processes, remedy: signal.Signals = signal.SIGKILL) -> None:
        self._processes = processes
        self._remedy = remedy
        self._looks: dict[int, int] = {}

    def look(self) -> list[int]:
        """Check each once; returns the ids of those that were signalled."""
        stopped = {process.pid: process for process in self._processes() if _is_stopped(process)}
        self._looks = {pid: self._looks.get(pid, 0) + 1 for pid in stopped}
        stays = [pid for pid, looks in self._looks.items() if looks >= STOPPED_LOOKS]
        for pid in stays:
            with suppress(psutil.Error):
                stopped[pid].send_signal(self._remedy)
        return stays


def watch_for_stopped(**watched: StoppedProcesses) -> None:
    """Check them in a daemon thread, with a name for the log."""

    def watch() -> None:
        while True:
            time.sleep(LOOKED_AT_EVERY_S)
            for name, processes in watched.items():
                if pids := processes.look():
                    logger.warning("a process was stopped: %s", name, extra={"pids": pids})

    threading.Thread(target=watch, name="stopped-processes", daemon=True).start()


def _is_stopped(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False
