"""A search for settings as MLflow shows it: a run for the search, and below it one for each trial, as they happen."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mlflow.entities import Metric, RunTag
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID, MLFLOW_RUN_NAME

from registry.mlflow_store.connection import registry_faults
from registry.training_runs.training_run import TrainingRun

FOLD_ERROR = "mean_error_after_folds"
TAG_STATE = "trial_state"
_STATUS = {"COMPLETE": "FINISHED", "PRUNED": "FINISHED", "KILLED": "KILLED"}


@dataclass
class TrialRuns:
    """
    The runs of trials, below the run of their search.

    Where MLflow goes away meanwhile the search goes on: its journal has everything, `missed` counts what MLflow lacks.
    """

    parent: TrainingRun
    missed: int = 0
    _runs: dict[int, str] = field(default_factory=dict)

    def began(self, number: int, settings: Mapping[str, int | float]) -> None:
        self.parent.say(f"trial {number}: {dict(settings)}")
        try:
            client = self.parent.client
            experiment = client.get_run(self.parent.run_id).info.experiment_id
            tags = {MLFLOW_PARENT_RUN_ID: self.parent.run_id, MLFLOW_RUN_NAME: f"trial-{number}"}
            run = client.create_run(experiment, tags=tags)
            self._runs[number] = run.info.run_id
            for name, value in settings.items():
                client.log_param(run.info.run_id, name, value)
        except MlflowException:
            self.missed += 1

    def measured(self, number: int, fold: int, mean_error: float) -> None:
        self.parent.say(f"trial {number}: {mean_error:.5g} after {fold + 1} folds")
        self._tell(number, [_point(FOLD_ERROR, mean_error, fold + 1)], ())

    def ended(self, number: int, state: str, mean_error: float | None) -> None:
        self.parent.say(f"trial {number}: {state}")
        whole = [_point("error", mean_error, 0)] if state == "COMPLETE" and mean_error is not None else []
        self._tell(number, whole, (RunTag(TAG_STATE, state),))
        if run := self._runs.pop(number, None):
            with suppress(MlflowException):
                self.parent.client.set_terminated(run, _STATUS.get(state, "FAILED"))

    def _tell(self, number: int, metrics: list[Metric], tags: tuple[RunTag, ...]) -> None:
        if number in self._runs:
            try:
                self.parent.client.log_batch(self._runs[number], metrics=metrics, tags=tags)
            except MlflowException:
                self.missed += 1


def finish_search(
    run: TrainingRun, params: Mapping[str, object], metrics: Mapping[str, float], files: Mapping[str, str]
) -> None:
    """
    Log what a search came to, and end its run; `files` are texts by name.

    Raises:
        RegistryFault: MLflow did not take it.
    """
    with registry_faults("log a search"):
        for name, value in params.items():
            run.client.log_param(run.run_id, name, value)
        for name, figure in metrics.items():
            run.client.log_metric(run.run_id, name, figure)
        for name, text in {**files, "search.log": "\n".join(run.lines) + "\n"}.items():
            run.client.log_text(run.run_id, text, str(Path("search") / name))
        run.client.set_terminated(run.run_id, "FINISHED")


def _point(name: str, value: float, step: int) -> Metric:
    return Metric(name, value, int(time.time() * 1000), step)
