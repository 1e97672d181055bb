"""Logging, gates, promotion and rollback against a real MLflow server."""

from pathlib import Path

import mlflow
import numpy as np
import onnxruntime
import pandas as pd
import pytest
from mlflow import MlflowClient

from registry.gates.judgement import Gates
from registry.gates.thresholds import load_thresholds
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.stages import LiveStage, move
from registry.mlflow_store.versions import CLASSIFIER, OPTIMIZER, REGISTERED_NAMES, list_versions, resolve
from registry.promotion.moves import Promotion, promote, rollback
from registry.promotion.settlement import settle
from registry.promotion.status import status
from registry.training_runs.model_flavors import ARRAY_MODEL
from registry.training_runs.tracking import LoggedVersion, log_training
from svgai.describe.classifier import INPUT_SIDE
from svgai.errors import GateFailed, ModelFault, RegistryFault
from svgai.measure.outcome_scales import SCALES
from svgai.model_files.training_record import file_sha256, read_record, write_record
from svgai.trace.parameters import TRACING_NAMES
from tests.fakes.fake_registry import gates_that_refuse
from tests.integration.servers.trained_folders import CONTRACT, FEATURES, GOOD_METRICS, train
from tests.marks import MLFLOW_WARNINGS

BOB = Actor(by="bob", via="cli")

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]


def logged(client: MlflowClient, folder: Path) -> LoggedVersion:
    return log_training(folder, client.tracking_uri)


def promoted(client: MlflowClient, name: str, version: int | None = None, to: LiveStage = "Production") -> Promotion:
    judge = Gates(client, load_thresholds(), CONTRACT)
    return promote(client, name, version, to=to, actor=Actor(by="ann", via="cli"), judge=judge)


def moved(client: MlflowClient, name: str, version: int | None = None, to: LiveStage = "Production") -> Promotion:
    """Promoted where the gates are not what is looked at: they load the file in a process of its own."""
    return promote(client, name, version, to=to, actor=Actor(by="ann", via="cli"), judge=gates_that_refuse())


def stages(client: MlflowClient, name: str = CLASSIFIER) -> dict[int, str]:
    return {version.number: version.stage for version in list_versions(client, name)}


def aliases(client: MlflowClient, name: str = CLASSIFIER) -> dict[str, int]:
    return {alias: version.number for version in list_versions(client, name) for alias in version.aliases}


def test_everything_of_a_training_is_logged(registry: MlflowClient, tmp_path: Path) -> None:
    """Parameters, curves, final metrics, figures, artifacts, dataset, commit, and the served file byte for byte."""
    folder = train("classifier", tmp_path / "run", accuracy=0.87)
    version = logged(registry, folder)
    run = registry.get_run(version.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["augment"] == "True"
    assert run.data.metrics["accuracy"] == 0.87
    assert [m.value for m in registry.get_metric_history(version.run_id, "training/accuracy")] == [0.4, 0.99]
    assert run.inputs is not None
    (dataset,) = run.inputs.dataset_inputs
    assert (dataset.dataset.name, dataset.dataset.digest) == ("tiny", "d" * 36)
    assert {"figures", "artifacts", "serving", "training.json"} <= {
        e.path for e in registry.list_artifacts(version.run_id)
    }
    served = registry.download_artifacts(version.run_id, "serving/classifier.onnx", str(tmp_path))
    assert Path(served).read_bytes() == (folder / "classifier.onnx").read_bytes()
    (entry,) = list_versions(registry, CLASSIFIER)
    assert entry.tags["sha256"] == version.sha256 == file_sha256(folder / "classifier.onnx")
    assert entry.tags["serving_file"] == "classifier.onnx"
    assert entry.tags["git_commit"] == run.data.tags["git_commit"]


def test_mlflows_own_tools_can_load_both_models(
    registry: MlflowClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pickle forbidden, with signature and input example, and with the same answers as the served file."""
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registry.tracking_uri)
    folder = train("classifier", tmp_path / "classifier", seed=1)
    logged(registry, folder)
    run_id = logged(registry, train("optimizer", tmp_path / "optimizer")).run_id
    rng = np.random.default_rng(0)
    batch = {
        "pixels": rng.integers(0, 256, (3, 3, INPUT_SIDE, INPUT_SIDE), np.uint8),
        "features": rng.random((3, len(FEATURES)), dtype=np.float32),
    }
    classifier = mlflow.pyfunc.load_model(f"models:/{CLASSIFIER}/1")
    (expected,) = onnxruntime.InferenceSession(folder / "classifier.onnx").run(None, batch)
    np.testing.assert_allclose(classifier.predict(batch)["probabilities"], expected, rtol=1e-5)
    assert classifier.metadata.get_input_schema().input_names() == ["pixels", "features"]
    optimizer = mlflow.pyfunc.load_model(f"models:/{OPTIMIZER}/1")
    assert optimizer.metadata.get_input_schema().input_names() == [*FEATURES, *TRACING_NAMES]
    assert optimizer.predict(optimizer.input_example).shape == (2, len(SCALES))
    named = pd.DataFrame(rng.random((3, len(FEATURES) + len(TRACING_NAMES)), dtype=np.float32))
    named.columns = pd.Index([*FEATURES, *TRACING_NAMES], dtype=object)
    array = mlflow.pyfunc.load_model(f"runs:/{run_id}/{ARRAY_MODEL}")
    np.testing.assert_array_equal(array.predict(named.to_numpy()), optimizer.predict(named))
    np.testing.assert_array_equal(optimizer.predict(named[named.columns[::-1]]), optimizer.predict(named))


def test_logging_the_same_training_again_makes_no_second_version(registry: MlflowClient, tmp_path: Path) -> None:
    """A command that was interrupted after the logging can simply be repeated."""
    folder = train("optimizer", tmp_path / "run")
    first, again = logged(registry, folder), logged(registry, folder)
    assert (first.created, again.created) == (True, False)
    assert (first.version, first.run_id) == (again.version, again.run_id)
    assert stages(registry, OPTIMIZER) == {1: "None"}


def test_a_logging_that_fails_leaves_no_version(registry: MlflowClient, tmp_path: Path) -> None:
    """The run stays, marked as failed."""
    folder = train("classifier", tmp_path / "run")
    record = read_record(folder)
    (folder / "classifier.onnx").write_bytes(b"not a model")
    write_record(folder, record.model_copy(update={"sha256": file_sha256(folder / "classifier.onnx")}))
    with pytest.raises(RegistryFault, match="not an ONNX model"):
        logged(registry, folder)
    assert list_versions(registry, CLASSIFIER) == ()
    experiment = registry.get_experiment_by_name("svgai")
    assert experiment is not None
    last = registry.search_runs([experiment.experiment_id], max_results=1)[0]
    assert last.info.status == "FAILED"


@pytest.mark.long
def test_a_version_goes_through_staging_to_production(registry: MlflowClient, tmp_path: Path) -> None:
    """Both moves are on record, the alias follows the stage, and a second version archives the first."""
    logged(registry, train("classifier", tmp_path / "1", seed=1))
    promoted(registry, CLASSIFIER, to="Staging")
    assert (stages(registry), aliases(registry)) == ({1: "Staging"}, {"staging": 1})
    promoted(registry, CLASSIFIER)
    assert (stages(registry), aliases(registry)) == ({1: "Production"}, {"production": 1})
    logged(registry, train("classifier", tmp_path / "2", seed=2))
    result = promoted(registry, CLASSIFIER)
    assert (result.version, result.replaced, result.source) == (2, 1, "None")
    assert (stages(registry), aliases(registry)) == ({1: "Archived", 2: "Production"}, {"production": 2})
    first, second = list_versions(registry, CLASSIFIER)
    assert [(t.source, t.target, t.by) for t in second.transitions] == [
        ("None", "Staging", "ann"),
        ("Staging", "Production", "ann"),
    ]
    assert first.transitions[-1].target == "Archived"
    assert "gates passed" in second.description


def test_rollback_brings_back_what_was_there_before(registry: MlflowClient, tmp_path: Path) -> None:
    """By the record and not by the number, further back each time, with a clear end."""
    for seed in (1, 2, 3):
        logged(registry, train("classifier", tmp_path / str(seed), seed=seed))
    for number in (2, 1, 3):
        moved(registry, CLASSIFIER, number)
    assert rollback(registry, CLASSIFIER, actor=BOB).version == 1
    assert (stages(registry), aliases(registry)) == ({1: "Production", 2: "Archived", 3: "Archived"}, {"production": 1})
    assert rollback(registry, CLASSIFIER, actor=BOB).version == 2
    with pytest.raises(RegistryFault, match="nothing to roll back to"):
        rollback(registry, CLASSIFIER, actor=BOB)
    (classifier, optimizer) = status(registry)
    assert optimizer.versions == ()
    shown = {v.number: (v.stage, v.promoted_by, v.aliases) for v in classifier.versions}
    assert shown[2] == ("Production", "bob", ("production",))
    assert classifier.versions[0].metrics == GOOD_METRICS["classifier"]


class ClientWithoutStages(MlflowClient):
    """A client as MLflow means it to be one day."""

    @property
    def transition_model_version_stage(self) -> object:
        raise AttributeError("there are no stages")


@pytest.mark.long
def test_all_works_where_mlflow_has_no_stages(registry: MlflowClient, tmp_path: Path) -> None:
    """By alias and log: promotion, rollback, and a person's alias, which the watcher takes over."""
    client = ClientWithoutStages(registry.tracking_uri)
    for seed in (1, 2):
        logged(client, train("classifier", tmp_path / str(seed), seed=seed))
        promoted(client, CLASSIFIER)
    assert aliases(client) == {"production": 2}
    assert [version.stage for version in list_versions(client, CLASSIFIER)] == ["Archived", "Production"]
    assert rollback(client, CLASSIFIER, actor=BOB).version == 1
    client.set_registered_model_alias(CLASSIFIER, "production", "2")
    settle(client, CLASSIFIER, Gates(client, load_thresholds(), CONTRACT), lambda _: None)
    assert resolve(client, CLASSIFIER, "Production").version.number == 2
    assert set(stages(registry).values()) == {"None"}


def test_a_refused_version_changes_nothing_but_its_verdict(registry: MlflowClient, tmp_path: Path) -> None:
    """Every reason is raised and written on the version; the former stays in Production."""
    logged(registry, train("classifier", tmp_path / "1", seed=1))
    moved(registry, CLASSIFIER)
    logged(registry, train("classifier", tmp_path / "2", seed=2, accuracy=0.5, recall_text=0.1))
    with pytest.raises(GateFailed) as refused:
        promoted(registry, CLASSIFIER)
    assert len(refused.value.reasons) == 4
    assert (stages(registry), aliases(registry)) == ({1: "Production", 2: "None"}, {"production": 1})
    (classifier, _) = status(registry)
    verdict = classifier.versions[1].verdict
    assert verdict is not None
    assert verdict.reasons == refused.value.reasons
    assert refused.value.reasons[0] in list_versions(registry, CLASSIFIER)[1].description


def test_a_version_of_other_features_is_refused(registry: MlflowClient, tmp_path: Path) -> None:
    """The contract of the serving code is checked against what was logged."""
    folder = train("optimizer", tmp_path / "run")
    write_record(folder, read_record(folder).model_copy(update={"features": (*FEATURES[:-1], "hue")}))
    logged(registry, folder)
    with pytest.raises(GateFailed, match=f"missing {FEATURES[-1]}; unknown hue"):
        promoted(registry, OPTIMIZER)


def test_two_versions_in_production_are_not_guessed_between(registry: MlflowClient, tmp_path: Path) -> None:
    """A person promoted beside the other; promoting the one that is meant archives the rest."""
    for seed in (1, 2):
        logged(registry, train("classifier", tmp_path / str(seed), seed=seed))
    moved(registry, CLASSIFIER, 2)
    with pytest.warns(FutureWarning, match="transition_model_version_stage"):
        registry.transition_model_version_stage(CLASSIFIER, "1", "Production")
    with pytest.raises(RegistryFault, match=r"several versions in Production \(1, 2\)"):
        resolve(registry, CLASSIFIER, "Production")
    with pytest.raises(RegistryFault, match="several versions"):
        rollback(registry, CLASSIFIER, actor=BOB)
    moved(registry, CLASSIFIER, 1)
    assert (stages(registry), aliases(registry)) == ({1: "Production", 2: "Archived"}, {"production": 1})
    assert resolve(registry, CLASSIFIER, "Production").version.number == 1
    assert rollback(registry, CLASSIFIER, actor=BOB).version == 2


def test_an_interrupted_promotion_is_completed_by_repeating_it(registry: MlflowClient, tmp_path: Path) -> None:
    """The stage had moved, alias and record had not; a third run has nothing left to do."""
    logged(registry, train("classifier", tmp_path / "1"))
    move(registry, CLASSIFIER, 1, "Production", archive=True)
    assert aliases(registry) == {}
    moved(registry, CLASSIFIER)
    moved(registry, CLASSIFIER)
    assert aliases(registry) == {"production": 1}
    (version,) = list_versions(registry, CLASSIFIER)
    assert [(t.source, t.target) for t in version.transitions] == [("None", "Production")]


def test_a_version_does_not_leave_production_for_staging(registry: MlflowClient, tmp_path: Path) -> None:
    """That would leave Production empty."""
    logged(registry, train("classifier", tmp_path / "1"))
    moved(registry, CLASSIFIER)
    with pytest.raises(RegistryFault, match="is in Production"):
        moved(registry, CLASSIFIER, to="Staging")


def test_without_a_server_all_lies_beside_the_database(tmp_path: Path) -> None:
    """SQLite and a folder of artifacts are enough for one person."""
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    version = log_training(train("optimizer", tmp_path / "run"), uri)
    client = MlflowClient(uri)
    assert promoted(client, OPTIMIZER).version == version.version == 1
    assert (tmp_path / "mlartifacts" / version.run_id / "artifacts" / "serving" / "optimizer.xgb").is_file()


def test_a_file_that_is_not_the_recorded_one_is_refused(registry: MlflowClient, tmp_path: Path) -> None:
    """Somebody changed the digest, or the file, of a version that was promoted before."""
    for kind, name in REGISTERED_NAMES.items():
        logged(registry, train(kind, tmp_path / kind))
        promoted(registry, name)
    registry.set_model_version_tag(OPTIMIZER, "1", "sha256", "0" * 64)
    with pytest.raises(GateFailed, match="SHA-256 differs"):
        promoted(registry, OPTIMIZER)


def test_a_damaged_folder_is_not_logged(registry: MlflowClient, tmp_path: Path) -> None:
    """The digest of the record is checked before anything is sent."""
    folder = train("optimizer", tmp_path / "run")
    (folder / "optimizer.xgb").write_bytes(b"spoiled")
    with pytest.raises(ModelFault, match="SHA-256"):
        logged(registry, folder)
    assert list_versions(registry, OPTIMIZER) == ()
