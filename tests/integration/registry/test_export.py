"""Versions of a real registry, exported to a folder and served from it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mlflow import MlflowClient
from typer.testing import CliRunner

from cli import app
from loadtests.servers.local_server import stop
from registry.folders.export import export_models
from registry.mlflow_store.stages import move
from registry.mlflow_store.versions import CLASSIFIER, OPTIMIZER, list_versions
from registry.training_runs.tracking import log_training
from rollout.ports import free_port
from svgai.decode.pixels import encode_png
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import ModelFault, RegistryFault
from svgai.model_files.metadata import METADATA
from svgai.model_files.training_record import RECORD_FILE, WEIGHTS_FILE, TrainingRecord, file_sha256, write_record
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import INTERRUPTIBLE, encoded, serving, start, text_with
from tests.integration.servers.trained_folders import GOOD_METRICS, train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]

ROOT = Path(__file__).parents[3]
FILES = {"classifier.onnx", "classifier.pth", "optimizer.xgb", METADATA}
WITHIN_S = 180


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two trainings of the classifier, with weights, and one of the optimizer."""
    folder = tmp_path_factory.mktemp("trained")
    for seed in (1, 2):
        train("classifier", folder / f"classifier{seed}", seed=seed, weights=True)
    train("optimizer", folder / "optimizer")
    return folder


@pytest.fixture
def production(registry: MlflowClient, trained: Path) -> MlflowClient:
    """A registry with version 2 of the classifier and version 1 of the optimizer in Production."""
    for name in ("classifier1", "classifier2", "optimizer"):
        log_training(trained / name, registry.tracking_uri)
    move(registry, CLASSIFIER, 2, "Production", archive=True)
    move(registry, OPTIMIZER, 1, "Production", archive=True)
    return registry


def svgai(client: MlflowClient, *arguments: str) -> str:
    """What a command that must succeed prints on stdout."""
    result = CliRunner().invoke(app, [*arguments], env={"MLFLOW_TRACKING_URI": client.tracking_uri})
    assert result.exit_code == 0, result.output
    return result.stdout


def beside(folder: Path) -> list[str]:
    """What lies beside an export but for the folder that it leads to."""
    return [path.name for path in folder.parent.iterdir() if path.resolve() != folder.resolve() or path == folder]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.long
def test_an_export_serves_the_versions_in_production(production: MlflowClient, trained: Path, tmp_path: Path) -> None:
    """Byte for byte as trained, under the registry's versions, as ONNX and as torch weights."""
    folder = tmp_path / "models" / "production"
    svgai(production, "export", f"{folder}/")
    assert set(content(folder)) == FILES
    assert beside(folder) == ["production"]
    assert (folder / "classifier.onnx").read_bytes() == (trained / "classifier2" / "classifier.onnx").read_bytes()
    assert (folder / "classifier.pth").read_bytes() == (trained / "classifier2" / WEIGHTS_FILE).read_bytes()
    assert json.loads(svgai(production, "validate", str(folder), "--json"))["passed"]
    answers = []
    for name in ("classifier.onnx", "classifier.pth"):
        with serving(tmp_path / name, MODEL_DIR=str(folder), CLASSIFIER_MODEL=name) as served:
            answers.append(
                served.client.post("/api/classify", json={"image": encoded(encode_png(drawn_logo(1)))}).json()
            )
            models = served.client.get("/api/ai-status").json()["checks"]["models"]
            assert models["classifier"]["run_id"] == list_versions(production, CLASSIFIER)[1].run_id
    assert [answer["model_version"] for answer in answers] == ["classifier:2,optimizer:1"] * 2
    assert answers[0]["probabilities"] == pytest.approx(answers[1]["probabilities"], abs=1e-4)


def test_metadata_tell_where_the_files_come_from(production: MlflowClient, tmp_path: Path) -> None:
    """Versions, runs, figures, digests, features and classes; when and by which code it was exported."""
    told = json.loads(svgai(production, "export", str(tmp_path / "out"), "--json"))
    metadata = json.loads((tmp_path / "out" / METADATA).read_text())
    assert told["metadata"]["optimizer"]["version"] == metadata["optimizer"]["version"] == "1"
    classifier = metadata["classifier"]
    assert (classifier["file"], classifier["version"]) == ("classifier.onnx", "2")
    assert classifier["run_id"] == list_versions(production, CLASSIFIER)[1].run_id
    assert classifier["metrics"] == GOOD_METRICS["classifier"]
    assert classifier["classes"] == ["simple", "text", "gradient", "complex"]
    assert metadata["optimizer"]["features"] == list(FEATURE_NAMES)
    for entry in (classifier, classifier["weights"], metadata["optimizer"]):
        assert entry["sha256"] == file_sha256(tmp_path / "out" / entry["file"])
        assert entry["size_bytes"] == (tmp_path / "out" / entry["file"]).stat().st_size
    assert set(metadata["exported"]) == {"at", "svgai", "git_commit"}


@pytest.mark.long
def test_a_damaged_export_is_refused(production: MlflowClient, tmp_path: Path) -> None:
    """A service that loads in the background tells the fault; one that must load at its start ends with it."""
    folder = tmp_path / "out"
    export_models(production, folder, {}, ROOT)
    with (folder / "classifier.pth").open("ab") as file:
        file.write(b"x")
    settings = {"MODEL_DIR": str(folder), "CLASSIFIER_MODEL": "classifier.pth"}
    with serving(tmp_path / "lazy", ready=False, **settings) as served:
        deadline = time.monotonic() + WITHIN_S
        while (status := served.client.get("/api/ai-status").json())["ai_status"] == "loading":
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert status["ai_status"] == "failed"
        assert "classifier" in status["fault"]
        text_with(served.output, "classifier.pth is not the file that")
    process, output = start(tmp_path / "eager", free_port(), **settings, MODEL_LAZY_LOADING="false")
    try:
        process.wait(WITHIN_S)
    finally:
        stop(process)
    assert "classifier.pth is not the file that" in output.read_text()


@pytest.mark.long
def test_another_version_than_productions_can_be_exported(production: MlflowClient, tmp_path: Path) -> None:
    """The earlier export is replaced by it, and nothing is left beside."""
    folder = tmp_path / "models" / "out"
    svgai(production, "export", str(folder))
    svgai(production, "export", str(folder), "--classifier", "1")
    metadata = json.loads((folder / METADATA).read_text())
    assert (metadata["classifier"]["version"], metadata["optimizer"]["version"]) == ("1", "1")
    assert file_sha256(folder / "classifier.onnx") == metadata["classifier"]["sha256"]
    assert beside(folder) == ["out"]
    with pytest.raises(RegistryFault, match="has no version 9; it has 1, 2"):
        export_models(production, folder, {"classifier": 9}, ROOT)


def test_changed_weights_in_the_registry_leave_the_earlier_export(production: MlflowClient, tmp_path: Path) -> None:
    """Whole weights, but not those that the training recorded."""
    folder = tmp_path / "models" / "out"
    export_models(production, folder, {}, ROOT)
    before = content(folder)
    first, second = list_versions(production, CLASSIFIER)
    (tmp_path / "other").mkdir()
    other = production.download_artifacts(first.run_id, WEIGHTS_FILE, str(tmp_path / "other"))
    production.log_artifact(second.run_id, other, "artifacts")
    with pytest.raises(ModelFault, match="the weights of svgai-classifier version 2 are not those that were trained"):
        export_models(production, folder, {}, ROOT)
    assert content(folder) == before
    assert beside(folder) == ["out"]


def older_training(trained: Path, folder: Path, *, weights: Path) -> Path:
    """A training whose record says nothing of weights."""
    shutil.copytree(trained / "classifier1", folder)
    shutil.copyfile(weights, folder / WEIGHTS_FILE)
    record = TrainingRecord.model_validate_json((folder / RECORD_FILE).read_bytes())
    write_record(folder, record.model_copy(update={"weights_sha256": None}))
    return folder


@pytest.mark.long
def test_weights_without_a_recorded_digest_are_held_against_the_onnx_file(
    production: MlflowClient, trained: Path, tmp_path: Path
) -> None:
    """As earlier versions trained: those of this network are exported with a note, others are refused."""
    own, foreign = (trained / name / WEIGHTS_FILE for name in ("classifier1", "classifier2"))
    log_training(older_training(trained, tmp_path / "own", weights=own), production.tracking_uri)
    exported = export_models(production, tmp_path / "out", {"classifier": 3}, ROOT)
    assert "recorded no digest of its torch weights" in exported.notes[0]
    run = list_versions(production, CLASSIFIER)[2].run_id
    production.log_artifact(run, str(foreign), "artifacts")
    with pytest.raises(
        ModelFault, match=r"(?s)out is as it was:\n  classifier.pth is not the network of classifier.onnx"
    ):
        export_models(production, tmp_path / "out", {"classifier": 3}, ROOT)
    assert (tmp_path / "out" / "classifier.pth").read_bytes() == own.read_bytes()


def test_a_version_without_weights_is_exported_without(registry: MlflowClient, tmp_path: Path) -> None:
    """A note says so, and the folder serves."""
    for kind in ("classifier", "optimizer"):
        log_training(train(kind, tmp_path / kind), registry.tracking_uri)
    exported = export_models(registry, tmp_path / "out", {"classifier": 1, "optimizer": 1}, ROOT)
    assert set(content(tmp_path / "out")) == FILES - {"classifier.pth"}
    assert exported.notes == (
        "the training of svgai-classifier version 1 kept no torch weights: classifier.pth is left out",
    )
    with pytest.raises(RegistryFault, match="no version in Production"):
        export_models(registry, tmp_path / "out", {}, ROOT)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_export_leaves_the_earlier_one(
    production: MlflowClient, tmp_path: Path, number: signal.Signals
) -> None:
    """After Ctrl-C nothing lies beside it either; what a killed one left there is in nobody's way."""
    folder = tmp_path / "models" / "out"
    export_models(production, folder, {"classifier": 1}, ROOT)
    before = content(folder)
    environment = os.environ | {"MLFLOW_TRACKING_URI": production.tracking_uri, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*INTERRUPTIBLE, sys.executable, "-m", "cli", "export", str(folder)],
        env=environment,
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + WITHIN_S
    while not list(folder.parent.glob(".out-*/made/optimizer.xgb")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, number)
    assert process.wait(WITHIN_S) != 0
    assert content(folder) == before
    if number == signal.SIGINT:
        assert beside(folder) == ["out"]
    export_models(production, folder, {}, ROOT)
    assert json.loads((folder / METADATA).read_text())["classifier"]["version"] == "2"
