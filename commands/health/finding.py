"""What a check found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "fault"]


@dataclass(frozen=True)
class Finding:
    """What one check found; `way_out` says what to do where it is not ok: a command, wherever one does it."""

    check: str
    state: State
    told: str
    way_out: str = ""
