"""
Workers that are stopped and will not go on are ended, so that others take their places.

BentoML replaces a worker that has ended, but not one that was stopped (SIGSTOP, by a debugger or a person): the service
would answer nobody until it goes on.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

LOOKED_AT_EVERY_S = 0.5
STOPPED_LOOKS = 2
"""A worker that is found stopped so often in a row is ended."""

logger = logging.getLogger("svgai.processes")


class StoppedWorkers:
    """
    Ends processes that stay stopped.

    Args:
        workers: gives the processes that shall run.
    """

    def __init__(self, workers: Callable[[], Iterable[psutil.Process]]) -> None:
        self._workers = workers
        self._looks: dict[int, int] = {}

    def look(self) -> list[int]:
        """Look at each once; gives the ids of those that were ended."""
        stopped = {worker.pid: worker for worker in self._workers() if _is_stopped(worker)}
        self._looks = {pid: self._looks.get(pid, 0) + 1 for pid in stopped}
        ended = [pid for pid, looks in self._looks.items() if looks >= STOPPED_LOOKS]
        for pid in ended:
            with suppress(psutil.NoSuchProcess):
                stopped[pid].kill()
        return ended


def watch_for_stopped_workers(module: str) -> None:
    """Look at the children of this process that run `module`, in a thread that ends with the process."""
    workers = StoppedWorkers(lambda: _children(module))

    def watch() -> None:
        while True:
            time.sleep(LOOKED_AT_EVERY_S)
            if ended := workers.look():
                logger.warning("workers that were stopped are replaced", extra={"pids": ended})

    threading.Thread(target=watch, name="stopped-workers", daemon=True).start()


def _children(module: str) -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if module in child.cmdline():
                found.append(child)
    return found


def _is_stopped(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_STOPPED
    except psutil.NoSuchProcess:
        return False
