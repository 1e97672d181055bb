"""The history of both models, from the log on their versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mlflow import MlflowClient

from registry.mlflow_store.promotion_log import Via
from registry.mlflow_store.versions import REGISTERED_NAMES, Version, list_versions


@dataclass(frozen=True)
class Event:
    """An event of a version: a move, a rejection, a deployment, input drift."""

    at: datetime
    name: str
    version: int
    action: str
    source: str
    target: str
    replaced: int | None
    by: str
    via: Via
    note: str
    bento: str = ""
    digest: str = ""


def history(client: MlflowClient, name: str | None = None) -> tuple[Event, ...]:
    """The events of one model, or of both for None, oldest first."""
    names = REGISTERED_NAMES.values() if name is None else (name,)
    events = (event for one in names for version in list_versions(client, one) for event in _events(version))
    return tuple(sorted(events, key=lambda event: (event.at, event.name, event.version)))


def _events(version: Version) -> Iterator[Event]:
    for move in version.transitions:
        yield Event(
            at=move.at,
            name=version.name,
            version=version.number,
            action=move.action,
            source=move.source,
            target=move.target,
            replaced=move.replaced,
            by=move.by,
            via=move.via,
            note=move.note,
        )
    for deployment in version.deployments:
        yield Event(
            at=deployment.at,
            name=version.name,
            version=version.number,
            action="deploy" if deployment.succeeded else "deployment failed",
            source="",
            target=deployment.address,
            replaced=None,
            by=deployment.by,
            via=deployment.via,
            note="; ".join(deployment.reasons),
            bento=deployment.bento,
            digest=deployment.digest,
        )
    for drift in version.drifts:
        yield Event(
            at=drift.at,
            name=version.name,
            version=version.number,
            action="drift",
            source="",
            target="",
            replaced=None,
            by=drift.by,
            via=drift.via,
            note=", ".join(drift.features),
        )
