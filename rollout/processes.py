"""Processes that are no children of ours: whether they live, and waiting for their end."""

from collections.abc import Iterable
from contextlib import suppress

import psutil

from rollout.waiting import wait_until

_LOOK_EVERY_S = 0.05


def lives(process: psutil.Process) -> bool:
    """Whether it runs. One that has ended is gone, even where the system's first process has not taken note yet."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait for their end, at most so long; gives those that are left."""
    left = list(processes)

    def gone() -> bool:
        left[:] = [process for process in left if lives(process)]
        return not left

    with suppress(TimeoutError):
        wait_until(gone, seconds, _LOOK_EVERY_S)
    return left
