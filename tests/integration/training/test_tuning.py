"""Searches for settings by command, seen by MLflow, stopped, and measured by a Dask cluster."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from distributed import LocalCluster
from mlflow.entities import Run

from registry.mlflow_store.connection import connect, experiment_id
from svgai.errors import ClusterFault
from tests.integration.servers.served import INTERRUPTIBLE
from tests.integration.training.test_training_run import ROOT, small_table, svgai
from tests.marks import MLFLOW_WARNINGS
from tests.unit.training.fit.test_train_optimizer import CONFIG, lawful_table
from training.data.dataset_writer import write_dataset
from training.tuning.folds import OptimizerMaterial
from training.tuning.trial_workers import trial_workers

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]

OPTIMIZER = ("tune", "optimizer", "--table", "measured.parquet", "--folds", "2", "--set", "rounds=12")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a small table, and a registry that is not there yet."""
    small_table(tmp_path / "measured.parquet")
    return tmp_path


def all_runs(folder: Path) -> tuple[list[Run], list[Run]]:
    """Those of searches, and those of trials."""
    client = connect(f"sqlite:///{folder}/mlflow.db")
    runs = list(client.search_runs([experiment_id(client)]))
    below = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    return [run for run in runs if run not in below], below


@pytest.mark.long
def test_a_search_is_a_run_with_a_run_below_it_for_each_trial(project: Path) -> None:
    """Settings, errors and how it ended of each; the comparison and all trials are files of the search."""
    done = svgai(project, *OPTIMIZER, "--trials", "6", "--jobs", "2", "--name", "mine", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    (search,), trials = all_runs(project)
    assert (search.info.run_name, search.info.status) == ("mine", "FINISHED")
    assert len(trials) == 6
    assert {run.data.tags["mlflow.parentRunId"] for run in trials} == {search.info.run_id}
    assert {run.info.status for run in trials} == {"FINISHED"}
    whole = [run for run in trials if run.data.tags["trial_state"] == "COMPLETE"]
    assert min(run.data.metrics["error"] for run in whole) == told["best_error"] == search.data.metrics["error"]
    assert all("rounds" not in run.data.params for run in trials)
    client = connect(f"sqlite:///{project}/mlflow.db")
    table = Path(client.download_artifacts(search.info.run_id, "search/trials.csv")).read_text()
    assert len(table.splitlines()) == 7
    compared = json.loads(Path(client.download_artifacts(search.info.run_id, "search/held_out.json")).read_text())
    assert [one["name"] for one in compared] == ["error", "attainment", "log_bytes_regret"]
    assert compared[0]["items"] < 45


@pytest.mark.long
def test_a_search_that_is_killed_goes_on(project: Path) -> None:
    """Its run is marked, and the next call measures only what is left."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MLFLOW_TRACKING_URI": f"sqlite:///{project}/mlflow.db"}
    command = [*INTERRUPTIBLE, sys.executable, "-m", "cli", *OPTIMIZER, "--trials", "500"]
    journal = project / "data/tuning/optimizer.journal"
    with subprocess.Popen(command, cwd=project, env=environment, stderr=subprocess.DEVNULL) as slow:
        deadline = time.monotonic() + 120
        while not journal.exists() or journal.read_text().count('"state":1') < 2:
            assert slow.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        slow.send_signal(signal.SIGINT)
        slow.wait(60)
    (killed,), before = all_runs(project)
    assert killed.info.status == "KILLED"
    assert {run.info.status for run in before} <= {"FINISHED", "KILLED"}
    done = svgai(project, *OPTIMIZER, "--trials", "4", "--json")
    assert done.returncode == 0, done.stderr
    _, after = all_runs(project)
    assert json.loads(done.stdout)["trials"]["COMPLETE"] >= 2
    assert len(after) - len(before) <= 2


@pytest.mark.long
def test_the_classifier_is_searched_too(tmp_path: Path) -> None:
    """On a folder of labelled images; without a registry where none is asked for."""
    write_dataset(tmp_path / "logos", 12, 1, 1, lambda _done, _total: None)
    quick = [f"--set={one}" for one in ("epochs=1", "width=8", "batch_size=32")]
    arguments = ("--data", "logos", "--trials", "2", "--folds", "3", *quick, "--no-log", "--json")
    done = svgai(tmp_path, "tune", "classifier", *arguments)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told["best"]) == {"learning_rate", "weight_decay", "label_smoothing", "feature_dropout"}
    assert [one["name"] for one in told["held_out"]] == ["error", "accuracy"]
    assert not (tmp_path / "mlflow.db").exists()


def test_a_wrong_setting_is_answered_with_those_there_are(project: Path) -> None:
    """Before anything is read."""
    done = svgai(project, "tune", "optimizer", "--set", "depth=3")
    assert done.returncode == 2
    assert "max_depth" in done.stderr


@pytest.mark.long
def test_a_cluster_measures_the_same() -> None:
    """Errors are those of this process; as many trials at once as there are workers."""
    material = OptimizerMaterial.of(lawful_table(), 3, CONFIG)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
        trial_workers(material, 1, cluster.scheduler_address) as (submit, at_once),
    ):
        assert at_once == 2
        assert submit({}, 1).result(60) == material.fold_error({}, 1, 1)


def test_a_cluster_with_threads_is_refused() -> None:
    """Two trainings of one process would take random numbers from each other."""
    material = OptimizerMaterial.of(lawful_table(), 3, CONFIG)
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
        pytest.raises(ClusterFault, match="one thread each"),
        trial_workers(material, 1, cluster.scheduler_address),
    ):
        pass
