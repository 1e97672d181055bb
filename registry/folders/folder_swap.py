"""
Replaces a folder atomically: the place is a link, which is replaced in one step.

The content is in a hidden folder beside the link, named after the link with a few letters.
"""

import errno
import os
import shutil
import uuid
from pathlib import Path

_MOST_LINKS = 40  # as many as Linux follows


def place_of(folder: Path) -> Path:
    """
    The absolute path of the link for `folder`: links made by a person are followed, that of a swap is not.

    Raises:
        OSError: links lead in a circle.
    """
    path = folder.absolute()
    for _ in range(_MOST_LINKS):
        if not path.is_symlink() or _is_of_a_swap(path):
            return path.parent.resolve() / path.name
        path = path.parent / path.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder))


def swap_in(made: Path, place: Path) -> None:
    """
    Have `place`, as `place_of` gives it, lead to what is in `made`, on the same file system; what it held is deleted.

    Readers find the complete old folder or the complete new one. Only a real folder, as left by earlier versions, is
    moved away first; an interrupt moves it back.

    Raises:
        OSError: the folders cannot be moved; `place` is unchanged.
    """
    held = _beside(place)
    earlier = place.parent / place.readlink() if place.is_symlink() else _beside(place)
    made.rename(held)
    try:
        if place.exists() and not place.is_symlink():
            place.rename(earlier)
        _link(place, held)
    except BaseException:
        if not place.exists() and earlier.exists() and not place.is_symlink():
            earlier.rename(place)
        if not place.is_symlink() or place.readlink() != Path(held.name):
            shutil.rmtree(held)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _link(place: Path, held: Path) -> None:
    link = _beside(place)
    link.symlink_to(held.name, target_is_directory=True)
    try:
        os.replace(link, place)  # noqa: PTH105 - named for what it is: one step
    finally:
        link.unlink(missing_ok=True)


def _beside(place: Path) -> Path:
    return place.with_name(f".{place.name}.{uuid.uuid4().hex[:8]}")


def _is_of_a_swap(link: Path) -> bool:
    leads_to = os.fspath(link.readlink())
    return "/" not in leads_to and leads_to.startswith(f".{link.name}.")
