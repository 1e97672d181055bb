"""What a training learns from, in words: a name, where it lies, and what it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Origin:
    """`path` is relative to the project where it lies inside, so that it means the same elsewhere."""

    name: str
    path: str = ""
    description: str = ""


def origin_of(paths: Sequence[Path], description: str) -> Origin:
    """The origin of data in folders or files, called by their names."""
    return Origin("+".join(path.stem for path in paths), ", ".join(map(_relative, paths)), description)


def _relative(path: Path) -> str:
    whole, here = path.resolve(), Path.cwd().resolve()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else path.name
