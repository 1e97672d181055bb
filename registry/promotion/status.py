"""The status of every version of both models, with who moved it there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mlflow import MlflowClient

from registry.mlflow_store.connection import registry_faults
from registry.mlflow_store.logged_files import final_metrics_by_run
from registry.mlflow_store.promotion_log import RecordedVerdict, read_verdict
from registry.mlflow_store.stages import Stage
from registry.mlflow_store.versions import REGISTERED_NAMES, TAG_COMMIT, TAG_SHA256, Version, list_versions


@dataclass(frozen=True)
class VersionStatus:
    """One version; `promoted_by` and `promoted_at` are empty if its stage was set without a record."""

    number: int
    stage: Stage
    aliases: tuple[str, ...]
    metrics: Mapping[str, float]
    created: datetime
    promoted_by: str
    promoted_at: datetime | None
    verdict: RecordedVerdict | None
    run_id: str
    sha256: str
    git_commit: str
    serves: str = ""
    """The address of the last deployment with it that has not ended, as far as known."""


@dataclass(frozen=True)
class ModelStatus:
    """One registered model; without versions if nothing was logged yet."""

    name: str
    versions: tuple[VersionStatus, ...]


def status(client: MlflowClient) -> tuple[ModelStatus, ...]:
    """Both models with all their versions, by ascending number."""
    listed = {name: list_versions(client, name) for name in REGISTERED_NAMES.values()}
    with registry_faults("read the figures of the versions"):
        figures = final_metrics_by_run(client, (version for versions in listed.values() for version in versions))
    return tuple(
        ModelStatus(name, tuple(_status(version, figures.get(version.run_id, {})) for version in versions))
        for name, versions in listed.items()
    )


def _status(version: Version, figures: Mapping[str, float]) -> VersionStatus:
    entered = version.entered
    return VersionStatus(
        number=version.number,
        stage=version.stage,
        aliases=version.aliases,
        metrics=figures,
        created=version.created,
        promoted_by=entered.by if entered else "",
        promoted_at=entered.at if entered else None,
        verdict=read_verdict(version.tags),
        run_id=version.run_id,
        sha256=version.tags.get(TAG_SHA256, ""),
        git_commit=version.tags.get(TAG_COMMIT, ""),
        serves=_address(version),
    )


def _address(version: Version) -> str:
    last = version.deployments[-1] if version.deployments else None
    return last.address if last and last.succeeded and version.stage == "Production" else ""
