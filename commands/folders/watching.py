"""Folders that are watched: images that come, or change, are converted as they do."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from commands.folders.inputs import SUFFIXES
from commands.folders.places import local_path
from svgai.errors import FolderFault

_QUIET_MS = 500
"""How long nothing has to change: what is still being copied is waited for."""


def watched_folders(given: Sequence[str]) -> list[Path]:
    """
    The folders to watch.

    Raises:
        FolderFault: something else than a folder of this machine is among what was asked for.
    """
    folders = [local_path(one) for one in given]
    for one, folder in zip(given, folders, strict=True):
        if folder is None or not folder.is_dir():
            raise FolderFault(f"{one} cannot be watched: name folders of this machine")
    return [folder for folder in folders if folder is not None]


def changes(folders: Sequence[Path], stop: Event | None = None) -> Iterator[frozenset[str]]:
    """The absolute paths of images that were added or changed, as they are, until `stop` is set. Ctrl-C is raised."""

    def is_image(change: Change, path: str) -> bool:
        return change != Change.deleted and Path(path).suffix.lower() in SUFFIXES

    places = [folder.absolute() for folder in folders]
    for seen in watch(*places, watch_filter=is_image, debounce=10 * _QUIET_MS, step=_QUIET_MS, stop_event=stop):
        yield frozenset(path for _, path in seen)
