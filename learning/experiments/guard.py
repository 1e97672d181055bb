"""
Stops A/B tests whose challenger breaks a guardrail, and removes the challenger from Staging.

The switch in the quality database comes first, which services follow within seconds. The record on the version may wait
for the registry. The guard is stateless.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from learning.experiments.evaluation import evaluate
from learning.experiments.metrics import Observations
from learning.repeated_looks import keep_looking
from svgai.outcomes.experiments import Experiments, KnownExperiment

EVERY_S = 10.0
"""Seconds between two looks."""


@dataclass(frozen=True)
class Guard:
    """
    Dependencies of a check.

    Attributes:
        prepare: Migrates the database's tables.
        observe: Reads the outcomes of an A/B test's arms.
        withdraw: Removes a stopped challenger from Staging, if it is still there.
        say: Called with a message when one is stopped.
    """

    prepare: Callable[[], None]
    experiments: Experiments
    observe: Callable[[KnownExperiment], Observations]
    withdraw: Callable[[KnownExperiment], None]
    say: Callable[[str], None]

    def look(self) -> None:
        """
        Stop A/B tests with broken guardrails.

        Raises:
            QualityStoreFault: the database does not answer.
            RegistryFault: the registry does not; the A/B test is stopped all the same.
        """
        self.prepare()
        for known in self.experiments.active():
            if reason := evaluate(self.observe(known)).broken:
                self.experiments.stop(known.name, reason)
                self.say(f"the experiment {known.name} is stopped: {reason}")
        for known in self.experiments.stopped():
            self.withdraw(known)

    def watch(self, stopped: Event, every_s: float = EVERY_S) -> None:
        """Check repeatedly until `stopped` is set; an error is reported once."""
        keep_looking(self.look, stopped, every_s, lambda fault: self.say(f"guardrails cannot be checked: {fault}"))
