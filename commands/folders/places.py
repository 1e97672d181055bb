"""Files and folders wherever fsspec reaches: paths of this machine, s3://, gs://, sftp://, memory:// and others."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from fsspec.core import split_protocol, url_to_fs
from fsspec.implementations.local import LocalFileSystem

from svgai.errors import FolderFault
from svgai.whole_files import write_whole

_OF_THIS_MACHINE = (None, "", "file", "local")
_OF_THIS_PROCESS = frozenset({"memory"})


def local_path(url: str) -> Path | None:
    """The local path of a place; None for a remote one."""
    protocol, path = split_protocol(url)
    return Path(path) if protocol in _OF_THIS_MACHINE else None


def only_here(url: str) -> bool:
    """Whether this place is only visible to this process."""
    return split_protocol(url)[0] in _OF_THIS_PROCESS


def absolute(url: str) -> str:
    """The same place for a process with another current folder."""
    path = local_path(url)
    return url if path is None else str(path.absolute())


def joined(url: str, name: str) -> str:
    """What is called `name` in a folder; names have slashes."""
    path = local_path(url)
    return f"{url.rstrip('/')}/{name}" if path is None else str(path / name)


def file_system(url: str) -> tuple[Any, str]:
    """
    The fsspec file system of a place, and the path in it.

    Raises:
        FolderFault: there is no such kind of place, or what reads it is not installed.
    """
    try:
        return _file_system(url)
    except (ImportError, ValueError) as fault:
        raise FolderFault(f"{url} cannot be reached: {fault}") from fault


@lru_cache(maxsize=64)
def _file_system(url: str) -> tuple[Any, str]:
    here = local_path(url)
    if here is not None:  # url_to_fs would take a name with :: for a chain of file systems
        return LocalFileSystem(), str(here)
    files, path = url_to_fs(url)
    return files, str(path)


def read_bytes(url: str) -> bytes:
    """The content of a file. Raises what its file system does, OSError mostly."""
    path = local_path(url)
    if path is not None:
        return path.read_bytes()
    files, name = _opened(url)
    return bytes(files.cat_file(name))


def write_bytes(url: str, content: bytes) -> None:
    """
    Write a file, in a folder that is made where there is none.

    Locally and in object stores the write is atomic. Raises what the file system does.
    """
    path = local_path(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
        return
    files, name = _opened(url)
    files.makedirs(files._parent(name), exist_ok=True)  # noqa: SLF001 - fsspec has no public word for it
    files.pipe_file(name, content)


def exists(url: str) -> bool:
    """Whether there is a file."""
    path = local_path(url)
    if path is not None:
        return path.is_file()
    files, name = _opened(url)
    return bool(files.isfile(name))


def existing(folder: str, names: Iterable[str]) -> set[str]:
    """Those of some names below a folder at which there is a file."""
    path = local_path(folder)
    if path is not None:
        return {name for name in names if (path / name).is_file()}
    files, root = file_system(folder)
    files.invalidate_cache()
    there = {
        str(name)[len(root) :].lstrip("/") for name in files.find(root)
    }  # one listing instead of one call per file
    return there.intersection(names)


def _opened(url: str) -> tuple[Any, str]:
    """The file system is kept by the place's beginning, the name is of this file: millions of names would not fit."""
    root, _, rest = url.partition("://")
    bucket = rest.partition("/")[0]
    files, _ = file_system(f"{root}://{bucket}")
    return files, str(files._strip_protocol(url))  # noqa: SLF001 - as above
