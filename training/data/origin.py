"""The origin of training data, in words: its name, its path, and a description."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Origin:
    """`path` is relative to the project if it is inside it, so that it stays valid on other machines."""

    name: str
    path: str = ""
    description: str = ""


def origin_of(paths: Sequence[Path], description: str) -> Origin:
    """The origin of data in folders or files, identified by their names."""
    return Origin("+".join(path.stem for path in paths), ", ".join(map(_relative, paths)), description)


def _relative(path: Path) -> str:
    whole, here = path.resolve(), Path.cwd().resolve()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else path.name
