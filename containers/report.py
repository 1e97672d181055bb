"""The size of an image's parts, with reasons: tables for the terminal and the documents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from containers.contents import Contents, Part
from containers.engine import Image
from svgai.errors import ContainerFault

REASONS_FILE = Path(__file__).with_name("reasons.yaml")
LARGE = 1_000_000
"""Minimum size in bytes for a separate row in the table; such a package needs a reason if it is installed here."""

_BASE = "Comes with the base image."
_MB = 1_000_000
_SMALL_LAYER = 100_000
_LONGEST_COMMAND = 100

Cell = str | float
"""Text, or megabytes of a million bytes."""


@dataclass(frozen=True)
class Table:
    """A titled table; every row has as many cells as the header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Reasons(BaseModel):
    """The reason for each large package in the image, one sentence by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    python: dict[str, str]
    debian: dict[str, str]


@dataclass(frozen=True)
class _Row:
    """A line of the table of sizes; `kind` is the kind of thing that `name` refers to."""

    name: str
    kind: str
    bytes: int
    reason: str | None


def load_reasons(path: Path = REASONS_FILE) -> Reasons:
    """
    Read reasons.

    Raises:
        ContainerFault: the file is invalid.
    """
    try:
        return Reasons.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as fault:
        raise ContainerFault(f"{path} does not give a sentence for each package: {fault}") from fault


def unexplained(contents: Contents, reasons: Reasons) -> list[str]:
    """Names of large Python packages without a reason."""
    return [row.name for row in _sizes(contents, reasons) if row.bytes >= LARGE and not row.reason]


def tables(image: Image, contents: Contents, reasons: Reasons, compressed: int | None) -> Sequence[Table]:
    """All tables of a report."""
    return overview(image, contents, compressed), sizes(contents, reasons), layers(image)


def overview(image: Image, contents: Contents, compressed: int | None) -> Table:
    """The image as a whole. `compressed`: bytes after gzip -6; None: not measured."""
    names = {("Python", one.name, one.version) for one in contents.distributions}
    names |= {("Debian", one.name, one.version) for one in contents.packages}
    rows: list[tuple[Cell, ...]] = [
        ("image", f"{image.id[:12]}, {image.architecture}, made {image.created:%Y-%m-%d}"),
        ("size on disk, MB", image.bytes / _MB),
        ("compressed (gzip -6), MB", "not measured" if compressed is None else compressed / _MB),
        ("files, MB", contents.total.bytes / _MB),
        ("files", f"{contents.total.files:,}"),
        ("Python distributions, MB", _sum(contents.distributions) / _MB),
        ("Debian packages, MB", _sum(contents.packages) / _MB),
        ("packages of both", str(len(names))),
        ("runs as", image.user or "root"),
        ("ports", ", ".join(image.ports) or "none"),
        ("volumes", ", ".join(image.volumes) or "none"),
        ("health check", " ".join(image.healthcheck) or "none"),
    ]
    return Table("Image", ("what", "measured"), tuple(rows))


def sizes(contents: Contents, reasons: Reasons) -> Table:
    """The parts by size, the largest first; those below a megabyte are summed up."""
    rows = sorted(_sizes(contents, reasons), key=lambda row: (-row.bytes, row.name))
    large = [row for row in rows if row.bytes >= LARGE]
    small = [row for row in rows if row.bytes < LARGE]
    cells: list[tuple[Cell, ...]] = [(row.name, row.kind, row.bytes / _MB, row.reason or "") for row in large]
    if small:
        cells.append((f"{len(small)} more", "", sum(row.bytes for row in small) / _MB, "Less than 1 MB each."))
    return Table("What takes the space", ("what", "kind", "MB", "why it is there"), tuple(cells))


def layers(image: Image) -> Table:
    """The steps of the build, first to last; small ones are summed up."""
    large = [layer for layer in image.layers if layer.bytes >= _SMALL_LAYER]
    small = [layer.bytes for layer in image.layers if layer.bytes < _SMALL_LAYER]
    rows: list[tuple[Cell, ...]] = [(_shortened(layer.command), layer.bytes / _MB) for layer in large]
    if small:
        rows.append((f"{len(small)} more", sum(small) / _MB))
    return Table("Layers", ("step", "MB"), tuple(rows))


def _sizes(contents: Contents, reasons: Reasons) -> list[_Row]:
    rows = [
        *(_Row(one.name, "Python package", one.bytes, reasons.python.get(one.name)) for one in contents.distributions),
        *(
            _Row(one.name, "Debian package", one.bytes, reasons.debian.get(one.name, _BASE))
            for one in contents.packages
        ),
        *(_Row(one.folder, "other files", one.bytes, "Belongs to no package.") for one in contents.other),
        _Row("Python", "interpreter", contents.interpreter.bytes, "Runs the service."),
    ]
    if contents.bento:
        rows.append(_Row("code", "Bento", contents.bento.code.bytes, "The service itself, with its description."))
        rows.append(_Row("models", "Bento", contents.bento.models.bytes, "Classifier and optimizer."))
    return [row for row in rows if row.bytes]


def _sum(parts: Iterable[Part]) -> int:
    return sum(part.bytes for part in parts)


def _shortened(command: str) -> str:
    """A step as its author wrote it: without the builder's prefix, on one line."""
    words = command.partition("/bin/sh -c ")[2] or command
    line = " ".join(words.removeprefix("#(nop) ").split()) or "imported"
    return line if len(line) <= _LONGEST_COMMAND else f"{line[: _LONGEST_COMMAND - 3]}..."
