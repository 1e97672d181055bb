"""What killed processes left in the metrics: gauges of what they had in hand."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

_LIVE_GAUGE = re.compile(r"gauge_live\w*_(\d+)\.db")


def forget_dead_gauges(folder: Path | None, runs: Callable[[int], bool]) -> list[int]:
    """
    Take the gauges of processes that have ended out of the sums of those that live.

    A process that ends by itself does so for itself; one that was killed cannot, and counts as busy for ever.

    Args:
        folder: PROMETHEUS_MULTIPROC_DIR; None: there is one process, and nothing to do.
        runs: whether there is a process of this id.

    Returns:
        The ids of the processes.
    """
    if folder is None:
        return []
    ids = {int(found[1]) for file in folder.glob("gauge_live*.db") if (found := _LIVE_GAUGE.fullmatch(file.name))}
    # An id that came back to this process is of a dead one, too: none of its own gauges is made yet.
    dead = sorted(pid for pid in ids if pid == os.getpid() or not runs(pid))
    for pid in dead:
        mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
    return dead
