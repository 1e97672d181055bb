"""`svgai train` and `svgai log`: trainings that are logged to MLflow, and logging finished ones."""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from commands.local.training_here import show_logged, train_and_log
from commands.terminal.arguments import DATA, RUNS, TABLE, one_of, settings_given
from commands.terminal.console import Console
from svgai.settings import load_settings

KINDS = ("classifier", "optimizer")


def train(
    what: Annotated[str, typer.Argument(help="classifier, optimizer or all.")] = "all",
    folder: Annotated[Path, typer.Option("--data", help="Folder of labelled images for the classifier.")] = DATA,
    also: Annotated[list[Path] | None, typer.Option(help="Further folders of labelled images to join.")] = None,
    table: Annotated[Path, typer.Option(help="Table of measured tracings for the optimizer.")] = TABLE,
    out: Annotated[Path, typer.Option(help="Folder for the trained models.")] = RUNS,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed gives another model; left out: 7.")] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Epochs of the classifier, rounds of the optimizer; left out: 14, 300.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run in MLflow; left out: model and time.")] = None,
    given: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Another setting of the training.")
    ] = None,
    log: Annotated[bool, typer.Option(help="Log the models to MLflow.")] = True,
) -> None:
    """
    Train the models, with live charts in MLflow, and log them as new versions. Nothing is promoted.

    A classifier that learns for longer: svgai train classifier --epochs 20 --name longer --set learning_rate=0.002
    """
    settings, console = load_settings(), Console()
    one_of(what, (*KINDS, "all"))
    values = {kind: _values(kind, given or (), seed, epochs) for kind in KINDS if what in (kind, "all")}
    # Also SIGTERM, as from a scheduler: the run is marked as killed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for kind, chosen in values.items():
        record, logged = train_and_log(
            kind, [folder, *(also or [])], table, out / kind, chosen, settings, console, name=name, log=log
        )
        console.table(f"{kind}, held-out", {figure: round(value, 4) for figure, value in record.metrics.items()})
        if logged:
            show_logged(console, logged)


def log(
    folder: Annotated[Path, typer.Argument(help="Folder of a finished training, such as models/classifier.")],
) -> None:
    """
    Log a finished training to MLflow as a new version, with its original times. Nothing is promoted.

    After a training without MLflow: svgai log models/classifier
    """
    from registry.training_runs.tracking import log_training

    console = Console()
    with console.waiting(f"Logging {folder} to MLflow"):
        logged = log_training(folder, load_settings().mlflow_tracking_uri)
    show_logged(console, logged)


def _values(kind: str, given: Sequence[str], seed: int | None, epochs: int | None) -> dict[str, str]:
    asked = list(given)
    if seed is not None:
        asked.append(f"seed={seed}")
    if epochs is not None:
        asked.append(f"{'epochs' if kind == 'classifier' else 'rounds'}={epochs}")
    return settings_given(kind, asked)
