# mypy: disable-error-code="no-untyped-call"
"""MLflow's registry in memory, as far as promotions use it, with people who click and a power cut at any write."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion, RegisteredModel
from mlflow.entities.model_registry.model_version_tag import ModelVersionTag
from mlflow.entities.model_registry.registered_model_alias import RegisteredModelAlias
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities.paged_list import PagedList

from registry.gates.verdict import Check, GateVerdict
from registry.mlflow_store.promotion_log import now
from registry.mlflow_store.versions import CLASSIFIER, TAG_SHA256, Version, list_versions


class PowerCut(BaseException):
    """The process was killed just before a write."""


class FakeRegistry:
    """One registered model with versions 1..n; `writes_left` counts down to a power cut."""

    def __init__(self, versions: int, name: str = CLASSIFIER) -> None:
        self.name = name
        self.stages = dict.fromkeys(range(1, versions + 1), "None")
        self.tags = {number: {TAG_SHA256: f"file of {name} {number}"} for number in self.stages}
        self.descriptions = dict.fromkeys(self.stages, "")
        self.updated = dict.fromkeys(self.stages, 0)
        self.aliases: dict[str, str] = {}
        self.writes_left: int | None = None
        self.before_write: Callable[[], None] = lambda: None
        self._ticks = itertools.count(1)

    @property
    def client(self) -> MlflowClient:
        """It, in the place of a real client."""
        return cast(MlflowClient, self)

    def versions(self) -> tuple[Version, ...]:
        return list_versions(self.client, self.name)

    def get_registered_model(self, name: str) -> RegisteredModel:
        if name != self.name:
            raise MlflowException(f"no model {name}", RESOURCE_DOES_NOT_EXIST)
        return RegisteredModel(name, aliases=[RegisteredModelAlias(*entry) for entry in self.aliases.items()])

    def search_model_versions(self, _query: str, page_token: str | None = None) -> PagedList[ModelVersion]:
        assert page_token is None
        return PagedList([self.get_model_version(self.name, str(number)) for number in self.stages], None)

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        number = int(version)
        return ModelVersion(
            name=name,
            version=version,
            creation_timestamp=0,
            last_updated_timestamp=self.updated[number],
            current_stage=self.stages[number],
            description=self.descriptions[number],
            tags=[ModelVersionTag(*tag) for tag in self.tags[number].items()],
        )

    def transition_model_version_stage(
        self, _name: str, version: str, stage: str, *, archive_existing_versions: bool = False
    ) -> None:
        self._write()
        self.click_stage(int(version), stage, archive=archive_existing_versions)

    def set_registered_model_alias(self, _name: str, alias: str, version: str) -> None:
        self._write()
        self.aliases[alias] = version

    def delete_registered_model_alias(self, _name: str, alias: str) -> None:
        self._write()
        self.aliases.pop(alias, None)

    def set_model_version_tag(self, _name: str, version: str, key: str, value: str) -> None:
        self._write()
        self.tags[int(version)][key] = value

    def update_model_version(self, _name: str, version: str, description: str) -> None:
        self._write()
        self.descriptions[int(version)] = description
        self.updated[int(version)] = next(self._ticks)

    def click_stage(self, number: int, stage: str, *, archive: bool = False) -> None:
        """A person moves a version in MLflow's pages."""
        for other, present in self.stages.items():
            if archive and other != number and present == stage:
                self.stages[other] = "Archived"
                self.updated[other] = next(self._ticks)
        self.stages[number] = stage
        self.updated[number] = next(self._ticks)

    def click_alias(self, number: int, alias: str) -> None:
        """A person gives an alias to a version in MLflow's pages."""
        self.aliases[alias] = str(number)

    def _write(self) -> None:
        self.before_write()
        if self.writes_left is not None:
            if self.writes_left == 0:
                raise PowerCut
            self.writes_left -= 1


class RegistryWithoutStages(FakeRegistry):
    """That of an MLflow which has taken its stages away: no call sets one, and no version has one."""

    @property
    def transition_model_version_stage(self) -> object:  # type: ignore[override]
        raise AttributeError("there are no stages")

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        found = super().get_model_version(name, version)
        found.current_stage = None  # type: ignore[assignment] # what the getter gives of a version without one
        return found


def later() -> datetime:
    """A clock at which every recorded move is long over."""
    return now() + timedelta(minutes=1)


def gates_that_refuse(*numbers: int) -> Callable[[Version, Version | None], GateVerdict]:
    """A judge that refuses some versions, and passes all others."""

    def judge(candidate: Version, _replaced: Version | None) -> GateVerdict:
        reason = "accuracy is low" if candidate.number in numbers else ""
        return GateVerdict((Check("accuracy", "0.5", "at least 0.8", reason),))

    return judge


class FakeMlflow:
    """Several registered models behind one client."""

    def __init__(self, *registries: FakeRegistry) -> None:
        self._registries = {registry.name: registry for registry in registries}

    @property
    def client(self) -> MlflowClient:
        """It, in the place of a real client."""
        return cast(MlflowClient, self)

    def search_model_versions(self, query: str, page_token: str | None = None) -> PagedList[ModelVersion]:
        name = query.removeprefix("name='").removesuffix("'")
        return self._registries[name].search_model_versions(query, page_token)

    def __getattr__(self, method: str) -> Callable[..., object]:
        return lambda name, *args, **kwargs: getattr(self._registries[name], method)(name, *args, **kwargs)
