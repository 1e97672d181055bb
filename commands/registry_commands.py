"""`svgai gate`: what the gates would say of a version, with nothing changed."""

from typing import Annotated

import typer

from commands.arguments import Json, Model, one_of, registered_name
from commands.console import Console, print_json
from commands.local_registry import gates, registry_of
from svgai.settings import load_settings


def gate(
    model: Model,
    version: Annotated[int, typer.Argument(help="Its version in MLflow.")],
    to: Annotated[str, typer.Option(help="staging or production: the version there is compared with.")] = "production",
    as_json: Json = False,
) -> None:
    """Show every check of the gates on a version, failed ones with their reason. Nothing in the registry changes."""
    from registry.promotion import standing_beside
    from registry.versions import get_version, list_versions

    one_of(to, ("staging", "production"))
    client, name = registry_of(load_settings()), registered_name(model)
    versions = list_versions(client, name)
    candidate = get_version(versions, name, version)
    replaced, notes = standing_beside(versions, candidate, "Staging" if to == "staging" else "Production")
    verdict = gates(client)(candidate, replaced)
    Console(quiet=as_json).verdict(f"{candidate}, for {to}", verdict, notes)
    if as_json:
        compared = replaced.number if replaced else None
        print_json({"passed": verdict.passed, "compared_with": compared, "checks": verdict.checks, "notes": notes})
    if not verdict.passed:
        raise typer.Exit(1)
