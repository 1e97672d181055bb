"""The gates on evidence from a real MLflow server, and what `svgai gate` shows of it."""

import json
import pickle
from pathlib import Path

import pytest
from mlflow import MlflowClient
from typer.testing import CliRunner

from cli import app
from registry.gates.judgement import Gates
from registry.gates.thresholds import load_thresholds
from registry.gates.verdict import GateVerdict
from registry.mlflow_store.versions import CLASSIFIER, OPTIMIZER, REGISTERED_NAMES, list_versions
from registry.training_runs.tracking import log_training
from svgai.model_files.training_record import HELD_OUT_FILE, RECORD_FILE, WEIGHTS_FILE, ModelKind, file_sha256
from tests.fakes.torch_classifiers import write_torch_classifier
from tests.integration.servers.trained_folders import CONTRACT, train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]


def judged(client: MlflowClient, name: str, number: int = 1, against: int | None = None) -> GateVerdict:
    versions = {version.number: version for version in list_versions(client, name)}
    judge = Gates(client, load_thresholds(), CONTRACT)
    return judge(versions[number], versions[against] if against else None)


def cells(verdict: GateVerdict, name: str) -> tuple[str, str]:
    (found,) = [check for check in verdict.checks if check.name == name]
    return found.measured, found.limit


@pytest.mark.parametrize("kind", ["classifier", "optimizer"])
def test_an_equal_version_passes_item_by_item(registry: MlflowClient, tmp_path: Path, kind: ModelKind) -> None:
    """Its outcomes are found, its file is timed by the serving code, its signature is the one that serving needs."""
    for seed in (1, 2):
        log_training(train(kind, tmp_path / str(seed), seed=seed), registry.tracking_uri)
    verdict = judged(registry, REGISTERED_NAMES[kind], 2, against=1)
    assert verdict.reasons == ()
    figure = "accuracy" if kind == "classifier" else "attainment"
    assert "160 items" in cells(verdict, f"{figure} against version 1")[1]
    assert cells(verdict, "latency")[0].endswith(" ms")
    assert len(set(cells(verdict, "signature"))) == 1


def test_versions_of_other_items_are_compared_by_value(registry: MlflowClient, tmp_path: Path) -> None:
    """The row says so."""
    log_training(train("classifier", tmp_path / "1"), registry.tracking_uri)
    log_training(train("classifier", tmp_path / "2", seed=2, held_out="others"), registry.tracking_uri)
    verdict = judged(registry, CLASSIFIER, 2, against=1)
    assert verdict.passed
    assert "measured on other items" in cells(verdict, "accuracy against version 1")[1]


def test_a_cut_off_file_is_refused_by_the_serving_code(registry: MlflowClient, tmp_path: Path) -> None:
    """Also where somebody made its digest fit."""
    folder = train("optimizer", tmp_path / "run")
    version = log_training(folder, registry.tracking_uri)
    file = folder / "optimizer.xgb"
    file.write_bytes(file.read_bytes()[:2000])
    registry.log_artifact(version.run_id, str(file), "serving")
    registry.set_model_version_tag(OPTIMIZER, "1", "sha256", file_sha256(file))
    (reason,) = judged(registry, OPTIMIZER).reasons
    assert "the serving code cannot use the served file" in reason
    assert "cut off" in reason


@pytest.mark.long
def test_weights_that_are_not_those_of_the_training_are_refused(registry: MlflowClient, tmp_path: Path) -> None:
    """Plain tensors of the right shape, but those of another network."""
    folder = train("classifier", tmp_path / "run", weights=True)
    version = log_training(folder, registry.tracking_uri)
    assert judged(registry, CLASSIFIER).passed
    write_torch_classifier(tmp_path / "other.onnx", tmp_path / "classifier.pth", seed=1)
    registry.log_artifact(version.run_id, str(tmp_path / "classifier.pth"), "artifacts")
    (reason,) = judged(registry, CLASSIFIER).reasons
    assert f"{WEIGHTS_FILE} is not the one of the training" in reason


def test_a_pickle_among_the_artifacts_is_refused(registry: MlflowClient, tmp_path: Path) -> None:
    """Under a name that looks harmless."""
    version = log_training(train("classifier", tmp_path / "run"), registry.tracking_uri)
    (tmp_path / "table.json").write_bytes(pickle.dumps({"a": 1}))
    registry.log_artifact(version.run_id, str(tmp_path / "table.json"), "artifacts")
    (reason,) = judged(registry, CLASSIFIER).reasons
    assert "artifacts/table.json is a pickle" in reason


def test_outcomes_that_were_exchanged_are_refused(registry: MlflowClient, tmp_path: Path) -> None:
    """They would decide how the version compares."""
    version = log_training(train("classifier", tmp_path / "run"), registry.tracking_uri)
    better = train("classifier", tmp_path / "better", accuracy=1.0)
    registry.log_artifact(version.run_id, str(better / HELD_OUT_FILE), "artifacts")
    (reason,) = judged(registry, CLASSIFIER).reasons
    assert "artifacts/held_out.parquet is not the one of the training" in reason


def test_figures_that_were_made_better_afterwards_are_refused(registry: MlflowClient, tmp_path: Path) -> None:
    """In the run they differ from the record; in the record its digest tells."""
    folder = train("classifier", tmp_path / "run", accuracy=0.86)
    version = log_training(folder, registry.tracking_uri)
    registry.log_metric(version.run_id, "accuracy", 0.99)
    (reason,) = judged(registry, CLASSIFIER).reasons
    assert reason == "figures of the run are not those of its training record: accuracy"
    record = folder / RECORD_FILE
    record.write_text(record.read_text().replace("0.86", "0.99"))
    registry.log_artifact(version.run_id, str(record))
    (reason,) = judged(registry, CLASSIFIER).reasons
    assert reason == "the training record is not the one that was trained: its SHA-256 differs"


def test_the_command_shows_all_checks_and_changes_nothing(
    registry: MlflowClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1 where the version is refused; what would be compared is what stands in the stage."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registry.tracking_uri)
    log_training(train("classifier", tmp_path / "1"), registry.tracking_uri)
    log_training(train("classifier", tmp_path / "2", seed=2, accuracy=0.5), registry.tracking_uri)
    before = list_versions(registry, CLASSIFIER)
    passed = CliRunner().invoke(app, ["gate", "classifier", "1", "--json"])
    assert passed.exit_code == 0, passed.output
    answer = json.loads(passed.stdout)
    assert (answer["passed"], answer["compared_with"]) == (True, None)
    assert {"accuracy", "latency", "files"} <= {check["name"] for check in answer["checks"]}
    refused = CliRunner().invoke(app, ["gate", "classifier", "2", "--to", "staging"])
    assert refused.exit_code == 1
    assert "below" in refused.output
    as_json = CliRunner().invoke(app, ["gate", CLASSIFIER, "2", "--json"])
    reasons = [check["reason"] for check in json.loads(as_json.stdout)["checks"]]
    assert "accuracy 0.5000 is below the minimum 0.85" in reasons
    assert list_versions(registry, CLASSIFIER) == before
