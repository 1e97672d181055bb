"""Shared by the benchmark commands: starting the service, and showing figures."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from commands.terminal.console import Console, ProgressBars, print_json
from loadtests.servers.local_server import LocalServer, svgai_service
from reports.markdown import require_section, write_section

Report = Annotated[Path | None, typer.Option(help="Markdown document to write the figures to.")]


@dataclass(frozen=True)
class Result:
    """The figures as JSON and as Markdown, without paths of this machine."""

    section: str
    figures: Any
    markdown: str

    def show(self, report: Path | None, *, as_json: bool) -> None:
        _show((self,), self.figures, report, as_json=as_json)


def show_together(results: Sequence[Result], report: Path | None, *, as_json: bool) -> None:
    """Several of one command; as JSON they are one object, by section."""
    _show(results, {result.section: result.figures for result in results}, report, as_json=as_json)


def _show(results: Sequence[Result], figures: Any, report: Path | None, *, as_json: bool) -> None:
    if report:
        for result in results:
            write_section(report, result.section, result.markdown)
    if as_json:
        print_json(figures)
    else:
        for result in results:
            Console().say(escape(result.markdown))


def require_place(report: Path | None, section: str) -> None:
    if report:
        require_section(report, section)


def service_log(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="svgai-benchmark-"))) / "service.log"


def started(stack: ExitStack, *, as_json: bool, **settings: str) -> tuple[LocalServer, ProgressBars]:
    console = Console(quiet=as_json)
    with console.waiting("Starting the service"):
        server = stack.enter_context(svgai_service(service_log(stack), **settings))
    return server, stack.enter_context(console.progress())
