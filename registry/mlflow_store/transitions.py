"""Records events on versions: in the tags of the log, and for people in their description."""

import re
from collections.abc import Sequence

from mlflow import MlflowClient

from registry.mlflow_store.connection import registry_faults
from registry.mlflow_store.promotion_log import (
    DEPLOYMENT_TAG,
    DRIFT_TAG,
    TRANSITION_TAG,
    RecordedDeployment,
    RecordedDrift,
    Transition,
    next_tag,
)
from registry.mlflow_store.versions import Version

_DESCRIPTION_LIMIT = 4900
_LOGGED_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, ")


def record(client: MlflowClient, version: Version, entry: Transition, *, described: bool = True) -> None:
    """Record a transition on `version`: in a tag, and unless its reasons are there already, in its description."""
    _record(client, version, TRANSITION_TAG, entry, described=described)


def record_deployment(client: MlflowClient, versions: Sequence[Version], entry: RecordedDeployment) -> None:
    """Record the deployment of a Bento on each of its versions."""
    for version in versions:
        _record(client, version, DEPLOYMENT_TAG, entry)


def record_drift(client: MlflowClient, version: Version, entry: RecordedDrift) -> None:
    """Record input drift on a version."""
    _record(client, version, DRIFT_TAG, entry)


def _record(
    client: MlflowClient,
    version: Version,
    prefix: str,
    entry: Transition | RecordedDeployment | RecordedDrift,
    *,
    described: bool = True,
) -> None:
    number = str(version.number)
    with registry_faults(f"write on {version}"):
        # Read anew: a promotion to Production records two moves on the same version.
        tag = next_tag(client.get_model_version(version.name, number).tags, prefix)
        client.set_model_version_tag(version.name, number, tag, entry.model_dump_json())
        if described:
            describe(client, version, entry.line())


def describe(client: MlflowClient, version: Version, line: str) -> None:
    """Append `line` to the description of `version`; the oldest lines are dropped for it, never a person's text."""
    present = client.get_model_version(version.name, str(version.number)).description or ""
    parts = [*filter(None, present.split("\n\n")), line]
    while len("\n\n".join(parts)) > _DESCRIPTION_LIMIT:
        oldest = next((part for part in parts[:-1] if _LOGGED_LINE.match(part)), None)
        if oldest is None:
            return  # a person filled the description; the tags hold the whole log
        parts.remove(oldest)
    client.update_model_version(version.name, str(version.number), "\n\n".join(parts))
