"""
One registered model, whose versions get the alias and the stage of a promotion.

A move is recorded before it is made. An interruption in between shows as a difference between the log and the aliases
or stages, and is completed from the log, by the same command or by the watcher. Not covered: whether a version may move
(gates) and which one should (promotion).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from mlflow import MlflowClient

from registry.mlflow_store.connection import registry_faults
from registry.mlflow_store.promotion_log import Transition
from registry.mlflow_store.stages import LIVE_STAGES, LiveStage, Stage, move
from registry.mlflow_store.transitions import record
from registry.mlflow_store.versions import Version, list_versions


@dataclass(frozen=True)
class RegisteredModel:
    """
    A registered model in MLflow.

    `spared` are versions that a person promoted meanwhile; they are not touched, and settled later.
    """

    client: MlflowClient
    name: str

    def versions(self) -> tuple[Version, ...]:
        """All versions as they are now, by ascending number."""
        return list_versions(self.client, self.name)

    def record(self, version: Version, entry: Transition, *, described: bool = True) -> None:
        """Write a transition on one of the versions; `described` as in transitions.record."""
        record(self.client, version, entry, described=described)

    def install(self, version: Version, entry: Transition, spared: Collection[int] = ()) -> None:
        """Record `entry` on `version`, and move it to the entry's stage, in place of every other one."""
        self.record(version, entry)
        self.complete(version.number, entry, spared)

    def complete(self, number: int, entry: Transition, spared: Collection[int] = ()) -> None:
        """
        Make the recorded move of version `number` into a live stage: the alias, which one version has at a time, the
        stage, and last the records of the versions that had to leave.

        In this order an interrupted move never looks like a person's change: the previous version keeps its record
        until it has neither alias nor stage.
        """
        stage = cast(LiveStage, entry.target)
        self.point_alias(stage, number, spared)
        self._set_stage(number, stage, spared)
        for other in self.versions():
            if other.number != number and other.recorded_stage == stage:
                note = f"replaced by version {number}"
                left = Transition(
                    action="archive", source=stage, target=other.stage, by=entry.by, via=entry.via, note=note
                )
                self.record(other, left)

    def move(self, number: int, stage: Stage) -> None:
        """Put a version into a stage of MLflow, beside others that are there."""
        move(self.client, self.name, number, stage, archive=False)

    def point_alias(self, stage: LiveStage, number: int | None, spared: Collection[int] = ()) -> None:
        """Point the alias of `stage` at version `number`, or at none; it stays where one of the `spared` has it."""
        alias = stage.lower()
        with registry_faults(f"set the alias {alias} of {self.name}"):
            present = self.client.get_registered_model(self.name).aliases.get(alias)
            if present is not None and int(present) in spared:
                return
            if number is not None and present != str(number):
                self.client.set_registered_model_alias(self.name, alias, str(number))
            elif number is None and present is not None:
                self.client.delete_registered_model_alias(self.name, alias)

    def point_aliases(self) -> None:
        """Point each alias at the one version in its stage; remove it if there is none, keep it if there are more."""
        versions = self.versions()
        for stage in LIVE_STAGES:
            standing = [version.number for version in versions if version.stage == stage]
            if len(standing) < 2:
                self.point_alias(stage, standing[0] if standing else None)

    def _set_stage(self, number: int, stage: LiveStage, spared: Collection[int]) -> None:
        standing = [version.number for version in self.versions() if version.stage == stage]
        others = [other for other in standing if other != number]
        leaving = [other for other in others if other not in spared]
        if number in standing and not leaving:
            return
        together = leaving == others
        move(self.client, self.name, number, stage, archive=together)
        for left in () if together else leaving:
            self.move(left, "Archived")
