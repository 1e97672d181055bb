"""Removes a version from Staging because its A/B test was stopped, with the reason recorded on it."""

from mlflow import MlflowClient

from registry.mlflow_store.promotion_log import Actor, Transition
from registry.mlflow_store.registered_model import RegisteredModel


def withdraw(client: MlflowClient, name: str, number: int, *, actor: Actor, reason: str) -> bool:
    """
    Take version `number` of `name` out of Staging, and record why; idempotent.

    Returns whether anything was done. A version that was promoted to Production meanwhile, or has left Staging
    otherwise, stays where it is; a deleted one has left.
    """
    model = RegisteredModel(client, name)
    version = next((version for version in model.versions() if version.number == number), None)
    if version is None or version.stage == "Production" or any(entry.note == reason for entry in version.transitions):
        return False
    stood = version.stage
    if stood == "Staging":
        # The record comes last: a version in a stage against its record would count as promoted by a person.
        model.point_alias("Staging", None)
        model.move(number, "Archived")
    target = "Archived" if stood == "Staging" else stood
    model.record(
        version,
        Transition(action="archive", source=stood, target=target, by=actor.by, via=actor.via, note=reason),
    )
    return True
