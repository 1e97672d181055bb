"""
A run that is open while a training goes on: its figures are there as they come, and what becomes of it is written.

Whatever ends a training ends its run, too: KILLED where a person did, FAILED else, each with the log. The run of a
process that could not say so itself is ended by the next training on the same machine.
"""

import math
import socket
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from mlflow import MlflowClient
from mlflow.entities import Metric, RunStatus
from mlflow.exceptions import MlflowException
from mlflow.tracking.context.registry import resolve_tags
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID
from mlflow.utils.validation import MAX_METRICS_PER_BATCH

from registry.mlflow_store.connection import connect, experiment_id, registry_faults
from registry.mlflow_store.git_commit import UNKNOWN_COMMIT, git_commit
from registry.mlflow_store.logged_files import HISTORY_PREFIX
from registry.mlflow_store.versions import TAG_COMMIT
from svgai.errors import RegistryFault

LOG_FILE = "training.log"
TAG_PROCESS = "process"
_PATIENCE_S = 30.0


@dataclass
class TrainingRun:
    """An open run. Where MLflow goes away meanwhile the training goes on, and its figures wait until MLflow is back."""

    client: MlflowClient
    run_id: str
    commit: str = UNKNOWN_COMMIT
    """That of the project when the training began."""
    clock: Callable[[], float] = time.monotonic
    lines: list[str] = field(default_factory=list)
    _waiting: list[Metric] = field(default_factory=list)
    _asked_again_at: float = -math.inf

    @property
    def missed(self) -> int:
        """How many steps have figures that MLflow has not taken yet."""
        return len({metric.step for metric in self._waiting})

    def figures(self, step: int, values: Mapping[str, float]) -> None:
        """Log the figures of an epoch or round, under a prefix: they must not pass for the final ones of a name."""
        now = int(time.time() * 1000)
        self.say(f"{step}: " + ", ".join(f"{name} {value:.5g}" for name, value in values.items()))
        self._waiting += [Metric(f"{HISTORY_PREFIX}{name}", value, now, step) for name, value in values.items()]
        # A server that is away may take its whole time-out to say so: not at each of hundreds of rounds.
        if self.clock() >= self._asked_again_at:
            self.send()

    def send(self) -> None:
        """Log the figures that wait; they go on waiting where MLflow does not take them."""
        try:
            while self._waiting:
                self.client.log_batch(self.run_id, metrics=self._waiting[:MAX_METRICS_PER_BATCH])
                del self._waiting[:MAX_METRICS_PER_BATCH]
        except MlflowException:
            self._asked_again_at = self.clock() + _PATIENCE_S

    def say(self, line: str) -> None:
        """A line of the log."""
        self.lines.append(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC {line}")


@contextmanager
def open_run(tracking_uri: str, kind: str, name: str, *, project_dir: Path = Path()) -> Iterator[TrainingRun]:
    """
    A run inside the block, which whoever trains finishes with `log_training`; ended here where that does not come.

    Raises:
        RegistryFault: MLflow cannot be reached; nothing was trained yet.
    """
    client = connect(tracking_uri)
    with registry_faults("open a run"):
        experiment = experiment_id(client)
        end_dead_runs(client, experiment)
        commit = git_commit(project_dir)
        tags = {
            **resolve_tags(),
            "kind": kind,
            TAG_COMMIT: commit,
            "mlflow.source.git.commit": commit,
            TAG_PROCESS: _this_process(),
        }
        run = client.create_run(experiment, run_name=name, tags=tags)
        client.log_param(run.info.run_id, "kind", kind)
    opened = TrainingRun(client, run.info.run_id, commit)
    try:
        yield opened
    except BaseException as fault:
        killed = isinstance(fault, KeyboardInterrupt)
        opened.say("interrupted" if killed else "".join(traceback.format_exception(fault)))
        # What ended the training is what matters, also where MLflow went with it.
        with suppress(RegistryFault):
            _end(opened, "KILLED" if killed else "FAILED")
        raise


def end_dead_runs(client: MlflowClient, experiment: str, alive: Callable[[str], bool] | None = None) -> None:
    """End the runs whose process was killed on this machine before it could."""
    alive = alive or _is_alive
    running = client.search_runs([experiment], "attributes.status = 'RUNNING'")
    for run in running:
        process = run.data.tags.get(TAG_PROCESS, "")
        if process.startswith(f"{socket.gethostname()} ") and not alive(process):
            client.set_terminated(run.info.run_id, "KILLED")
            _end_trials(client, experiment, run.info.run_id)


def _end(run: TrainingRun, status: str) -> None:
    run.send()
    with registry_faults("end a run"):
        run.client.log_text(run.run_id, "\n".join(run.lines) + "\n", LOG_FILE)
        info = run.client.get_run(run.run_id).info
        if info.status == RunStatus.to_string(RunStatus.RUNNING):
            run.client.set_terminated(run.run_id, status)
        _end_trials(run.client, info.experiment_id, run.run_id)


def _end_trials(client: MlflowClient, experiment: str, search: str) -> None:
    """End the runs below a search that an interruption left running: it may come while one is opened or ended."""
    running = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{search}' AND attributes.status = 'RUNNING'"
    for run in client.search_runs([experiment], running):
        client.set_terminated(run.info.run_id, "KILLED")


def _this_process() -> str:
    own = psutil.Process()
    return f"{socket.gethostname()} {own.pid} {own.create_time():.0f}"


def _is_alive(process: str) -> bool:
    _, number, started = process.split()
    with suppress(psutil.Error):
        return abs(psutil.Process(int(number)).create_time() - float(started)) < 2
    return False
