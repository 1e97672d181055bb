"""`svgai doctor`: whether this project can work on this machine, and the repair of what can be repaired."""

from pathlib import Path
from typing import Annotated

import typer

from commands.terminal.arguments import Json
from commands.terminal.console import Console, print_json
from svgai.settings import load_settings


def doctor(
    fix: Annotated[
        bool, typer.Option("--fix", help="First repair a registry whose project was moved or copied.")
    ] = False,
    as_json: Json = False,
) -> None:
    """
    Check environment, pins, models, registry and ports; exit code 1 where something is wrong.

    Repair a project that was moved or copied: svgai doctor --fix
    """
    from commands.checks.health_checks import health
    from registry.mlflow_store.artifact_places import database_of, relocate

    settings, console = load_settings(), Console(quiet=as_json)
    database = database_of(settings.mlflow_tracking_uri)
    if fix and database is not None and database.is_file():
        changed = relocate(database)
        console.say(f"{changed} places of artifacts are now recorded in {database.parent}" if changed else "no repair")
    findings = list(health(settings, Path.cwd()))
    if as_json:
        print_json(findings)
    else:
        rows = [(one.check, one.state, one.told, one.way_out) for one in findings]
        console.rows("Checks", ("check", "", "what was found", "what to do"), rows)
    if any(one.state == "fault" for one in findings):
        raise typer.Exit(1)
