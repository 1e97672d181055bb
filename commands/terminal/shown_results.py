"""Shows the results of commands as tables, with lines for what does not fit into one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from commands.terminal.console import Console
from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from pandas import DataFrame

    from commands.delivery.local_delivery import Serving
    from commands.delivery.watcher_life import WatcherLife
    from evaluation.report.evaluation_figures import Evaluation
    from evaluation.report.tracing_figures import TracingEvaluation
    from registry.folders.folder_files import HeldFile
    from registry.gates.verdict import GateVerdict
    from registry.mlflow_store.promotion_log import RecordedVerdict
    from registry.promotion.history import Event
    from registry.promotion.moves import Promotion
    from registry.promotion.status import ModelStatus
    from svgai.measure.promise import Promise
    from training.search.portfolio_search import PortfolioSearch

_STATUS_FIGURES = ("accuracy", "ece", "attainment", "log_bytes_regret")
"""A version's most important metrics; JSON has all."""

_QUALITY = ["attainment", "ssim", "worst", "delta_e", "bytes", "bytes_share", "gap_closed"]
_EFFORT = ["median_seconds", "p95_seconds", "trials"]
"""Figures of an evaluation that fit on a screen; JSON and reports also have their intervals."""


def show_promotion(console: Console, promotion: "Promotion") -> None:
    replaced = f"; version {promotion.replaced} is archived" if promotion.replaced else ""
    console.say(f"{promotion.name} version {promotion.version} is in {promotion.target}{replaced}")
    show_verdict(console, "Gates", promotion.verdict, promotion.notes)


def show_verdict(console: Console, title: str, verdict: "GateVerdict | None", notes: Sequence[str]) -> None:
    if verdict:
        checks = [(check.name, check.measured, check.limit, check.reason or "passed") for check in verdict.checks]
        console.rows(title, ("check", "measured", "limit", ""), checks)
    _notes(console, notes)


def show_models(console: Console, models: Sequence["ModelStatus"]) -> None:
    for model in models:
        rows = [
            (
                version.number,
                version.stage,
                ", ".join(version.aliases),
                version.created.strftime("%Y-%m-%d %H:%M"),
                version.promoted_by,
                _verdict(version.verdict),
                ", ".join(f"{name} {version.metrics[name]:.3f}" for name in _STATUS_FIGURES if name in version.metrics),
                version.serves,
                version.run_id[:8],
            )
            for version in model.versions
        ]
        header = ("version", "stage", "aliases", "created", "promoted by", "gates", "figures", "serves", "run")
        console.rows(model.name, header, rows or [("none yet", *[""] * 8)])


def show_serving(console: Console, serving: "Serving | None") -> None:
    if serving is None:
        console.say("nothing is deployed from this folder; `svgai deploy` does that")
        return
    dead = "" if serving.runs or serving.bento is None else ", which does not run: `svgai deploy` starts it"
    values = {
        "serves": f"{serving.bento or 'nothing'}{dead}",
        "at": serving.address,
        "phase": serving.phase + (f" ({serving.other})" if serving.other else ""),
        "since": f"{serving.since:%Y-%m-%d %H:%M:%S} UTC",
        "a rollback leads to": serving.former or "nothing",
    }
    console.table("Deployment", values)


def show_watcher(console: Console, watcher: "WatcherLife | None") -> None:
    if watcher is None:
        console.say("no watcher has run in this folder yet; `svgai watch` starts one")
        return
    state = "a watcher is alive" if watcher.alive else "no watcher is alive; `svgai watch` starts one. The last one"
    fault = f", failed: {escape(watcher.fault)}" if watcher.fault else ""
    console.say(f"{state} (process {watcher.pid}), last check at {watcher.looked:%Y-%m-%d %H:%M:%S} UTC{fault}")


def _verdict(verdict: "RecordedVerdict | None") -> str:
    if verdict is None:
        return "not asked"
    return "passed" if verdict.passed else f"refused: {len(verdict.reasons)} reasons"


def show_history(console: Console, events: Sequence["Event"]) -> None:
    rows = [
        (
            event.at.strftime("%Y-%m-%d %H:%M:%S"),
            f"{event.name.removeprefix('svgai-')} {event.version}",
            event.action,
            " -> ".join(filter(None, (event.source, event.target)))
            if not event.bento
            else f"{event.bento} at {event.target}",
            event.by,
            event.note,
        )
        for event in events
    ]
    console.rows("History (UTC)", ("when", "version", "what", "", "who", "note"), rows)


def show_model_folder(console: Console, folder: str, files: Sequence["HeldFile"], notes: Sequence[str]) -> None:
    rows = [(file.file, file.kind, file.version, file.run_id[:8], file.size_bytes, file.sha256[:12]) for file in files]
    console.rows(f"{escape(folder)} can be served", ("file", "model", "version", "run", "bytes", "SHA-256"), rows)
    _notes(console, notes)


def show_folder_faults(console: Console, faults: Sequence[str], notes: Sequence[str]) -> None:
    _notes(console, notes)
    for fault in faults:
        console.fault(fault)


def show_search(console: Console, found: "PortfolioSearch", out: Path) -> None:
    losses = [(*_asked(loss.promise), _or_dash(loss.single_best), _or_dash(loss.portfolio)) for loss in found.losses]
    console.rows("Loss against all that was measured, ln(bytes)", ("ssim", "worst", "single best", "portfolio"), losses)
    speed = found.images_per_second
    console.table(
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


def show_evaluation(console: Console, found: "Evaluation") -> None:
    _frame(console, "By target and method", found.summary()[_QUALITY + _EFFORT])
    _frame(console, "By target, type and method", found.by_type()[["images", *_QUALITY]])
    judge = found.judge().dropna(axis="columns", how="all")
    if len(judge):
        _frame(console, "By the judge" + ("" if "butteraugli" in judge else "; butteraugli is not installed"), judge)
    if (figures := found.equal_bytes())["images"]:
        console.say(
            f"in no more bytes than VTracer's defaults, on {figures['images']} images: ssim {figures['ssim']:.3f} "
            f"against {figures['default_ssim']:.3f}"
        )
    if classifier := found.classifier():
        recalls = ", ".join(
            f"{name.removeprefix('recall_')} {value:.3f}" for name, value in classifier.items() if "recall" in name
        )
        console.say(
            f"the classifier is right on {classifier['accuracy']:.1%} of the labelled images (recall: {recalls}); "
            f"its calibration error is {classifier['ece']:.3f}"
        )
    _skipped(console, found.skipped)


def show_tracing(console: Console, found: "TracingEvaluation") -> None:
    _frame(console, "By type and method", found.summary())
    console.rows("Flat fills", ("type", "setting"), list(found.chosen().items()))
    goals = found.goals()
    _frame(console, "Goals of ours", goals.assign(met=goals["met"].map({True: "yes", False: "no"})))
    _skipped(console, found.skipped)


def show_settings(console: Console, settings: Settings, sources: Mapping[str, str]) -> None:
    values = settings.public()
    rows = [
        (
            name.upper(),
            values[name],
            sources[name],
            field.description,
        )
        for name, field in type(settings).model_fields.items()
    ]
    console.rows("Settings", ("setting", "value", "source", "meaning"), rows)


def _frame(console: Console, title: str, table: "DataFrame") -> None:
    flat = table.reset_index()
    known = flat.astype(object).where(flat.notna(), "-")
    console.rows(title, [str(name) for name in flat.columns], known.to_numpy().tolist())


def _notes(console: Console, notes: Sequence[str]) -> None:
    for note in notes:
        console.say(f"note: {escape(note)}")


def _skipped(console: Console, skipped: Sequence[tuple[str, str]]) -> None:
    for name, reason in skipped:
        console.say(escape(f"skipped {name}: {reason}"))


def _asked(promise: "Promise | None") -> tuple[float | str, float | str]:
    """The least ssim and worst of a promise, for two columns."""
    return ("all", "") if promise is None else (promise.target, promise.min_worst or "any")


def _or_dash(value: float | None) -> float | str:
    return "-" if value is None else value
