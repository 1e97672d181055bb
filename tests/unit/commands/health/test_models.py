"""Whether models that lie here are whole."""

from pathlib import Path

import pytest

from commands.health.models import bento_finding, model_folder_finding, trainings_finding
from svgai.settings import Settings
from tests.fakes.tiny_models import write_models

BENTO = """\
service: service:SvgAi
name: svgai
version: one
bentoml_version: 1.4.40
creation_time: '2026-01-01T00:00:00+00:00'
labels: {variant: cpu}
models: []
services:
- name: svgai
  models: [{tag: 'svgai-classifier:v1'}, {tag: 'svgai-optimizer:v1'}]
"""


def _settings(folder: Path) -> Settings:
    return Settings(_env_file=None, model_dir=folder)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a Bento that was built in it, and BentoML's store, which is given."""
    home = tmp_path / "bentoml"
    monkeypatch.setenv("BENTOML_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".svgai").mkdir()
    (tmp_path / ".svgai/bentos").write_text("svgai:one\n")
    for name in ("svgai-classifier", "svgai-optimizer"):
        write_models(home / "models" / name / "v1")
    return home


def _put_bento(home: Path) -> None:
    (home / "bentos/svgai/one").mkdir(parents=True)
    (home / "bentos/svgai/one/bento.yaml").write_text(BENTO)


def test_a_training_that_is_not_whole_is_a_fault(tmp_path: Path) -> None:
    """No training is none."""
    assert trainings_finding(tmp_path).state == "ok"
    (tmp_path / "classifier").mkdir()
    (tmp_path / "classifier" / "training.json").write_text("{}")
    found = trainings_finding(tmp_path)
    assert (found.state, found.way_out) == ("fault", "svgai train")


@pytest.mark.slow
def test_a_model_folder_tells_versions_and_digests(tmp_path: Path) -> None:
    """As the service would load them."""
    found = model_folder_finding(_settings(write_models(tmp_path)))
    assert found.state == "ok"
    assert "classifier.onnx 1 (" in found.told


@pytest.mark.slow
def test_a_model_that_its_metadata_do_not_name_is_a_fault(tmp_path: Path) -> None:
    """Changed, or missing; one that nothing vouches for is a warning."""
    folder = write_models(tmp_path)
    with (folder / "optimizer.xgb").open("ab") as file:
        file.write(b" ")
    found = model_folder_finding(_settings(folder))
    assert (found.state, "SHA-256" in found.told, found.way_out) == ("fault", True, f"svgai export {folder}")
    (folder / "metadata.json").unlink()
    assert model_folder_finding(_settings(folder)).state == "warning"
    (folder / "optimizer.xgb").unlink()
    assert model_folder_finding(_settings(folder)).state == "fault"


def test_a_bento_whose_models_are_as_imported_is_good(store: Path) -> None:
    """It is named, with its models."""
    _put_bento(store)
    found = bento_finding()
    assert (found.state, found.told) == ("ok", "svgai:one of svgai-classifier:v1, svgai-optimizer:v1")


def test_a_changed_model_in_the_store_is_a_fault(store: Path) -> None:
    """`svgai build` imports it anew."""
    _put_bento(store)
    (store / "models/svgai-optimizer/v1/optimizer.xgb").write_bytes(b"{}")
    (store / "models/svgai-classifier/v1/classifier.onnx").unlink()
    found = bento_finding()
    assert (found.state, found.way_out) == ("fault", "svgai build")
    assert "svgai-optimizer:v1" in found.told
    assert "svgai-classifier:v1" in found.told


@pytest.mark.usefixtures("store")
def test_a_bento_that_has_left_the_store_is_told() -> None:
    """As after BENTOML_HOME became another."""
    assert bento_finding().state == "warning"


def test_a_new_project_has_no_bento(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is as it should be."""
    monkeypatch.chdir(tmp_path)
    assert bento_finding().told == "none built here yet"
