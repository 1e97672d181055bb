"""`svgai image`: the contents of a container image of the service."""

import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.terminal.arguments import EngineName, ImageName, Json, one_of
from commands.terminal.console import Console, print_json
from svgai.errors import ContainerFault

if TYPE_CHECKING:
    from containers.report import Table

SECTION = "image"


def image(
    name: ImageName,
    engine: EngineName = None,
    report: Annotated[Path | None, typer.Option(help="Markdown file to write the tables to.")] = None,
    compressed: Annotated[bool, typer.Option(help="Also measure the image compressed: seconds to minutes.")] = True,
    as_json: Json = False,
) -> None:
    """
    Show the contents and size of an image, package by package; optionally write a report.

    Without its size after gzip: svgai image svgai:latest --no-compressed
    """
    from containers.contents import measure
    from containers.engine import ENGINES, find_engine
    from containers.report import layers, load_reasons, overview, sizes, tables, unexplained
    from reports.markdown import require_section, write_section

    if engine:
        one_of(engine, ENGINES)
    if report:
        require_section(report, SECTION)
    reasons = load_reasons()
    console = Console(quiet=as_json)
    asked = find_engine(engine)
    described = asked.inspect(name)
    with console.waiting(f"Looking into {name}"):
        contents = measure(asked, described)
    packed = None
    if compressed:
        with console.progress() as progress:
            counter = progress.counter("Compressing, bytes")
            packed = asked.compressed_bytes(described, counter)
    if as_json:
        print_json({"image": described, "compressed_bytes": packed, "contents": contents})
    else:
        for table in (overview(described, contents, packed), layers(described), sizes(contents, reasons)):
            console.rows(table.title, table.header, table.rows)
    if missing := unexplained(contents, reasons):
        raise ContainerFault(
            f"nothing says why the image holds {', '.join(missing)}: leave it out, or give the reason in "
            "containers/reasons.yaml"
        )
    if report:
        command = shlex.join(["svgai", *sys.argv[1:]])
        write_section(report, SECTION, _markdown(command, tables(described, contents, reasons, packed)))


def _markdown(command: str, shown: "Iterable[Table]") -> str:
    from reports.markdown import number, table

    parts = [f"    {command}"]
    for one in shown:
        cells = [
            [number(cell, ".1f") if isinstance(cell, float) else cell.replace("|", "\\|") for cell in row]
            for row in one.rows
        ]
        parts.append(f"### {one.title}\n\n{table(' | '.join(one.header), cells)}")
    return "\n\n".join(parts)
