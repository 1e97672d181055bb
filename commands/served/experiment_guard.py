"""Stops A/B tests of this project when a guardrail is broken."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from commands.local.local_registry import registry_of
from svgai.settings import Settings

if TYPE_CHECKING:  # learning imports pandas, which takes a second
    from learning.experiments.guard import Guard
    from svgai.outcomes.experiments import KnownExperiment


def guard_here(settings: Settings, say: Callable[[str], None]) -> "Guard":
    """The guard; connects at its first check."""
    from learning.experiments.arm_outcomes import observations_of
    from learning.experiments.guard import Guard
    from registry.mlflow_store.promotion_log import WATCHER
    from registry.mlflow_store.versions import REGISTERED_NAMES, kind_of
    from registry.promotion.withdrawal import withdraw
    from svgai.outcomes.experiments import Experiments
    from svgai.outcomes.quality_database import QualityDatabase

    database = QualityDatabase(settings.quality_db_url)

    def withdraw_challenger(known: "KnownExperiment") -> None:
        client = registry_of(settings)
        for name in REGISTERED_NAMES.values():
            if (versions := known.experiment.differing.get(kind_of(name))) is not None:
                reason = f"the experiment {known.name} was stopped: {known.reason}"
                if withdraw(client, name, int(versions[0]), actor=WATCHER, reason=reason):
                    say(f"{name} version {versions[0]} is out of Staging: {reason}")

    return Guard(
        prepare=database.migrate,
        experiments=Experiments(database),
        observe=lambda known: observations_of(database, known),
        withdraw=withdraw_challenger,
        say=say,
    )
