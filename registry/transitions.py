"""
Moving a version between stages, recording the move on it, and mirroring the stages in aliases.

Not covered: whether a version may move (gates.py) and which one should (promotion.py).
"""

import warnings

from mlflow import MlflowClient

from registry.connection import registry_faults
from registry.promotion_log import Transition, next_transition_tag
from registry.versions import LIVE_STAGES, LiveStage, Version, list_versions

_DESCRIPTION_LIMIT = 4900


def move(client: MlflowClient, name: str, number: int, stage: LiveStage) -> None:
    """Put version `number` into `stage` and archive every other version there, in one transaction of MLflow."""
    with registry_faults(f"move {name} version {number} to {stage}"), warnings.catch_warnings():
        # Stages are the contract with the people who promote in MLflow's pages; the aliases stand ready beside them.
        warnings.filterwarnings("ignore", ".*transition_model_version_stage.*deprecated", FutureWarning)
        client.transition_model_version_stage(name, str(number), stage, archive_existing_versions=True)


def record_move(client: MlflowClient, versions: tuple[Version, ...], moved: Version, transition: Transition) -> None:
    """Record `transition` on `moved`, and on each version that had to leave the stage for it."""
    _record(client, moved, transition)
    for version in versions:
        if version.stage == transition.target and version.number != moved.number:
            _record(
                client,
                version,
                Transition(
                    action="archive",
                    source=version.stage,
                    target="Archived",
                    by=transition.by,
                    at=transition.at,
                    note=f"replaced by version {moved.number}",
                ),
            )


def _record(client: MlflowClient, version: Version, transition: Transition) -> None:
    number = str(version.number)
    with registry_faults(f"record a transition on {version}"):
        # Read anew: a promotion to Production records two moves on the same version.
        tags = client.get_model_version(version.name, number).tags
        client.set_model_version_tag(version.name, number, next_transition_tag(tags), transition.model_dump_json())
        describe(client, version, transition.line())


def describe(client: MlflowClient, version: Version, line: str) -> None:
    """Append `line` to the description of `version`."""
    present = client.get_model_version(version.name, str(version.number)).description or ""
    text = f"{present}\n\n{line}" if present else line
    if len(text) > _DESCRIPTION_LIMIT:
        # The column is limited and the tags hold the whole log: keep the start, a person may have written it.
        return
    client.update_model_version(version.name, str(version.number), text)


def mirror_stages(client: MlflowClient, name: str) -> None:
    """Point each alias at the one version in its stage; remove it where none is, leave it where several are."""
    versions = list_versions(client, name)
    with registry_faults(f"mirror the stages of {name} in its aliases"):
        for stage in LIVE_STAGES:
            alias = stage.lower()
            standing = [version for version in versions if version.stage == stage]
            holder = next((version for version in versions if alias in version.aliases), None)
            if len(standing) == 1 and standing[0] != holder:
                client.set_registered_model_alias(name, alias, str(standing[0].number))
            elif not standing and holder is not None:
                client.delete_registered_model_alias(name, alias)
