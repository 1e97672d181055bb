"""Whether the registry is there, at its place, with one version of each model in Production and its file."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from commands.health.finding import Finding
from commands.local.local_registry import registry_of
from svgai.errors import SvgAiError
from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from mlflow import MlflowClient

    from registry.mlflow_store.versions import Version


def registry_findings(settings: Settings) -> Iterator[Finding]:
    """One finding of the registry, and where it answers one for each version in Production."""
    from registry.mlflow_store.artifact_places import database_of

    uri = str(settings.public()["mlflow_tracking_uri"])
    database = database_of(settings.mlflow_tracking_uri)
    if database is not None and not database.is_file():
        yield Finding("registry", "warning", f"there is none at {database} yet", "make serve")
        return
    try:
        client = registry_of(settings)
        from registry.mlflow_store.versions import in_production

        versions = in_production(client)
    except SvgAiError as fault:
        yield Finding("registry", "fault", f"{uri}: {fault}", _way_out(str(fault), database))
        return
    yield Finding("registry", "ok", f"{uri}: {', '.join(map(str, versions))} in Production")
    for version in versions:
        yield served_file_finding(client, version)


def served_file_finding(client: "MlflowClient", version: "Version") -> Finding:
    """Whether the served file of a version is there and the one that was trained."""
    from registry.mlflow_store.version_files import describe, fetch_served_file

    with tempfile.TemporaryDirectory() as folder:
        try:
            entry = describe(client, version)
            fetch_served_file(client, version, entry.sha256, Path(folder))
        except SvgAiError as fault:
            return Finding("served file", "fault", str(fault), "svgai rollback, or put the file back from a backup")
    return Finding("served file", "ok", f"{version}: {entry.file}, {entry.sha256[:12]}")


def _way_out(fault: str, database: Path | None) -> str:
    if "doctor --fix" in fault:
        return "svgai doctor --fix"
    return "svgai status" if database else "make mlflow, or correct MLFLOW_TRACKING_URI"
