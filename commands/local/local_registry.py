"""The registry for the commands: the client, the gates, and the actor."""

from typing import TYPE_CHECKING

from commands.local.actor import current_user
from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from mlflow import MlflowClient

    from registry.gates.judgement import Gates
    from registry.mlflow_store.promotion_log import Actor


def registry_of(settings: Settings, *, create: bool = False) -> "MlflowClient":
    """
    The registry that MLFLOW_TRACKING_URI names; `create` makes one that is not there.

    Raises:
        RegistryFault: nothing answers there, nothing is there, or it was moved.
    """
    from registry.mlflow_store.connection import connect

    return connect(settings.mlflow_tracking_uri, create=create)


def gates(client: "MlflowClient") -> "Gates":
    """The gates, with the project's limits and what the serving code of this checkout feeds its models."""
    from registry.gates.judgement import Gates
    from registry.gates.thresholds import load_thresholds
    from registry.gates.verdict import ServingContract
    from svgai.describe.features import FEATURE_NAMES
    from svgai.logo_types import LOGO_TYPES

    return Gates(client, load_thresholds(), ServingContract(FEATURE_NAMES, LOGO_TYPES))


def command_user() -> "Actor":
    """The user of this command, for the log."""
    from registry.mlflow_store.promotion_log import Actor

    return Actor(by=current_user(), via="cli")
