"""Atomic file writes: written to a temporary file beside the target, then moved over it."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """
    A path to write to inside the block; it replaces `path` at its end, or is removed if the block fails.

    It is in the same folder, which must exist; for a link, in the folder of its target. Each process has its own path;
    one that is killed leaves it behind.

    Raises:
        OSError: there is no such folder, or it cannot be moved into place.
    """
    place = path.resolve()
    if not place.parent.is_dir():  # or the fault would name the temporary file, which nobody knows
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(place.parent))
    name = hashlib.sha256(place.name.encode()).hexdigest()[:16]  # a longer one might exceed the limit of a name
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
        OSError: it cannot be written; an existing file is unchanged.
    """
    with written_beside(path) as partial:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)
