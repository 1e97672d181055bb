"""The Bentos of this machine, as a deployment needs to know them."""

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
        model_version: What the answers of a Bento say of its models; None where that is not known.
        proved: Told of each Bento that went into service, also of one that was put back.
    """

    home: Path
    exists: Callable[[str], bool]
    model_version: Callable[[str], str | None]
    proved: Callable[[str], None]
