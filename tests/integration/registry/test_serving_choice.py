"""Which Bento `svgai serve` serves, by a registry in a file: that of the versions in Production, whatever is newest."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
import yaml

from commands.delivery.built_bentos import BUILT
from registry.mlflow_store.connection import connect
from registry.mlflow_store.stages import move
from registry.mlflow_store.versions import CLASSIFIER, OPTIMIZER
from registry.training_runs.tracking import log_training
from rollout.ports import free_port
from rollout.readiness import wait_until_ready
from svgai.model_files.training_record import read_record
from tests.integration.servers.served import text_with
from tests.integration.servers.small_bentos import tag
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS

# MLflow's and BentoML's, at their import.
pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
    pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning"),
]

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(bento_home: Path, tmp_path: Path) -> Path:
    """
    A project with two versions of the classifier and one of the optimizer, all small.

    Its Bentos: `good` of versions 1 and 1, and `better`, built later, of 2 and 1.
    """
    shutil.copytree(bento_home, tmp_path / "bentoml", symlinks=True)
    optimizer = train("optimizer", tmp_path / "runs" / "optimizer")
    classifiers = [train("classifier", tmp_path / "runs" / f"classifier-{seed}", seed=seed) for seed in (1, 2)]
    for mode, number in (("good", 1), ("better", 2)):
        description = tmp_path / "bentoml" / "bentos" / "svgai" / mode / "bento.yaml"
        labels = {
            "classifier_version": str(number),
            "classifier_sha256": read_record(classifiers[number - 1]).sha256,
            "optimizer_version": "1",
            "optimizer_sha256": read_record(optimizer).sha256,
        }
        description.write_text(description.read_text().replace("labels: {}", f"labels: {json.dumps(labels)}"))
    project = tmp_path / "project"
    (project / BUILT.parent).mkdir(parents=True)
    (project / BUILT).write_text(f"{tag('good')}\n{tag('better')}\n")
    (project / "bentofile.yaml").write_text("include: [service.py]\n")
    uri = f"sqlite:///{project}/mlflow.db"
    for folder in (optimizer, *classifiers):
        log_training(folder, uri)
    move(connect(uri), OPTIMIZER, 1, "Production", archive=True)
    move(connect(uri), CLASSIFIER, 2, "Production", archive=True)
    return project


def environment_of(project: Path) -> dict[str, str]:
    own = {"BENTOML_HOME": str(project.parent / "bentoml"), "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    return {**os.environ, **own, "MLFLOW_TRACKING_URI": f"sqlite:///{project}/mlflow.db"}


def choose(project: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The program, as `svgai serve` starts it."""
    return subprocess.run(
        [sys.executable, "-m", "commands.delivery.serving_choice"],
        cwd=project,
        env=environment_of(project) | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_what_serves_is_what_is_in_production(project: Path) -> None:
    """Also after a rollback, where a newer Bento is there: that it is not taken is said, with the versions."""
    assert choose(project).stdout == f"{tag('better')}\n"
    move(connect(f"sqlite:///{project}/mlflow.db"), CLASSIFIER, 1, "Production", archive=True)
    chosen = choose(project)
    assert chosen.stdout == f"{tag('good')}\n", chosen.stderr
    assert f"{tag('better')} was delivered here last, and is not what is in Production" in chosen.stderr
    assert "classifier 1, optimizer 1" in chosen.stderr


def test_with_experiments_the_bento_with_the_challenger_serves(project: Path) -> None:
    """That of Production and of what is in Staging; without experiments the one of Production alone."""
    store = project.parent / "bentoml" / "bentos" / "svgai"
    good, better = (yaml.safe_load((store / mode / "bento.yaml").read_text())["labels"] for mode in ("good", "better"))
    challenging = {f"challenger_classifier_{name}": good[f"classifier_{name}"] for name in ("version", "sha256")}
    description = store / "best" / "bento.yaml"
    description.write_text(description.read_text().replace("labels: {}", f"labels: {json.dumps(better | challenging)}"))
    with (project / BUILT).open("a") as built:
        built.write(f"{tag('best')}\n")
    move(connect(f"sqlite:///{project}/mlflow.db"), CLASSIFIER, 1, "Staging", archive=True)
    chosen = choose(project, AB_TESTING_ENABLED="true", QUALITY_TRACKING_ENABLED="true")
    assert chosen.stdout == f"{tag('best')}\n", chosen.stderr
    assert choose(project).stdout == f"{tag('better')}\n"


def test_where_nobody_knows_what_is_in_production_the_last_one_serves(project: Path) -> None:
    """And that is said; without any Bento it is a fault."""
    away = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}
    chosen = choose(project, **away)
    assert chosen.stdout == f"{tag('better')}\n"
    assert "what is in Production is not known: no MLflow server answers at http://127.0.0.1:9" in chosen.stderr
    (project / BUILT).unlink()
    failed = choose(project, **away)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "no MLflow server answers" in failed.stderr


@pytest.mark.long
def test_a_bento_of_another_registry_is_not_taken(project: Path, tmp_path: Path) -> None:
    """Whose versions have the same numbers, and other files: one of these is built, which fails in this project."""
    other = f"sqlite:///{tmp_path}/other.db"
    log_training(train("optimizer", tmp_path / "runs" / "another-optimizer"), other)
    log_training(train("classifier", tmp_path / "runs" / "another", seed=3), other)
    for name in (OPTIMIZER, CLASSIFIER):
        move(connect(other), name, 1, "Production", archive=True)
    chosen = choose(project, MLFLOW_TRACKING_URI=other)
    assert "is not what is in Production (classifier 1, optimizer 1): its Bento is built" in chosen.stderr
    assert (chosen.returncode, chosen.stdout) == (1, "")


@pytest.mark.long
def test_several_versions_in_production_are_no_guess(project: Path) -> None:
    """What to do is said, and the last one serves meanwhile."""
    move(connect(f"sqlite:///{project}/mlflow.db"), CLASSIFIER, 1, "Production", archive=False)
    chosen = choose(project)
    assert chosen.stdout == f"{tag('better')}\n"
    assert "several versions in Production (1, 2)" in chosen.stderr


@pytest.mark.long
def test_latest_is_what_was_delivered_last(project: Path) -> None:
    """Not what was built last; a Bento for a GPU goes by its tag."""
    store = project.parent / "bentoml" / "bentos" / "svgai"
    code = "import sys; from registry.bento.latest_bento import make_latest; make_latest(sys.argv[1])"
    environment = os.environ | {"BENTOML_HOME": str(store.parents[1]), "PYTHONPATH": str(ROOT)}
    for mode, latest in (("better", "better"), ("good", "good"), ("best", "good")):
        description = store / "best" / "bento.yaml"
        description.write_text(description.read_text().replace("labels: {}", "labels: {variant: gpu}"))
        subprocess.run([sys.executable, "-c", code, tag(mode)], env=environment, check=True, timeout=120)
        assert (store / "latest").read_text() == latest


def test_the_command_becomes_the_service(project: Path) -> None:
    """So that nothing of it stays in memory; it says where it is, and ends with the service."""
    port = free_port()
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port)]
    output = project / "output.log"
    with output.open("wb") as log:
        server = subprocess.Popen(command, cwd=project, env=environment_of(project), stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(f"{url}/readyz", lambda: None if server.poll() is None else output.read_text(), 480)
        answer = httpx.post(f"{url}/api/classify", json={"image": ""}, timeout=60).json()
        assert answer["model_version"] == "MODE better"
        assert psutil.Process(server.pid).cmdline()[1:4] == ["-m", "bentoml", "serve"]
        text_with(output, f"{tag('better')} is ready")
    finally:
        server.terminate()
        code = server.wait(60)
    assert code == 0
