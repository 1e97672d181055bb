"""Processes that are no children of ours: whether they live, and waiting for their end."""

import time
from collections.abc import Iterable

import psutil

_LOOK_EVERY_S = 0.05


def lives(process: psutil.Process) -> bool:
    """Whether it runs. One that has ended is gone, even where the system's first process has not taken note yet."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait for their end, at most so long; gives those that are left."""
    deadline = time.monotonic() + seconds
    left = [process for process in processes if lives(process)]
    while left and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)
        left = [process for process in left if lives(process)]
    return left
