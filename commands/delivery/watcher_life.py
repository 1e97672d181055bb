"""Whether a watcher is alive in this folder, and its last check, from a file that it writes at each check."""

import os
from datetime import UTC, datetime
from pathlib import Path

import psutil
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from svgai.whole_files import write_whole

LOOKED = Path(".svgai/watcher.json")


class WatcherLife(BaseModel):
    """The latest watcher; `alive` is determined by its process, since a killed one cannot update the file."""

    model_config = ConfigDict(frozen=True)

    pid: int
    started: float
    every_s: float
    looked: AwareDatetime
    fault: str = ""

    @property
    def alive(self) -> bool:
        """Whether that very process runs."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.started) < 1
        except psutil.Error:
            return False


def note_look(every_s: float, fault: str = "") -> None:
    """Record a check by this process, or why it failed."""
    own = psutil.Process(os.getpid())
    life = WatcherLife(pid=own.pid, started=own.create_time(), every_s=every_s, looked=datetime.now(UTC), fault=fault)
    LOOKED.parent.mkdir(exist_ok=True)
    write_whole(LOOKED, life.model_dump_json() + "\n")


def watcher_here() -> WatcherLife | None:
    """The latest watcher of this folder; None if there never was one."""
    try:
        return WatcherLife.model_validate_json(LOOKED.read_bytes())
    except (OSError, ValidationError):
        return None
