"""`svgai retrain` and `svgai drift`: retraining on served conversions, and input drift."""

import signal
from pathlib import Path
from typing import Annotated

import typer

from commands.local.local_registry import command_user, registry_of
from commands.local.training_here import show_logged, train_and_log
from commands.served.drift_here import production_watch
from commands.served.quality_here import quality_database
from commands.served.retraining_here import RETRAINED, challenge, labelled_table, retrain_optimizer
from commands.terminal.ages import time_of_age
from commands.terminal.arguments import DATA, TABLE, Json
from commands.terminal.console import Console, print_json
from commands.terminal.shown_results import show_promotion
from svgai.errors import ModelFault
from svgai.settings import load_settings

drift = typer.Typer(help="Input drift: how the images have changed.", no_args_is_help=True)


@drift.callback()
def _group() -> None:
    """Input drift: how the images have changed."""


@drift.command("report")
def drift_report(
    out: Annotated[Path | None, typer.Argument(help="HTML file to write; left out: none.")] = None,
    since: Annotated[str, typer.Option(help="Largest age, such as 30d, 12h or 8w.")] = "30d",
    as_json: Json = False,
) -> None:
    """
    Compare converted images with the training data of the models in Production, and estimate the classifier's accuracy.

    With pictures: svgai drift report drift.html
    """
    from learning.drift_report import looked_through, write_drift_report
    from registry.mlflow_store.versions import in_production

    settings, console = load_settings(), Console(quiet=as_json)
    client = registry_of(settings)
    watch = production_watch(client, in_production(client), time_of_age(since))
    if watch is None:
        raise ModelFault(
            "the versions in Production do not tell what they learned from: svgai train makes one that does"
        )
    with console.waiting("Looking"):
        figures = looked_through(watch, quality_database(settings))
    if out is not None:
        write_drift_report(watch, figures, out)
    if as_json:
        print_json(figures)
        return
    console.say(
        f"{figures.images} different images; {len(figures.drifted)} of {len(figures.features)} features changed"
    )
    rows = [
        (one.name, "changed" if one.certain else "", f"{one.index:.3f}", one.since or "") for one in figures.features
    ]
    console.rows("Most changed", ("feature", "", "index", "certain after"), rows[:12])


def retrain(
    table: Annotated[Path, typer.Option(help="Table of measured tracings to add served ones to.")] = TABLE,
    to_label: Annotated[
        Path | None, typer.Option(help="Only list images that the classifier was unsure of, in this CSV file.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Train the classifier instead, with the labels of this CSV file.")
    ] = None,
    folder: Annotated[Path, typer.Option("--data", help="Folder of labelled images for the classifier.")] = DATA,
    out: Annotated[Path, typer.Option(help="Folder for the tables and the trained models.")] = RETRAINED,
    rounds: Annotated[
        int | None, typer.Option(min=1, help="Rounds of the optimizer, epochs of the classifier; left out: 300, 14.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Retrain the optimizer with served conversions, and move it to Staging if it passes the gates.

    Only `svgai promote` and `svgai ab promote` move it to Production.

    List images for labelling: svgai retrain --to-label unsure.csv
    """
    settings, console = load_settings(), Console(quiet=as_json)
    if to_label is not None:
        from learning.retraining.labels import write_unsure

        listed = write_unsure(quality_database(settings), to_label)
        console.say(f"{listed} images are listed in {to_label}; fill in type, then: svgai retrain --labels {to_label}")
        if as_json:
            print_json({"listed": listed, "file": str(to_label)})
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if labels is not None:
        joint = labelled_table(settings, labels, out)
        values = {"second_table": str(joint), **({"epochs": str(rounds)} if rounds else {})}
        _, logged = train_and_log("classifier", [folder], table, out / "classifier", values, settings, console)
        assert logged is not None
        show_logged(console, logged)
    else:
        values = {"rounds": str(rounds)} if rounds else {}
        logged = retrain_optimizer(settings, console, table, out, values)
    promotion = challenge(settings, logged, command_user())
    show_promotion(console, promotion)
    if as_json:
        print_json(promotion)
