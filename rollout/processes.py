"""Processes that are not our children: whether they live, and waiting for their exit."""

from collections.abc import Iterable

import psutil

from rollout.waiting import wait_until


def lives(process: psutil.Process) -> bool:
    """Whether it runs. A zombie that init has not reaped yet counts as exited."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait for their exit, with a timeout; returns those that still run."""
    waited = list(processes)
    wait_until(lambda: not any(lives(process) for process in waited), seconds)
    return [process for process in waited if lives(process)]
