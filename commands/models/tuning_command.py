"""`svgai tune`: searches hyperparameters, and compares them with the present ones on held-out data."""

import signal
from pathlib import Path
from typing import Annotated

import typer

from commands.terminal.arguments import DATA, TABLE, Jobs, Json, one_of, settings_given
from commands.terminal.console import Console, print_json
from commands.terminal.shown_tuning import show_tuning
from svgai.settings import load_settings

KINDS = ("classifier", "optimizer")


def tune(
    what: Annotated[str, typer.Argument(help="classifier or optimizer.")],
    trials: Annotated[int, typer.Option(min=1, help="Trials, including those of earlier calls.")] = 40,
    folds: Annotated[int, typer.Option(min=2, help="Folds of the data for each trial.")] = 5,
    folder: Annotated[Path, typer.Option("--data", help="Folder of labelled images for the classifier.")] = DATA,
    also: Annotated[list[Path] | None, typer.Option(help="Further folders of labelled images to join.")] = None,
    table: Annotated[Path, typer.Option(help="Table of measured tracings for the optimizer.")] = TABLE,
    seed: Annotated[int, typer.Option(min=0, help="Another seed tries other settings.")] = 7,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A fixed value for a setting, which is not searched."),
    ] = None,
    work: Annotated[Path, typer.Option(help="Folder for the journal, from which a stopped search resumes.")] = Path(
        "data/tuning"
    ),
    name: Annotated[str | None, typer.Option(help="Name of the run in MLflow; left out: model and time.")] = None,
    log: Annotated[bool, typer.Option(help="Log the search to MLflow, with a child run for each trial.")] = True,
    jobs: Jobs = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(help="tcp://host:port of a Dask scheduler, with workers of one thread, in place of --jobs."),
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Search for better hyperparameters, and compare them with the present ones on held-out data. Nothing is trained or
    set.

    A stopped search resumes when called again. A short one: svgai tune optimizer --trials 12 --folds 3
    """
    one_of(what, KINDS)
    fixed = settings_given(what, given or ())
    from commands.models.tuning_here import search_and_log
    from training.tuning.tune import TuningTask

    console = Console(quiet=as_json)
    # Also SIGTERM, as from a scheduler: the run is marked as killed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    task = TuningTask(what, [folder, *(also or [])], table, work, trials, folds, seed, fixed)
    tuning = search_and_log(task, jobs, scheduler, load_settings(), console, name=name, log=log)
    if as_json:
        print_json(tuning.as_dict())
    else:
        show_tuning(console, tuning)
