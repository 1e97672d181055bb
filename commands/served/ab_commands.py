"""`svgai ab`: A/B tests between the models in Production and those in Staging."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.local.local_registry import command_user, gates, registry_of
from commands.served.quality_here import experiments_here, known_experiment, quality_database
from commands.terminal.arguments import Json
from commands.terminal.console import Console, print_json
from commands.terminal.shown_experiments import report_of, show_experiments, show_report
from commands.terminal.shown_results import show_promotion
from svgai.errors import GateFailed
from svgai.settings import load_settings

if TYPE_CHECKING:  # learning imports pandas, which takes a second
    from learning.experiments.evaluation import Evaluation
    from svgai.outcomes.experiments import KnownExperiment

ab = typer.Typer(help="A/B tests: a challenger in Staging against the champion in Production.", no_args_is_help=True)

Name = Annotated[str | None, typer.Option("--experiment", help="Its name; default: the latest.")]


@ab.callback()
def _group() -> None:
    """A/B tests: a challenger in Staging against the champion in Production."""


@ab.command()
def status(as_json: Json = False) -> None:
    """
    Show all A/B tests, whether they are on, and why not.

    For machines: svgai ab status --json
    """
    known = experiments_here(load_settings()).all()
    if as_json:
        print_json([{"name": one.name, **vars(one), "experiment": vars(one.experiment)} for one in known])
    else:
        show_experiments(Console(), known)


@ab.command()
def report(
    experiment: Name = None,
    picture: Annotated[Path | None, typer.Option(help="Also draw the sequences over time to this PNG file.")] = None,
    as_json: Json = False,
) -> None:
    """
    Show the challenger's effects with confidence sequences, which are valid at every look, and the verdict.

    With a picture: svgai ab report --picture ab.png
    """
    known, found = _evaluated(experiment)
    if picture is not None and found.looks:
        from learning.experiments.sequence_picture import draw_sequences

        draw_sequences(known.name, found, picture)
    if as_json:
        print_json(report_of(known, found))
    else:
        show_report(Console(), known, found)


@ab.command()
def promote(experiment: Name = None, as_json: Json = False) -> None:
    """
    Promote a challenger that proved better, through the gates, to Production.

    Any version, better or not: svgai promote optimizer --version 3
    """
    from registry.mlflow_store.versions import REGISTERED_NAMES
    from registry.promotion.moves import promote as promote_version

    known, found = _evaluated(experiment)
    if known.stopped is not None or found.verdict != "better":
        stopped = f"the experiment was stopped: {known.reason}" if known.stopped is not None else ""
        raise GateFailed(f"the challenger of {known.name}", (stopped or f"the verdict is: {found.verdict}",))
    client = registry_of(load_settings())
    promotions = [
        promote_version(
            client,
            REGISTERED_NAMES[kind],
            int(known.experiment.differing[kind][0]),
            to="Production",
            actor=command_user(),
            judge=gates(client),
        )
        for kind in REGISTERED_NAMES
        if kind in known.experiment.differing
    ]
    for promotion in promotions:
        show_promotion(Console(quiet=as_json), promotion)
    if as_json:
        print_json(promotions)


@ab.command()
def stop(
    reason: Annotated[str, typer.Argument(help="Why; it is written on the version.")], experiment: Name = None
) -> None:
    """
    Switch an A/B test off for good: services stop it within seconds, and its challenger leaves Staging.

    svgai ab stop "customers complain about thin lines"
    """
    experiments = experiments_here(load_settings())
    known = known_experiment(experiments, experiment)
    experiments.stop(known.name, reason)
    Console().say(f"the experiment {known.name} is stopped")


def _evaluated(name: str | None) -> "tuple[KnownExperiment, Evaluation]":
    from learning.experiments.arm_outcomes import observations_of
    from learning.experiments.evaluation import evaluate

    database = quality_database(load_settings())
    known = known_experiment(experiments_here(load_settings()), name)
    return known, evaluate(observations_of(database, known))
