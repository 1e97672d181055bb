"""Terminal output: messages, progress bars, tables, JSON. Only JSON goes to stdout, so that it can be piped."""

import dataclasses
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from rich.console import Console as RichConsole
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

Stages = Callable[[str, int, int], None]
"""Called with a description, the number of finished steps, and their total."""


class ProgressBars:
    """One bar for each stage of a long piece of work."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def counter(self, description: str) -> Callable[[int, int], None]:
        """A bar with a fixed description."""
        return lambda done, total: self._show(description, description, done, total)

    def stages(self) -> Stages:
        """Bars by description; what is in brackets may change from step to step."""
        return lambda description, done, total: self._show(description.split(" (")[0], description, done, total)

    def _show(self, key: str, description: str, done: int, total: int) -> None:
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(description, total=total)
        self._bars.update(self._tasks[key], description=description, completed=done, total=total)


class Console:
    """Console for everything but JSON."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._rich = RichConsole(stderr=True, quiet=quiet, highlight=False)
        if not self._rich.is_terminal:
            # A log or a pipe has no width; tables should not be cut to the width of none.
            self._rich.width = shutil.get_terminal_size((140, 40)).columns

    @staticmethod
    def fault(message: str) -> None:
        RichConsole(stderr=True).print(f"[red]error:[/red] {escape(message)}", highlight=False, soft_wrap=True)

    def say(self, message: str) -> None:
        """Print text with markup. Lines are not wrapped, so that commands in them can be copied."""
        self._rich.print(message, soft_wrap=True)

    def tell(self, message: str) -> None:
        """Print a message from elsewhere as it is, with the time: a line of what a long-running command does."""
        self._rich.print(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {escape(message)}", soft_wrap=True)

    @contextmanager
    def progress(self) -> Iterator[ProgressBars]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self._rich) as bars:
            yield ProgressBars(bars)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        if self._rich.is_terminal:
            with self._rich.status(what):
                yield
        else:
            self._rich.print(what)
            yield

    def table(self, title: str, values: Mapping[str, object]) -> None:
        table = Table(title=title, show_header=False, title_justify="left")
        for name, value in values.items():
            table.add_row(escape(name), escape(str(value)))
        self._rich.print(table)

    def rows(self, title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        table = Table(*header, title=title, title_justify="left")
        for row in rows:
            table.add_row(*(f"{cell:.4g}" if isinstance(cell, float) else escape(str(cell)) for cell in row))
        self._rich.print(table)


def print_json(value: object) -> None:
    """Print dataclasses, pydantic models and plain data as JSON on stdout."""
    json.dump(value, sys.stdout, default=_plain, indent=2)
    sys.stdout.write("\n")


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
