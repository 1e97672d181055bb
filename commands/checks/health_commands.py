"""`svgai doctor` and `svgai config`: checks of this machine and of the settings."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from commands.terminal.arguments import Json
from commands.terminal.console import Console, print_json
from svgai.settings import Settings, load_settings


def doctor(
    fix: Annotated[
        bool, typer.Option("--fix", help="First repair a registry whose project was moved or copied.")
    ] = False,
    as_json: Json = False,
) -> None:
    """
    Check this machine and name the fix for each problem; exit code 1 if there is one.

    Repair a project that was moved or copied: svgai doctor --fix
    """
    from commands.health.checks import health
    from commands.health.setting_report import report_on_settings

    report, console = report_on_settings(), Console(quiet=as_json)
    if fix:
        _repair(report.settings, console)
    findings = list(health(report, Path.cwd()))
    if as_json:
        print_json(findings)
    else:
        rows = [(one.check, one.state, one.told, one.way_out) for one in findings]
        console.rows("Checks", ("check", "", "what was found", "what to do"), rows)
    if any(one.state == "fault" for one in findings):
        raise typer.Exit(1)


def config(
    check: Annotated[
        bool, typer.Option("--check", help="Also list all problems with them; exit code 1 if there are any.")
    ] = False,
    as_json: Json = False,
) -> None:
    """
    Show every setting with its value, where it comes from and what it does; secrets are hidden.

    Before a start: svgai config --check
    """
    from commands.health.setting_report import report_on_settings
    from commands.terminal.shown_results import show_settings

    if not check:
        load_settings()  # exits with a line for each invalid value
    report, console = report_on_settings(), Console(quiet=as_json)
    public = report.settings.public()
    if as_json and check:
        print_json({"settings": public, "faults": report.faults, "warnings": report.warnings})
    elif as_json:
        print_json(public)
    else:
        show_settings(console, report.settings, report.sources)
    if check and not as_json:
        for line in report.warnings:
            console.say(f"[yellow]warning:[/yellow] {escape(line)}")
        for line in report.faults:
            console.fault(line)
    if check and report.faults:
        raise typer.Exit(1)


def _repair(settings: Settings, console: Console) -> None:
    from registry.mlflow_store.artifact_places import database_of, relocate

    database = database_of(settings.mlflow_tracking_uri)
    if database is not None and database.is_file():
        changed = relocate(database)
        console.say(f"{changed} places of artifacts are now recorded in {database.parent}" if changed else "no repair")
