"""How many processors this process may use: those that it may run on, and no more than its control groups grant."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

_GROUPS, _OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def usable_processors(groups: Path = _GROUPS, own: Path = _OWN) -> int:
    """
    Processors that processes or threads may keep busy; one at least. A part of one counts as none.

    The `--cpus` of a container and the limit of a pod are quotas of a control group, of version 2 or 1, in which all
    processors of the machine are there to be seen.
    """
    return max(1, min([len(os.sched_getaffinity(0)), *map(int, _quotas(groups, own))]))


def _quotas(groups: Path, own: Path) -> Iterator[float]:
    """What is granted to the groups of this process and to those that they lie in, in processors."""
    with suppress(OSError, ValueError):
        for line in own.read_text(encoding="utf-8").splitlines():
            _, controllers, name = line.split(":", 2)
            place = PurePosixPath(name).relative_to("/")
            for folder in (place, *place.parents):
                # Version 1 has a tree for each controller; the only one of version 2 names none.
                yield from _quota_of(groups / controllers / folder)


def _quota_of(group: Path) -> Iterator[float]:
    with suppress(OSError, ValueError):
        quota, period = (group / "cpu.max").read_text(encoding="utf-8").split()
        yield int(quota) / int(period)  # "max" is no number
    with suppress(OSError, ValueError):
        quota, period = ((group / f"cpu.cfs_{name}_us").read_text(encoding="utf-8") for name in ("quota", "period"))
        if int(quota) > 0:
            yield int(quota) / int(period)
