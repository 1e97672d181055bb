"""The figures of a training whose MLflow goes away for a while."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException

from registry.training_runs.training_run import TrainingRun

# MLflow's own modules warn of this when they are first imported.
pytestmark = pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType")


@dataclass
class Client:
    """Takes figures, unless it is away."""

    away: bool = False
    asked: int = 0
    steps: list[int] = field(default_factory=list)

    def log_batch(self, _run_id: str, metrics: Sequence[Metric]) -> None:
        self.asked += 1
        if self.away:
            raise MlflowException("nobody answers")
        assert len(metrics) <= 1000
        self.steps += [metric.step for metric in metrics]


def run_of(client: Any, clock: list[float]) -> TrainingRun:
    return TrainingRun(client, "run", clock=lambda: clock[0])


def test_no_figure_is_lost_while_mlflow_is_away() -> None:
    """They come in their order once it answers again; meanwhile it is asked now and then, not at each round."""
    client, clock = Client(), [0.0]
    run = run_of(client, clock)
    run.figures(0, {"loss": 2.0})
    client.away = True
    for step in range(1, 1500):
        run.figures(step, {"loss": 1.0})
    assert (client.asked, run.missed) == (2, 1499)
    client.away = False
    clock[0] = 31
    run.figures(1500, {"loss": 0.5})
    assert client.steps == list(range(1501))
    assert run.missed == 0


def test_what_mlflow_never_took_is_counted() -> None:
    """In steps, whatever each has of figures; the end of a training asks once more."""
    client = Client(away=True)
    run = run_of(client, [0.0])
    for step in range(3):
        run.figures(step, {"loss": 1.0, "accuracy": 0.5})
    run.send()
    assert (client.asked, run.missed) == (2, 3)
