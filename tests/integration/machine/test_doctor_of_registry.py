"""`svgai doctor` on a registry in a file: whole, with a file that is gone, and after the project was copied."""

import shutil
from pathlib import Path

import pytest

from registry.mlflow_store.connection import connect
from registry.mlflow_store.stages import move
from registry.mlflow_store.versions import REGISTERED_NAMES
from registry.training_runs.tracking import log_training
from tests.integration.machine.doctor import doctor, of
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with version 1 of both models in Production."""
    project = tmp_path_factory.mktemp("registry") / "project"
    project.mkdir()
    (project / "bentofile.yaml").touch()
    uri = f"sqlite:///{project}/mlflow.db"
    client = connect(uri, create=True)
    for kind, name in REGISTERED_NAMES.items():
        train(kind, project.parent / kind)
        log_training(project.parent / kind, uri)
        move(client, name, 1, "Production", archive=True)
    return project


def test_a_registry_that_is_whole_is_good(trained: Path) -> None:
    """With the file of each version in Production."""
    found, _ = doctor(trained)
    assert of(found, "registry")["state"] == "ok"
    assert [one["state"] for one in found if one["check"] == "served file"] == ["ok", "ok"]


def test_a_served_file_that_is_gone_is_a_fault(trained: Path) -> None:
    """The version is named."""
    (served,) = (trained / "mlartifacts").rglob("classifier.onnx")
    away = served.rename(served.with_suffix(".away"))
    try:
        found, _ = doctor(trained)
    finally:
        away.rename(served)
    told = of(found, "served file")
    assert (told["state"], "svgai-classifier" in told["told"]) == ("fault", True)


def test_a_copied_registry_is_a_fault_that_doctor_mends(trained: Path, tmp_path: Path) -> None:
    """It is not opened before: what it records lies in the other project."""
    copied = shutil.copytree(trained, tmp_path / "copied")
    found, _ = doctor(copied)
    assert (of(found, "registry")["state"], of(found, "registry")["way_out"]) == ("fault", "svgai doctor --fix")
    mended, _ = doctor(copied, "--fix")
    assert (of(mended, "registry")["state"], of(mended, "served file")["state"]) == ("ok", "ok")
