"""A training that is logged to this project's MLflow."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from commands.terminal.console import Console
from svgai.errors import RegistryFault
from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from registry.training_runs.tracking import LoggedVersion
    from svgai.model_files.training_record import TrainingRecord


def train_and_log(
    kind: str,
    folders: list[Path],
    table: Path,
    out: Path,
    values: Mapping[str, str],
    settings: Settings,
    console: Console,
    *,
    name: str | None = None,
    log: bool = True,
) -> "tuple[TrainingRecord, LoggedVersion | None]":
    """
    Train one kind of model, as `train_one` does, with a run in MLflow that is open meanwhile, and log it as a version.

    Raises:
        DatasetFault: the folders or the table cannot be trained on.
        RegistryFault: MLflow cannot be reached; the message says whether the model is whole.
    """
    from training.pipeline import train_one

    if not log:
        with console.progress() as bars:
            return train_one(kind, folders, table, out, bars.stages(), values), None
    from registry.training_runs.tracking import log_training
    from registry.training_runs.training_run import open_run

    uri = settings.mlflow_tracking_uri
    called = name or f"{kind}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    with open_run(uri, kind, called) as run:
        with console.progress() as bars:
            record = train_one(kind, folders, table, out, bars.stages(), values, run.figures)
        run.send()
        if run.missed:
            console.say(f"MLflow did not take the figures of {run.missed} steps; the model has them")
        try:
            with console.waiting(f"Logging the {kind} to MLflow"):
                return record, log_training(out, uri, run=run)
        except RegistryFault as fault:
            raise RegistryFault(f"{fault}; the model is whole: log it with `svgai log {out}`") from fault


def show_logged(console: Console, logged: "LoggedVersion") -> None:
    """Say which version it is."""
    word = "logged as" if logged.created else "was logged before as"
    console.say(f"{word} {logged.name} version {logged.version}")
    if logged.same_as:
        console.say(f"its file is the same, to the byte, as that of version {logged.same_as}")
