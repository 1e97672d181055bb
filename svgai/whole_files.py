"""Files that whoever reads finds whole, the old one or the new one: written beside their place, then moved into it."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """
    A path to write to inside the block; it takes the place of `path` at its end, or is removed where the block fails.

    It lies in the same folder, which must exist; of a link that is the folder of the file behind it. Each process has a
    path of its own; one that is killed leaves it.

    Raises:
        OSError: it cannot be moved into place.
    """
    place = path.resolve()
    name = hashlib.sha256(place.name.encode()).hexdigest()[:16]  # its own may leave no room for more
    partial = place.with_name(f".{name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """
    Write text, as UTF-8, or bytes.

    Raises:
        OSError: it cannot be written; what was there is as it was.
    """
    with written_beside(path) as partial:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)
