"""Processes that are not our children: whether they live, and waiting for their exit."""

import time
from collections.abc import Iterable

import psutil

_LOOK_EVERY_S = 0.05


def lives(process: psutil.Process) -> bool:
    """Whether it runs. A zombie that init has not reaped yet counts as exited."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait for their exit, with a timeout; returns those that still run."""
    deadline = time.monotonic() + seconds
    left = [process for process in processes if lives(process)]
    while left and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)
        left = [process for process in left if lives(process)]
    return left
