"""The guard, with experiments and figures in the test's hands."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast

import numpy as np
import pytest

from learning.experiments.guard import Guard
from learning.experiments.metrics import ATTAINMENT, BYTES, RATING, SECONDS, WORST, Observations
from svgai.arms import Experiment
from svgai.errors import QualityStoreFault, RegistryFault
from svgai.outcomes.experiments import Experiments, KnownExperiment

BEGAN = datetime(2026, 11, 30, tzinfo=UTC)
NAMED = Experiment("classifier:1,optimizer:2", "classifier:1,optimizer:3", "shadow", 1.0)


@dataclass
class FakeExperiments:
    """One experiment, whose database may be away."""

    known: KnownExperiment = field(default_factory=lambda: KnownExperiment(NAMED, BEGAN))
    away: bool = False

    def active(self) -> list[KnownExperiment]:
        if self.away:
            raise QualityStoreFault("the quality database is away")
        return [] if self.known.stopped else [self.known]

    def stopped(self) -> list[KnownExperiment]:
        return [self.known] if self.known.stopped else []

    def stop(self, name: str, reason: str) -> None:
        assert name == self.known.name
        self.known = replace(self.known, stopped=BEGAN, reason=reason)


Withdraw = Callable[[KnownExperiment], None]


def _guard(
    experiments: FakeExperiments, attainment_loss: float, withdraw: Withdraw = lambda _: None
) -> tuple[Guard, list[str]]:
    said: list[str] = []
    guard = Guard(
        lambda: None, cast("Experiments", experiments), lambda _: _seen(attainment_loss), withdraw, said.append
    )
    return guard, said


def test_a_broken_guardrail_stops_the_experiment() -> None:
    """The reason is kept and said, and the challenger is withdrawn in the same look."""
    experiments = FakeExperiments()
    withdrawn: list[KnownExperiment] = []
    guard, said = _guard(experiments, 0.3, withdrawn.append)

    guard.look()

    assert experiments.known.stopped is not None
    assert (experiments.known.reason or "").startswith("attainment fell by 0.")
    assert [known.reason for known in withdrawn] == [experiments.known.reason]
    assert said == [f"the experiment {NAMED.name} is stopped: {experiments.known.reason}"]


def test_what_breaks_no_guardrail_goes_on() -> None:
    """Nothing is stopped, withdrawn or said."""
    experiments = FakeExperiments()
    withdrawn: list[KnownExperiment] = []
    guard, said = _guard(experiments, 0.0, withdrawn.append)

    guard.look()

    assert (experiments.known.stopped, withdrawn, said) == (None, [], [])


def test_a_registry_that_is_away_keeps_no_challenger_on() -> None:
    """The switch is off all the same, and the version is written on when the registry answers."""
    experiments, answers = FakeExperiments(), [False, True]

    def withdraw(_: KnownExperiment) -> None:
        if not answers.pop(0):
            raise RegistryFault("no MLflow server answers")

    guard, _ = _guard(experiments, 0.3, withdraw)
    with pytest.raises(RegistryFault):
        guard.look()
    assert experiments.known.stopped is not None

    guard.look()

    assert answers == []


def test_it_watches_through_a_database_that_goes_away() -> None:
    """What goes wrong is said once; when the database answers again, the look is made up for."""
    experiments, stopped = FakeExperiments(away=True), threading.Event()
    guard, said = _guard(experiments, 0.3)
    watching = threading.Thread(target=guard.watch, args=(stopped, 0.01))
    watching.start()
    while not said:
        stopped.wait(0.01)
    experiments.away = False
    for _ in range(6_000):
        if experiments.known.stopped:
            break
        stopped.wait(0.01)
    stopped.set()
    watching.join(60)

    assert said[0] == "guardrails cannot be checked: the quality database is away"
    assert len(said) == 2
    assert said[1].startswith(f"the experiment {NAMED.name} is stopped")


def _seen(attainment_loss: float) -> Observations:
    rng = np.random.default_rng(1)
    values = {metric: rng.normal(0, 0.01, 300) for metric in (BYTES, WORST, SECONDS)}
    attained = -(rng.random(300) < attainment_loss).astype(float)
    return Observations(values | {ATTAINMENT: attained, RATING: np.full(300, np.nan)})
