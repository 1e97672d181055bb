"""
Processes of the service that are stopped and will not go on (SIGSTOP, by a debugger or a person).

What such a process does nobody else would do meanwhile. Nothing else finds it: it is alive, and its end never comes.
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
"""A process that is found stopped so often in a row does not go on by itself."""

Processes = Callable[[], Iterable[psutil.Process]]

logger = logging.getLogger("svgai.processes")


class StoppedProcesses:
    """
    Signals processes that stay stopped.

    Args:
        processes: gives those that shall run.
        remedy: the signal: SIGKILL where another one is started in its place, SIGCONT where nobody would.
    """

    def __init__(self, processes: Processes, remedy: signal.Signals = signal.SIGKILL) -> None:
        self._processes = processes
        self._remedy = remedy
        self._looks: dict[int, int] = {}

    def look(self) -> list[int]:
        """Look at each once; gives the ids of those that were signalled."""
        stopped = {process.pid: process for process in self._processes() if _is_stopped(process)}
        self._looks = {pid: self._looks.get(pid, 0) + 1 for pid in stopped}
        stays = [pid for pid, looks in self._looks.items() if looks >= STOPPED_LOOKS]
        for pid in stays:
            with suppress(psutil.Error):
                stopped[pid].send_signal(self._remedy)
        return stays


def watch_for_stopped(**watched: StoppedProcesses) -> None:
    """Look at them, by what they are called in the log, in a thread that ends with this process."""

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
