"""The Bentos of this machine, for a deployment."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Store:
    """
    The Bentos of this machine.

    Attributes:
        home: BentoML's folder.
        exists: Whether a tag is there.
        model_version: The `model_version` in a Bento's answers; None if it is not known.
        proved: Called for each Bento that went into service, also for a restored one.
    """

    home: Path
    exists: Callable[[str], bool]
    model_version: Callable[[str], str | None]
    proved: Callable[[str], None]
