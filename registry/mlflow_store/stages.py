"""
Reads and sets MLflow's stages; nothing else does.

Promotions use the aliases `staging` and `production` and the log; MLflow's stages are deprecated since 2.9. They are
kept in sync for people and tools that use them. If MLflow no longer has stages, a version's stage is derived from its
log and its aliases.
"""

import warnings
from collections.abc import Collection
from typing import Literal, cast

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from registry.mlflow_store.connection import registry_faults

Stage = Literal["None", "Staging", "Production", "Archived"]
LiveStage = Literal["Staging", "Production"]
LIVE_STAGES: tuple[LiveStage, ...] = ("Staging", "Production")


def has_stages(client: MlflowClient) -> bool:
    """Whether this MLflow has stages."""
    return hasattr(client, "transition_model_version_stage")


def stage_of(client: MlflowClient, entry: ModelVersion, recorded: Stage, aliases: Collection[str]) -> Stage:
    """
    The stage of a version: MLflow's, or where it has none, the one that the log gives it while it has the alias.

    A version that lost the alias of its stage is archived; one that only has an alias is where the log has it.
    """
    if has_stages(client):
        return cast(Stage, entry.current_stage)
    return "Archived" if recorded in LIVE_STAGES and recorded.lower() not in aliases else recorded


def move(client: MlflowClient, name: str, number: int, stage: Stage, *, archive: bool) -> None:
    """
    Put version `number` into `stage`; `archive` moves every other version there away in the same transaction.

    Nothing to do where MLflow has no stages: the alias has moved.
    """
    if not has_stages(client):
        return
    with registry_faults(f"move {name} version {number} to {stage}"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*transition_model_version_stage.*deprecated", FutureWarning)
        client.transition_model_version_stage(name, str(number), stage, archive_existing_versions=archive)
