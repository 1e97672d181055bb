"""
Giving versions the alias and the stage of a promotion, and recording the moves on them.

A move is recorded before it is made. What was interrupted in between shows as a difference between the log and the
aliases or stages, and is completed from the log, by the same command or by the watcher.
Not covered: whether a version may move (judgement.py) and which one should (promotion.py, settlement.py).
"""

import re
from collections.abc import Collection, Sequence

from mlflow import MlflowClient

from registry.mlflow_store.connection import registry_faults
from registry.mlflow_store.promotion_log import DEPLOYMENT_TAG, TRANSITION_TAG, RecordedDeployment, Transition, next_tag
from registry.mlflow_store.stages import LIVE_STAGES, LiveStage, move
from registry.mlflow_store.versions import Version, list_versions

_DESCRIPTION_LIMIT = 4900
_LOGGED_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, ")


def install(
    client: MlflowClient, version: Version, entry: Transition, stage: LiveStage, spared: Collection[int] = ()
) -> None:
    """Record `entry` on `version`, then put it into `stage` in place of every other one but the `spared`."""
    record(client, version, entry)
    complete(client, version.name, version.number, stage, entry, spared)


def complete(
    client: MlflowClient, name: str, number: int, stage: LiveStage, entry: Transition, spared: Collection[int] = ()
) -> None:
    """
    Make a recorded move: the alias, which one version has at a time, the stage, and last the records of the versions
    that had to leave.

    In this order nothing that is left half-way looks like a person's wish: the version before keeps its record until
    nothing else of the stage is its own. `spared` are versions that a person promoted meanwhile, and whose turn is yet
    to come.
    """
    point_alias(client, name, stage, number, spared)
    standing = [version for version in list_versions(client, name) if version.stage == stage]
    leaving = [version.number for version in standing if version.number not in {number, *spared}]
    if number not in {version.number for version in standing} or leaving:
        together = len(leaving) == len([version for version in standing if version.number != number])
        move(client, name, number, stage, archive=together)
        for left in () if together else leaving:
            move(client, name, left, "Archived", archive=False)
    for other in list_versions(client, name):
        if other.number != number and other.recorded_stage == stage:
            record(
                client,
                other,
                Transition(
                    action="archive",
                    source=stage,
                    target=other.stage,
                    by=entry.by,
                    via=entry.via,
                    note=f"replaced by version {number}",
                ),
            )


def record(client: MlflowClient, version: Version, entry: Transition) -> None:
    """Write a transition on `version`: into a tag, and for people into its description."""
    _record(client, version, TRANSITION_TAG, entry)


def record_deployment(client: MlflowClient, versions: Sequence[Version], entry: RecordedDeployment) -> None:
    """Write what became of a Bento on each of the versions that it holds."""
    for version in versions:
        _record(client, version, DEPLOYMENT_TAG, entry)


def _record(client: MlflowClient, version: Version, prefix: str, entry: Transition | RecordedDeployment) -> None:
    number = str(version.number)
    with registry_faults(f"write on {version}"):
        # Read anew: a promotion to Production records two moves on the same version.
        tag = next_tag(client.get_model_version(version.name, number).tags, prefix)
        client.set_model_version_tag(version.name, number, tag, entry.model_dump_json())
        describe(client, version, entry.line())


def describe(client: MlflowClient, version: Version, line: str) -> None:
    """Append `line` to the description of `version`; the oldest lines make room, never what a person wrote."""
    present = client.get_model_version(version.name, str(version.number)).description or ""
    parts = [*filter(None, present.split("\n\n")), line]
    while len("\n\n".join(parts)) > _DESCRIPTION_LIMIT:
        oldest = next((part for part in parts[:-1] if _LOGGED_LINE.match(part)), None)
        if oldest is None:
            return  # a person filled the description; the tags hold the whole log
        parts.remove(oldest)
    client.update_model_version(version.name, str(version.number), "\n\n".join(parts))


def point_alias(
    client: MlflowClient, name: str, stage: LiveStage, number: int | None, spared: Collection[int] = ()
) -> None:
    """Point the alias of `stage` at version `number`, or at none; it stays where one of the `spared` has it."""
    alias = stage.lower()
    with registry_faults(f"set the alias {alias} of {name}"):
        present = client.get_registered_model(name).aliases.get(alias)
        if present is not None and int(present) in spared:
            return
        if number is not None and present != str(number):
            client.set_registered_model_alias(name, alias, str(number))
        elif number is None and present is not None:
            client.delete_registered_model_alias(name, alias)


def point_aliases(client: MlflowClient, name: str) -> None:
    """Point each alias at the one version in its stage; remove it where none is, leave it where several are."""
    versions = list_versions(client, name)
    for stage in LIVE_STAGES:
        standing = [version.number for version in versions if version.stage == stage]
        if len(standing) < 2:
            point_alias(client, name, stage, standing[0] if standing else None)
