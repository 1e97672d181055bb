"""Finds the images of files, folders and patterns, and their names in the output folder."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fsspec.core import split_protocol

from commands.folders.places import absolute, file_system, joined, local_path
from svgai.decode.image_folders import RASTER_SUFFIXES
from svgai.errors import FolderFault

SUFFIXES = (*RASTER_SUFFIXES, ".ico", ".tga", ".ppm", ".pgm", ".pbm")
"""Suffixes of files from folders, and from patterns without a suffix."""

_WILD = re.compile(r"[*?\[]")
_MOST_NAMED = 8


@dataclass(frozen=True)
class Input:
    """
    An image: its path as given, as found by any process, and its name below the output folder.

    Bytes of a file name that are not UTF-8 are escaped, except in `url`: manifest, table and gallery are UTF-8.
    """

    source: str
    url: str
    name: str


@dataclass(frozen=True)
class Found:
    """The images; `many` if a folder, a pattern or a remote place is among the inputs."""

    images: tuple[Input, ...]
    many: bool


def find_images(given: Sequence[str], *, empty: bool = False) -> Found:
    """
    The images of files, folders and patterns, each once.

    Files keep their own name; what lies in folders keeps its path from there, and from where a pattern begins. Hidden
    files are left out.

    Raises:
        FolderFault: a folder or pattern holds none and may not be `empty`, or its place cannot be reached.
    """
    images: dict[str, Input] = {}
    many = False
    for one in given:
        below = _base(one)
        many |= below is not None or local_path(one) is None
        found = list(_in_folder(one, below)) if below is not None else [_single(one)]
        if not found and not empty:
            raise FolderFault(f"there are no images at {one}; {', '.join(SUFFIXES)} are looked for")
        for image in found:
            images.setdefault(image.url, image)
    return Found(tuple(images.values()), many)


def output_name(image: Input, *, keep_suffix: bool) -> str:
    """The name of an image's SVG below the output folder: a/b.svg for a/b.png, or a/b.png.svg."""
    return f"{image.name}.svg" if keep_suffix else str(PurePosixPath(image.name).with_suffix(".svg"))


def outputs(images: Sequence[Input], *, keep_suffix: bool) -> list[str]:
    """
    The name of each image's SVG, see `output_name`.

    Raises:
        FolderFault: two images would become one; nothing is written yet.
    """
    names = [output_name(image, keep_suffix=keep_suffix) for image in images]
    sources: dict[str, list[str]] = defaultdict(list)
    for name, image in zip(names, images, strict=True):
        sources[name].append(image.source)
    clashes = [f"  {' and '.join(of)} -> {name}" for name, of in sources.items() if len(of) > 1]
    if clashes:
        more = f"\n  and {len(clashes) - _MOST_NAMED} more" if len(clashes) > _MOST_NAMED else ""
        advice = (
            "name a folder or a pattern, whose folders are kept"
            if keep_suffix
            else "--keep-suffix writes a.png.svg and a.jpg.svg; a folder or a pattern keeps its folders"
        )
        raise FolderFault(
            "nothing is written, because several images would become one SVG:\n"
            f"{chr(10).join(clashes[:_MOST_NAMED])}{more}\n{advice}"
        )
    return names


def _base(given: str) -> str | None:
    """The folder that names are relative to; None for a single file."""
    path = local_path(given)
    if path is not None and path.exists():  # also one whose name looks like a pattern
        return given if path.is_dir() else None
    if _WILD.search(given):
        parts = given.split("/")
        first = next(number for number, part in enumerate(parts) if _WILD.search(part))
        return "/".join(parts[:first]) or ("/" if given.startswith("/") else ".")
    if path is not None:
        return None  # missing: reported like a file that cannot be read
    files, name = file_system(given)
    return given if files.isdir(name) else None


def _single(given: str) -> Input:
    return Input(_as_text(given), absolute(given), _as_text(PurePosixPath(split_protocol(given)[1]).name))


def _in_folder(given: str, base: str) -> Iterator[Input]:
    files, pattern = file_system(absolute(given))
    root = file_system(absolute(base))[1].rstrip("/")
    wild = pattern != root
    named = wild and PurePosixPath(pattern).suffix not in ("", ".*")
    for path in sorted(files.glob(pattern) if wild else files.find(pattern)):
        name = str(path)[len(root) :].lstrip("/")
        parts = PurePosixPath(name)
        if any(part.startswith(".") for part in parts.parts):
            continue
        if named or parts.suffix.lower() in SUFFIXES:
            source = joined(base, name)
            yield Input(_as_text(source), absolute(source), _as_text(name))


def _as_text(name: str) -> str:
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")
