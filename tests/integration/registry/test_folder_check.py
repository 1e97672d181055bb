"""Folders of models, sound and otherwise, before they are served."""

import os
import shutil
from pathlib import Path

import pytest

from registry.folders.folder_check import FolderReport, check_folder
from svgai.model_files.metadata import METADATA
from svgai.model_files.model_pair import load_models
from tests.fakes.torch_classifiers import describe_models, write_torch_classifier

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def sound_folder(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As an export leaves one."""
    folder = tmp_path_factory.mktemp("sound")
    write_torch_classifier(folder / "classifier.onnx", folder / "classifier.pth")
    shutil.copy(models_folder / "optimizer.xgb", folder)
    describe_models(folder)
    return folder


@pytest.fixture
def folder(sound_folder: Path, tmp_path: Path) -> Path:
    """A copy, free to be spoiled."""
    return Path(shutil.copytree(sound_folder, tmp_path / "models"))


def check(folder: Path, classifier: str = "classifier.onnx") -> FolderReport:
    return check_folder(folder, {"classifier": classifier, "optimizer": "optimizer.xgb"})


def test_an_exported_folder_is_sound(folder: Path) -> None:
    """Every file is listed with its version, and the check changes nothing."""
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    report = check(folder)
    assert (report.passed, report.faults, report.notes) == (True, (), ())
    assert [(file.file, file.version) for file in report.files] == [
        ("classifier.onnx", "3"),
        ("classifier.pth", "3"),
        ("optimizer.xgb", "5"),
    ]
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.long
def test_what_the_check_passes_is_served(folder: Path) -> None:
    """Under the versions that the check tells, whichever form of the classifier is named."""
    for name in ("classifier.onnx", "classifier.pth"):
        report = check(folder, classifier=name)
        assert report.passed
        assert load_models(folder, folder, name).version == "classifier:3,optimizer:5"


def test_every_fault_is_told_not_only_the_first(folder: Path) -> None:
    """Digests, sizes, what is missing, and what cannot be loaded, for both models at once."""
    with (folder / "classifier.onnx").open("ab") as file:
        file.write(b"x")
    os.truncate(folder / "optimizer.xgb", 100)
    (folder / "classifier.pth").unlink()
    text = "\n".join(check(folder).faults)
    for told in (
        "classifier.onnx is not the file that metadata.json names: its SHA-256 is",
        "classifier.pth is not there",
        "optimizer.xgb has 100 bytes, not the",
        "optimizer.xgb is not the file that metadata.json names",
        "optimizer.xgb is not a readable XGBoost model: the file is cut off",
    ):
        assert text.count(told) == 1, text


def test_both_models_are_tried_where_both_are_broken(folder: Path) -> None:
    """The service would only tell the first."""
    (folder / METADATA).unlink()
    (folder / "classifier.onnx").write_bytes(b"no model")
    (folder / "optimizer.xgb").write_bytes(b"no model}")
    first, second = check(folder).faults
    assert first.startswith("classifier.onnx is not a readable ONNX model")
    assert second.startswith("optimizer.xgb is not a readable XGBoost model")


def test_a_file_in_a_folder_below_is_told_by_its_whole_name(folder: Path) -> None:
    """Another of that name may lie elsewhere."""
    (folder / METADATA).unlink()
    (folder / "inner").mkdir()
    (folder / "inner" / "classifier.onnx").write_bytes(b"no model")
    (fault,) = check(folder, classifier="inner/classifier.onnx").faults
    assert fault.startswith("inner/classifier.onnx is not a readable ONNX model")


@pytest.mark.long
def test_weights_of_another_network_are_found(folder: Path, tmp_path: Path) -> None:
    """Whole, of the right form, and vouched for: only their probabilities are others."""
    write_torch_classifier(tmp_path / "other.onnx", folder / "classifier.pth", seed=1)
    describe_models(folder)
    (fault,) = check(folder).faults
    assert fault.startswith("classifier.pth is not the network of classifier.onnx: a probability differs by 0.")


def test_a_bare_folder_passes_with_a_note(folder: Path) -> None:
    """It can be served, but nothing vouches for its files; versions are the digests' starts."""
    (folder / METADATA).unlink()
    report = check(folder)
    assert report.passed
    assert "there is no metadata.json" in report.notes[0]
    assert all(file.version == file.sha256[:8] for file in report.files)


def test_a_file_that_kills_its_process_is_a_fault_like_any_other(folder: Path) -> None:
    """XGBoost reads on where the end of a file was spoilt; the check goes on."""
    (folder / METADATA).unlink()
    path = folder / "optimizer.xgb"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"}")
    (fault,) = check(folder).faults
    assert "optimizer.xgb" in fault
