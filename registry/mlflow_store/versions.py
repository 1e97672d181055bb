"""The versions of a registered model, and the version in a stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from registry.mlflow_store.connection import registry_faults
from registry.mlflow_store.pages import every_page
from registry.mlflow_store.promotion_log import (
    RecordedDeployment,
    RecordedDrift,
    Transition,
    read_deployments,
    read_drifts,
    read_transitions,
)
from registry.mlflow_store.stages import LiveStage, Stage, stage_of
from svgai.errors import RegistryFault
from svgai.model_files.training_record import ModelKind

CLASSIFIER = "svgai-classifier"
OPTIMIZER = "svgai-optimizer"
REGISTERED_NAMES: dict[ModelKind, str] = {"classifier": CLASSIFIER, "optimizer": OPTIMIZER}

SERVING_FOLDER = "serving"
TAG_SHA256 = "sha256"
TAG_SERVING_FILE = "serving_file"
TAG_FEATURES = "features_digest"
TAG_COMMIT = "git_commit"
TAG_RECORD = "training_record_sha256"


@dataclass(frozen=True)
class Version:
    """One version of a registered model, as the registry holds it now."""

    name: str
    number: int
    stage: Stage
    aliases: tuple[str, ...]
    run_id: str
    created: datetime
    updated: datetime
    tags: Mapping[str, str]
    description: str

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """Its recorded promotions, oldest first."""
        return read_transitions(self.tags)

    @property
    def deployments(self) -> tuple[RecordedDeployment, ...]:
        """Recorded deployments of Bentos with it, oldest first."""
        return read_deployments(self.tags)

    @property
    def drifts(self) -> tuple[RecordedDrift, ...]:
        """Recorded input drift while it served, oldest first."""
        return read_drifts(self.tags)

    @property
    def recorded_stage(self) -> Stage:
        """Its stage by the log: the desired one, whatever a person did in MLflow since."""
        return _recorded_stage(self.tags)

    @property
    def entered(self) -> Transition | None:
        """The recorded transition that brought it into its present stage; None if nobody recorded one."""
        moves = [entry for entry in self.transitions if entry.action != "refuse"]
        return moves[-1] if moves and moves[-1].target == self.stage == self.recorded_stage else None

    def __str__(self) -> str:
        return f"{self.name} version {self.number}"


@dataclass(frozen=True)
class Resolution:
    """The version in a stage, with a note if the registry was ambiguous."""

    version: Version
    note: str = ""


def kind_of(name: str) -> ModelKind:
    """The kind of model registered as `name`; RegistryFault for a name that is not ours."""
    for kind, registered in REGISTERED_NAMES.items():
        if registered == name:
            return kind
    raise RegistryFault(f"{name!r} is not one of our models: {', '.join(REGISTERED_NAMES.values())}")


def list_versions(client: MlflowClient, name: str) -> tuple[Version, ...]:
    """All versions of `name` by ascending number; empty if nothing was registered under that name."""
    kind_of(name)
    with registry_faults(f"read the versions of {name}"):
        try:
            aliases: Mapping[str, str] = client.get_registered_model(name).aliases
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return ()
            raise
        found = list(every_page(lambda token: client.search_model_versions(f"name='{name}'", page_token=token)))
    return tuple(sorted((_version(client, entry, aliases) for entry in found), key=lambda version: version.number))


def get_version(versions: tuple[Version, ...], name: str, number: int | None) -> Version:
    """The version with that number, or the newest for None; RegistryFault if there is no such version."""
    if not versions:
        raise RegistryFault(f"{name} has no versions: train and log one first")
    if number is None:
        return versions[-1]
    for version in versions:
        if version.number == number:
            return version
    raise RegistryFault(f"{name} has no version {number}; it has {', '.join(str(v.number) for v in versions)}")


def resolve(client: MlflowClient, name: str, stage: LiveStage) -> Resolution:
    """
    The exact version of `name` in `stage`.

    A person can leave several versions in one stage. If all of them got there by recorded promotions, the latest
    counts, with a note; otherwise, and if the stage is empty, RegistryFault says what to do.
    """
    return pick_in_stage(list_versions(client, name), name, stage)


def in_production(client: MlflowClient) -> list[Version]:
    """The version of each model in Production; RegistryFault as from `resolve`."""
    return [resolve(client, name, "Production").version for name in REGISTERED_NAMES.values()]


def in_staging(client: MlflowClient) -> list[Version]:
    """The version of each model in Staging that has one; RegistryFault where several are, as from `resolve`."""
    listed = {name: list_versions(client, name) for name in REGISTERED_NAMES.values()}
    return [
        pick_in_stage(versions, name, "Staging").version
        for name, versions in listed.items()
        if any(version.stage == "Staging" for version in versions)
    ]


def pick_in_stage(versions: tuple[Version, ...], name: str, stage: LiveStage) -> Resolution:
    """`resolve` on versions that were already read."""
    standing = [version for version in versions if version.stage == stage]
    if not standing:
        raise RegistryFault(f"{name} has no version in {stage}: promote one first")
    if len(standing) == 1:
        return Resolution(standing[0])
    numbers = ", ".join(str(version.number) for version in standing)
    recorded = [(entered.at, version) for version in standing if (entered := version.entered) is not None]
    if len(recorded) < len(standing):
        raise RegistryFault(
            f"{name} has several versions in {stage} ({numbers}), and not all of them were promoted on record; "
            f"promote the one you mean to {stage} to archive the others"
        )
    chosen = max(recorded, key=lambda entry: entry[0])[1]
    return Resolution(chosen, f"{name} has several versions in {stage} ({numbers}); {chosen.number} was promoted last")


def _version(client: MlflowClient, entry: ModelVersion, aliases: Mapping[str, str]) -> Version:
    # A search never fills the aliases of its results; the registered model has them.
    own = tuple(sorted(alias for alias, number in aliases.items() if int(number) == int(entry.version)))
    tags = dict(entry.tags)
    return Version(
        name=entry.name,
        number=int(entry.version),
        stage=stage_of(client, entry, _recorded_stage(tags), own),
        aliases=own,
        run_id=entry.run_id or "",
        created=_time(entry.creation_timestamp),
        updated=_time(entry.last_updated_timestamp or entry.creation_timestamp),
        tags=tags,
        description=entry.description or "",
    )


def _recorded_stage(tags: Mapping[str, str]) -> Stage:
    transitions = read_transitions(tags)
    return cast(Stage, transitions[-1].target) if transitions else "None"


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
