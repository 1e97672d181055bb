"""The registry as the commands see it: the client, the gates, and who acts."""

from typing import TYPE_CHECKING

from commands.actor import current_user
from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from mlflow import MlflowClient

    from registry.judgement import Gates
    from registry.promotion_log import Actor


def registry_of(settings: Settings) -> "MlflowClient":
    """
    The registry that MLFLOW_TRACKING_URI names.

    Raises:
        RegistryFault: nothing answers there.
    """
    from registry.connection import connect

    return connect(settings.mlflow_tracking_uri)


def gates(client: "MlflowClient") -> "Gates":
    """The gates, with the project's limits and what the serving code of this checkout feeds its models."""
    from registry.gates import ServingContract
    from registry.judgement import Gates
    from registry.thresholds import load_thresholds
    from svgai.features import FEATURE_NAMES
    from svgai.logo_types import LOGO_TYPES

    return Gates(client, load_thresholds(), ServingContract(FEATURE_NAMES, LOGO_TYPES))


def command_user() -> "Actor":
    """The user of this command, for the log."""
    from registry.promotion_log import Actor

    return Actor(by=current_user(), via="cli")
