"""
Builds a Bento of the versions in Production, deploys it, and records that on the versions.

If the deployment fails, the registry is set back to the versions that serve.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from mlflow import MlflowClient

from registry.bento.bento_builder import BuiltBento, HeldModel
from registry.mlflow_store.promotion_log import Actor, RecordedDeployment
from registry.mlflow_store.transitions import record_deployment
from registry.mlflow_store.versions import REGISTERED_NAMES, Version, kind_of, list_versions
from registry.promotion.moves import return_to
from svgai.errors import DeploymentFault, RegistryFault
from svgai.model_files.training_record import ModelKind


class Deployment(Protocol):
    """Where Bentos are put into service."""

    @property
    def address(self) -> str:
        """The address for clients; empty if Bentos are only built."""

    def alone(self) -> AbstractContextManager[None]:
        """Keeps other commands from it inside the block."""

    def live(self) -> str | None:
        """The tag of the Bento that is in service."""

    def deploy(self, bento: str) -> None:
        """Put a Bento into service; DeploymentFault if that fails, and then the previous one serves."""

    def recover(self) -> None:
        """Complete or undo an interrupted step, and start services that should run."""

    def registry_behind(self) -> bool:
        """Whether a former Bento was restored and the registry still has the versions of the other one."""

    def registry_caught_up(self) -> None:
        """Record that the registry has the versions that serve."""


Build = Callable[[], BuiltBento]
ModelsOf = Callable[[str], Mapping[ModelKind, HeldModel] | None]
"""The models of a Bento; None without labels."""


def deliver(
    client: MlflowClient,
    production: Sequence[Version],
    build: Build,
    models_of: ModelsOf,
    deployment: Deployment,
    actor: Actor,
) -> BuiltBento:
    """
    Build the Bento of the versions in Production, deploy it, and record the result on each version.

    DeploymentFault if the deployment failed: that is recorded on the versions, and the registry is set back to the
    versions that serve, if they are of this registry.
    """
    built = build()
    with deployment.alone():
        try:
            deployment.deploy(built.tag)
        except DeploymentFault as fault:
            reasons = fault.reasons
            record_delivery(client, production, built.tag, deployment, actor, digest=built.digest, reasons=reasons)
            try:
                follow_live(client, models_of, deployment, actor, f"taken back: {'; '.join(reasons)}")
            except RegistryFault as other:
                raise DeploymentFault(built.tag, (*reasons, str(other))) from fault
            raise
        record_delivery(client, production, built.tag, deployment, actor, digest=built.digest)
    return built


def follow_live(client: MlflowClient, models_of: ModelsOf, deployment: Deployment, actor: Actor, reason: str) -> None:
    """
    Move the versions that serve back to Production, if there are any and they are known.

    Raises:
        RegistryFault: this registry has other files under their numbers; nothing is moved.
    """
    live = deployment.live()
    held = models_of(live) if live else None
    if held:
        for kind, one in held.items():
            known = {version.number: version for version in list_versions(client, REGISTERED_NAMES[kind])}
            if one.number not in known or not one.is_file_of(known[one.number]):
                # The registry can never follow: its own versions in Production are to be delivered.
                deployment.registry_caught_up()
                raise RegistryFault(
                    f"{live} serves a {kind} {one.number} that is not version {one.number} of this registry, which has "
                    "another file: name the registry that it was built from, or deploy what is in Production here"
                )
        numbers = {REGISTERED_NAMES[kind]: one.number for kind, one in held.items()}
        return_to(client, numbers, actor=actor, reason=reason)
    deployment.registry_caught_up()


def serves(production: Sequence[Version], models_of: ModelsOf, bento: str | None) -> bool:
    """Whether a Bento holds exactly the versions in Production, by number and by the digest of their files."""
    held = models_of(bento) if bento else None
    return held is not None and are_files_of(held, production)


def are_files_of(held: Mapping[ModelKind, HeldModel], versions: Sequence[Version]) -> bool:
    """Whether models are exactly these versions."""
    named = {kind_of(version.name): version for version in versions}
    return held.keys() == named.keys() and all(one.is_file_of(named[kind]) for kind, one in held.items())


def failed_before(production: Sequence[Version], deployment: Deployment) -> bool:
    """Whether the last deployment here was of exactly these versions and failed, and nothing has changed since."""
    for version in production:
        last = next((entry for entry in reversed(version.deployments) if entry.address == deployment.address), None)
        if last is None or last.succeeded or (version.transitions and version.transitions[-1].at > last.at):
            return False
    return True


def record_delivery(
    client: MlflowClient,
    production: Sequence[Version],
    bento: str,
    deployment: Deployment,
    actor: Actor,
    *,
    digest: str = "",
    reasons: tuple[str, ...] = (),
) -> None:
    """Record on each version that a Bento with it serves, or why not."""
    entry = RecordedDeployment(
        bento=bento, digest=digest, address=deployment.address, reasons=reasons, by=actor.by, via=actor.via
    )
    record_deployment(client, production, entry)
