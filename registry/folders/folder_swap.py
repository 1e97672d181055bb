"""One folder put into the place of another, so that whoever looks finds the old one or the new one, whole."""

import ctypes
import errno
import os
from pathlib import Path

_CURRENT_FOLDER = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_UNSUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP})


def swap_in(made: Path, target: Path) -> None:
    """
    Move `made` to `target`, on the same file system; what stood at `target` is then at `made`.

    Linux exchanges two folders in one step. Where it cannot, one is moved after the other, and an interrupt moves the
    old one back.

    Raises:
        OSError: the folders cannot be moved; `target` is as it was.
    """
    if not target.exists():
        made.rename(target)
    elif not _exchange(made, target):
        _move_in_turn(made, target)


def _exchange(one: Path, other: Path) -> bool:
    """Whether both were exchanged; False where this system or file system cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_CURRENT_FOLDER, os.fsencode(one), _CURRENT_FOLDER, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _move_in_turn(made: Path, target: Path) -> None:
    aside = made.with_name(f"{made.name}.old")
    try:
        target.rename(aside)
        made.rename(target)
    except BaseException:
        if aside.exists() and not target.exists():
            aside.rename(target)
        raise
    aside.rename(made)
