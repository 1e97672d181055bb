"""Runs of trials where MLflow does not answer."""

from typing import cast

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from registry.training_runs.training_run import TrainingRun
from registry.training_runs.tuning_run import TrialRuns


class AwayClient:
    """An MLflow that has gone."""

    def __getattr__(self, name: str) -> object:
        def away(*_: object, **__: object) -> None:
            raise MlflowException(f"no answer to {name}")

        return away


def test_a_search_goes_on_without_mlflow() -> None:
    """What MLflow did not take is counted, and stands in the log of the search."""
    parent = TrainingRun(cast("MlflowClient", AwayClient()), "r1")
    runs = TrialRuns(parent)
    runs.began(0, {"x": 1.5})
    runs.measured(0, 0, 0.25)
    runs.ended(0, "COMPLETE", 0.25)
    assert runs.missed == 1
    assert [line.partition(" UTC ")[2] for line in parent.lines] == [
        "trial 0: {'x': 1.5}",
        "trial 0: 0.25 after 1 folds",
        "trial 0: COMPLETE",
    ]
