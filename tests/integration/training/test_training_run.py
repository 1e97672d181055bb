"""Runs that are open while something is trained, in a registry in a file."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from registry.mlflow_store.connection import connect, experiment_id
from registry.mlflow_store.versions import CLASSIFIER, list_versions
from registry.training_runs.tracking import log_training
from registry.training_runs.training_run import LOG_FILE, open_run
from svgai.model_files.training_record import read_record
from tests.integration.servers.served import INTERRUPTIBLE
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS
from training.search.parameter_search import write_table
from training.search.tracing_table import read_table, wholly_measured

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]

ROOT = Path(__file__).parents[3]
SLOW = """
import sys, time
from registry.training_runs.training_run import open_run
with open_run(sys.argv[1], "classifier", "slow") as run:
    run.figures(0, {"loss": 2.0})
    experiment = run.client.get_run(run.run_id).info.experiment_id
    run.client.create_run(experiment, run_name="trial", tags={"mlflow.parentRunId": run.run_id})
    print("learning", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """A registry that is not there yet."""
    return f"sqlite:///{tmp_path}/mlflow.db"


def runs(uri: str) -> list[Run]:
    client = connect(uri)
    return list(client.search_runs([experiment_id(client)]))


def log_of(client: MlflowClient, run: Run) -> str:
    return Path(client.download_artifacts(run.info.run_id, LOG_FILE)).read_text()


def test_figures_are_there_while_the_training_goes_on(uri: str, tmp_path: Path) -> None:
    """With the time at which they came; at the end the run has all that a training leaves, and its times."""
    folder = train("classifier", tmp_path / "trained")
    with open_run(uri, "classifier", "mine") as run:
        run.figures(0, {"loss": 2.0})
        (live,) = runs(uri)
        assert (live.info.status, live.info.run_name) == ("RUNNING", "mine")
        assert (live.data.metrics["training/loss"], live.data.params["kind"]) == (2.0, "classifier")
        run.figures(1, {"loss": 1.0})
        logged = log_training(folder, uri, run=run)
    (done,) = runs(uri)
    assert (done.info.status, done.info.run_id) == ("FINISHED", logged.run_id)
    curve = connect(uri).get_metric_history(logged.run_id, "training/loss")
    assert [point.value for point in curve] == [2.0, 1.0]
    assert all(done.info.start_time <= point.timestamp for point in curve)
    assert done.data.metrics["accuracy"] == read_record(folder).metrics["accuracy"]


def test_the_commit_is_that_of_when_the_training_began(uri: str, tmp_path: Path) -> None:
    """Of the version, too: what is committed meanwhile had no part in it."""
    project = tmp_path / "project"
    git = ["git", "-C", str(project), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    commit = [*git, "commit", "-q", "--allow-empty", "-m", "work"]
    project.mkdir()
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run(commit, check=True)
    folder = train("classifier", tmp_path / "trained")
    with open_run(uri, "classifier", "mine", project_dir=project) as run:
        subprocess.run(commit, check=True)
        log_training(folder, uri, project_dir=project, run=run)
    (version,) = list_versions(connect(uri), CLASSIFIER)
    first = subprocess.run([*git, "rev-parse", "HEAD~"], capture_output=True, text=True, check=True).stdout.strip()
    assert version.tags["git_commit"] == runs(uri)[0].data.tags["git_commit"] == first


def test_a_training_that_fails_leaves_a_failed_run_with_its_log(uri: str) -> None:
    """The log has the figures so far, and the fault."""

    def fail() -> None:
        with open_run(uri, "classifier", "mine") as run:
            run.figures(0, {"loss": 2.0})
            raise RuntimeError("out of images")

    with pytest.raises(RuntimeError):
        fail()
    (failed,) = runs(uri)
    assert failed.info.status == "FAILED"
    log = log_of(connect(uri), failed)
    assert "0: loss 2" in log
    assert "RuntimeError: out of images" in log


def test_a_trial_that_an_interruption_left_open_ends_with_its_search(uri: str) -> None:
    """It may come while the run of a trial is opened or ended, which nothing knows of then."""

    def interrupted() -> None:
        with open_run(uri, "optimizer", "search") as run:
            experiment = run.client.get_run(run.run_id).info.experiment_id
            run.client.create_run(experiment, tags={MLFLOW_PARENT_RUN_ID: run.run_id})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [run.info.status for run in runs(uri)] == ["KILLED", "KILLED"]


@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.long), signal.SIGKILL])
def test_a_training_that_was_killed_leaves_a_killed_run(uri: str, number: int) -> None:
    """With its trials: by Ctrl-C at once; a process killed outright is found by the next training on the machine."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [*INTERRUPTIBLE, sys.executable, "-c", SLOW, uri]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as slow:
        assert slow.stdout is not None
        assert slow.stdout.readline() == "learning\n"
        slow.send_signal(number)
        slow.wait(60)
    if number == signal.SIGKILL:
        assert [run.info.status for run in runs(uri)] == ["RUNNING", "RUNNING"]
        with open_run(uri, "classifier", "next"):
            statuses = {run.info.run_name: run.info.status for run in runs(uri)}
        assert statuses == {"slow": "KILLED", "trial": "KILLED", "next": "RUNNING"}
    else:
        assert [run.info.status for run in runs(uri)] == ["KILLED", "KILLED"]


def test_a_finished_folder_is_logged_with_the_times_that_it_had(uri: str, tmp_path: Path) -> None:
    """Not those of the logging; data and models are described; the same file again is told."""
    folder = train("classifier", tmp_path / "trained")
    record = read_record(folder)
    began = time.time()
    log_training(folder, uri)
    (run,) = runs(uri)
    assert abs(run.info.end_time / 1000 - record.created.timestamp()) < 1
    assert abs((run.info.end_time - run.info.start_time) / 1000 - record.seconds) < 1
    assert run.info.end_time / 1000 < began
    assert run.data.tags["dataset_digest"] == record.dataset.digest
    assert "ONNX network" in connect(uri).get_registered_model(CLASSIFIER).description
    again = train("classifier", tmp_path / "again", accuracy=0.91)
    assert log_training(again, uri).same_as == 1


def small_table(path: Path) -> None:
    """A part of the project's own table that can be trained on: all tracings of 45 images."""
    table = read_table(ROOT / "training" / "tables" / "tracings.parquet")
    whole = table[wholly_measured(table)]
    write_table(whole[whole["image"].isin(whole["image"].unique()[:45])], path)


def svgai(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db"}
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_training_by_command_is_steered_and_seen(uri: str, tmp_path: Path) -> None:
    """Rounds, seed, settings and name as given, and a point of the chart for each round."""
    small_table(tmp_path / "measured.parquet")
    steered = ("--table", "measured.parquet", "--epochs", "4", "--seed", "3", "--set", "max_depth=2", "--name", "mine")
    first = svgai(tmp_path, "train", "optimizer", *steered)
    assert first.returncode == 0, first.stderr
    assert "logged as svgai-optimizer version 1" in first.stderr
    (run,) = runs(uri)
    assert (run.info.run_name, run.info.status) == ("mine", "FINISHED")
    assert {"rounds": "4", "seed": "3", "max_depth": "2"}.items() <= run.data.params.items()
    curve = connect(uri).get_metric_history(run.info.run_id, "training/held_out_error")
    assert [point.step for point in curve] == [0, 1, 2, 3]
    assert run.data.tags["dataset_path"] == "measured.parquet"
    assert run.inputs is not None
    assert [one.dataset.name for one in run.inputs.dataset_inputs] == ["measured"]


@pytest.mark.long
def test_the_same_training_again_is_told(tmp_path: Path) -> None:
    """By its file, and where a finished folder is logged once more."""
    small_table(tmp_path / "measured.parquet")
    steered = ("--table", "measured.parquet", "--epochs", "4", "--seed", "3")
    for _ in range(2):
        again = svgai(tmp_path, "train", "optimizer", *steered)
    assert "its file is the same, to the byte, as that of version 1" in again.stderr
    logged = svgai(tmp_path, "log", "models/optimizer")
    assert "was logged before as svgai-optimizer version 2" in logged.stderr


def test_mlflow_is_asked_before_anything_is_trained(tmp_path: Path) -> None:
    """Nothing is left of a training that could not be logged."""
    small_table(tmp_path / "measured.parquet")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "cli", "train", "optimizer", "--table", "measured.parquet"]
    failed = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "no MLflow server answers at http://127.0.0.1:9" in failed.stderr
    assert not (tmp_path / "models").exists()
