"""
Stops experiments whose challenger breaks a guardrail, and takes the challenger out of Staging.

The switch comes first, in the quality database, which services obey within seconds. What is written on the version in
the registry may wait for the registry. Nothing is kept between two looks.
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
    What one look needs.

    Attributes:
        prepare: Brings the database's tables up to date.
        observe: Reads what the arms of an experiment came to.
        withdraw: Takes a stopped challenger out of Staging, unless that was done.
        say: Told what was stopped.
    """

    prepare: Callable[[], None]
    experiments: Experiments
    observe: Callable[[KnownExperiment], Observations]
    withdraw: Callable[[KnownExperiment], None]
    say: Callable[[str], None]

    def look(self) -> None:
        """
        Stop what has to be stopped.

        Raises:
            QualityStoreFault: the database does not answer.
            RegistryFault: the registry does not; the experiment is stopped all the same.
        """
        self.prepare()
        for known in self.experiments.active():
            if reason := evaluate(self.observe(known)).broken:
                self.experiments.stop(known.name, reason)
                self.say(f"the experiment {known.name} is stopped: {reason}")
        for known in self.experiments.stopped():
            self.withdraw(known)

    def watch(self, stopped: Event, every_s: float = EVERY_S) -> None:
        """Look again and again until `stopped` is set; what goes wrong is told once."""
        keep_looking(self.look, stopped, every_s, lambda fault: self.say(f"guardrails cannot be looked at: {fault}"))
