"""Gauges that killed processes left in the metrics."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

_LIVE_GAUGE = re.compile(r"gauge_live\w*_(\d+)\.db")


def forget_dead_gauges(folder: Path | None, runs: Callable[[int], bool]) -> list[int]:
    """
    Remove the gauges of dead processes from the sums.

    A process that exits does so itself; a killed one cannot, and would count as busy for ever.

    Args:
        folder: PROMETHEUS_MULTIPROC_DIR; None: there is one process, and nothing to do.
        runs: whether there is a process of this id.

    Returns:
        The ids of the processes.
    """
    if folder is None:
        return []
    ids = {int(found[1]) for file in folder.glob("gauge_live*.db") if (found := _LIVE_GAUGE.fullmatch(file.name))}
    # A reused id, now that of this process, also belongs to a dead one: this one has no gauges yet.
    dead = sorted(pid for pid in ids if pid == os.getpid() or not runs(pid))
    for pid in dead:
        mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
    return dead
