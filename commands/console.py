"""What the command line shows: progress bars, tables, JSON. All but JSON goes to stderr, so output can be piped."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from pandas import DataFrame

    from commands.local_conversion import FileResult
    from commands.local_delivery import Serving
    from registry.folder_files import HeldFile
    from registry.gates import GateVerdict
    from registry.history import Event
    from registry.promotion import Promotion
    from registry.status import ModelStatus
    from svgai.promise import Promise
    from training.evaluation_figures import Evaluation
    from training.portfolio_search import PortfolioSearch
    from training.tracing_figures import TracingEvaluation

_QUALITY = ["attainment", "ssim", "worst", "delta_e", "bytes", "bytes_share", "gap_closed"]
_EFFORT = ["median_seconds", "p95_seconds", "trials"]
"""Figures of an evaluation that fit on a screen; JSON and reports also have their intervals."""

Stages = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done, and how many there are."""


class ProgressBars:
    """One bar for each stage of a long piece of work."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def counter(self, description: str) -> Callable[[int, int], None]:
        """A bar with a fixed description."""
        return lambda done, total: self._show(description, description, done, total)

    def stages(self) -> Stages:
        """Bars by description; what stands in brackets may change from step to step."""
        return lambda description, done, total: self._show(description.split(" (")[0], description, done, total)

    def _show(self, key: str, description: str, done: int, total: int) -> None:
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(description, total=total)
        self._bars.update(self._tasks[key], description=description, completed=done, total=total)


class Console:
    """Everything that a person reads."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._rich = RichConsole(stderr=True, quiet=quiet, highlight=False)
        if not self._rich.is_terminal:
            self._rich.width = 140  # a log or a pipe has no width; tables should not be cut to the width of none

    @staticmethod
    def fault(message: str) -> None:
        RichConsole(stderr=True).print(f"[red]error:[/red] {escape(message)}", highlight=False, soft_wrap=True)

    def say(self, message: str) -> None:
        """Print text that may hold markup. Lines stay whole, so that commands in them can be copied."""
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

    def promotion(self, promotion: "Promotion") -> None:
        replaced = f"; version {promotion.replaced} is archived" if promotion.replaced else ""
        self.say(f"{promotion.name} version {promotion.version} is in {promotion.target}{replaced}")
        self.verdict("Gates", promotion.verdict, promotion.notes)

    def verdict(self, title: str, verdict: "GateVerdict | None", notes: Sequence[str]) -> None:
        if verdict:
            checks = [(check.name, check.measured, check.limit, check.reason or "passed") for check in verdict.checks]
            self.rows(title, ("check", "measured", "limit", ""), checks)
        self._notes(notes)

    def models(self, models: Sequence["ModelStatus"]) -> None:
        for model in models:
            rows = [
                (
                    version.number,
                    version.stage,
                    ", ".join(version.aliases),
                    version.created.strftime("%Y-%m-%d %H:%M"),
                    version.promoted_by,
                    ", ".join(f"{name} {value:.3f}" for name, value in list(version.metrics.items())[:3]),
                    version.run_id[:8],
                )
                for version in model.versions
            ]
            header = ("version", "stage", "aliases", "created", "promoted by", "figures", "run")
            self.rows(model.name, header, rows or [("none yet", "", "", "", "", "", "")])

    def serving(self, serving: "Serving | None") -> None:
        if serving is None:
            self.say("nothing is deployed from this folder; `svgai deploy` does that")
            return
        values = {
            "serves": serving.bento or "nothing",
            "at": serving.address,
            "phase": serving.phase + (f" ({serving.other})" if serving.other else ""),
            "since": f"{serving.since:%Y-%m-%d %H:%M:%S} UTC",
            "a rollback leads to": serving.former or "nothing",
        }
        self.table("Deployment", values)

    def history(self, events: Sequence["Event"]) -> None:
        rows = [
            (
                event.at.strftime("%Y-%m-%d %H:%M:%S"),
                f"{event.name.removeprefix('svgai-')} {event.version}",
                event.action,
                f"{event.source} -> {event.target}" if event.source else f"{event.bento} at {event.target}",
                event.by,
                event.note,
            )
            for event in events
        ]
        self.rows("History (UTC)", ("when", "version", "what", "", "who", "note"), rows)

    def model_folder(self, folder: str, files: Sequence["HeldFile"], notes: Sequence[str]) -> None:
        rows = [
            (file.file, file.kind, file.version, file.run_id[:8], file.size_bytes, file.sha256[:12]) for file in files
        ]
        self.rows(f"{escape(folder)} can be served", ("file", "model", "version", "run", "bytes", "SHA-256"), rows)
        self._notes(notes)

    def folder_faults(self, faults: Sequence[str], notes: Sequence[str]) -> None:
        self._notes(notes)
        for fault in faults:
            self.fault(fault)

    def conversions(self, results: Sequence["FileResult"]) -> None:
        rows = [
            (result.source, result.error, "", "", "", "", "", "")
            if result.quality is None
            else (
                result.source,
                result.output,
                result.type or "-",
                result.quality.ssim,
                result.quality.worst,
                result.quality.delta_e,
                result.quality.bytes,
                "yes" if result.met_target else f"no: {', '.join(result.missed)}",
            )
            for result in results
        ]
        self.rows("Converted", ("image", "SVG", "type", "ssim", "worst", "delta_e", "bytes", "met"), rows)

    def search(self, found: "PortfolioSearch", out: Path) -> None:
        losses = [
            (*_asked(loss.promise), _or_dash(loss.single_best), _or_dash(loss.portfolio)) for loss in found.losses
        ]
        self.rows(
            "Loss against all that was measured, ln(bytes)", ("ssim", "worst", "single best", "portfolio"), losses
        )
        speed = found.images_per_second
        self.table(
            "Search",
            {
                "tracings in the pool, kept, in the portfolio": f"{found.pool}, {found.kept}, {found.portfolio}",
                "left out": ", ".join(f"{count} {reason}" for reason, count in found.left_out.items()) or "none",
                "images of the portfolio, a second": f"{speed:.2f}" if speed else "all were there already",
                "images measured": found.images,
                "rows": len(found.table),
                "written to": out,
            },
        )

    def evaluation(self, found: "Evaluation") -> None:
        self._frame("By target and method", found.summary()[_QUALITY + _EFFORT])
        self._frame("By target, type and method", found.by_type()[["images", *_QUALITY]])
        judge = found.judge().dropna(axis="columns", how="all")
        if len(judge):
            self._frame("By the judge" + ("" if "butteraugli" in judge else "; butteraugli is not installed"), judge)
        if (figures := found.equal_bytes())["images"]:
            self.say(
                f"in no more bytes than VTracer's defaults, on {figures['images']} images: ssim {figures['ssim']:.3f} "
                f"against {figures['default_ssim']:.3f}"
            )
        if classifier := found.classifier():
            recalls = ", ".join(
                f"{name.removeprefix('recall_')} {value:.3f}" for name, value in classifier.items() if "recall" in name
            )
            self.say(
                f"the classifier is right on {classifier['accuracy']:.1%} of the labelled images (recall: {recalls}); "
                f"its calibration error is {classifier['ece']:.3f}"
            )
        self._skipped(found.skipped)

    def tracing(self, found: "TracingEvaluation") -> None:
        self._frame("By type and method", found.summary())
        self.rows("Flat fills", ("type", "setting"), list(found.chosen().items()))
        goals = found.goals()
        self._frame("Goals of ours", goals.assign(met=goals["met"].map({True: "yes", False: "no"})))
        self._skipped(found.skipped)

    def settings(self, settings: Settings) -> None:
        values = settings.public()
        rows = [
            (
                name.upper(),
                values[name],
                "default" if name not in settings.model_fields_set else "set",
                field.description,
            )
            for name, field in type(settings).model_fields.items()
        ]
        self.rows("Settings", ("setting", "value", "source", "meaning"), rows)

    def _frame(self, title: str, table: "DataFrame") -> None:
        flat = table.reset_index()
        known = flat.astype(object).where(flat.notna(), "-")
        self.rows(title, [str(name) for name in flat.columns], known.to_numpy().tolist())

    def _notes(self, notes: Sequence[str]) -> None:
        for note in notes:
            self.say(f"note: {escape(note)}")

    def _skipped(self, skipped: Sequence[tuple[str, str]]) -> None:
        for name, reason in skipped:
            self.say(escape(f"skipped {name}: {reason}"))


def _asked(promise: "Promise | None") -> tuple[float | str, float | str]:
    """The least ssim and worst of a promise, for two columns."""
    return ("all", "") if promise is None else (promise.target, promise.min_worst or "any")


def _or_dash(value: float | None) -> float | str:
    return "-" if value is None else value


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
