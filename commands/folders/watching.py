"""Watches folders for new and changed images."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from commands.folders.inputs import SUFFIXES
from commands.folders.places import local_path
from svgai.errors import FolderFault

_QUIET_MS = 500
"""Quiet period before a file is converted, so that copying can finish."""


def watched_folders(given: Sequence[str]) -> list[Path]:
    """
    The folders to watch.

    Raises:
        FolderFault: an input is not a local folder.
    """
    folders = [local_path(one) for one in given]
    for one, folder in zip(given, folders, strict=True):
        if folder is None or not folder.is_dir():
            raise FolderFault(f"{one} cannot be watched: name folders of this machine")
    return [folder for folder in folders if folder is not None]


def changes(folders: Sequence[Path], stop: Event | None = None) -> Iterator[frozenset[str] | None]:
    """
    The absolute paths of images that were added or changed, until `stop` is set. Ctrl-C is raised.

    None is yielded first, once no change can be missed any more: files that exist by then have to be searched for.
    """
    places = [folder.absolute() for folder in folders]
    begun = False
    for seen in watch(
        *places,
        watch_filter=_counts,
        debounce=10 * _QUIET_MS,
        step=_QUIET_MS,
        rust_timeout=_QUIET_MS,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        if not begun:
            begun = True
            yield None
        elif images := frozenset(image for _, path in seen for image in _images(Path(path))):
            yield images


def _counts(change: Change, path: str) -> bool:
    return change != Change.deleted and (Path(path).suffix.lower() in SUFFIXES or Path(path).is_dir())


def _images(path: Path) -> Iterator[str]:
    """An image itself; of a folder all in it, since those that came with it may have come too early to be noticed."""
    if path.is_dir():
        yield from (str(file) for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
    else:
        yield str(path)
