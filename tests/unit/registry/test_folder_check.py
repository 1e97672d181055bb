"""Folders of models, sound and otherwise, before they are served."""

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.folder_check import FolderReport, check_folder
from svgai.model_metadata import METADATA
from svgai.models import load_models
from svgai.training_record import ModelKind
from tests.tiny_models import write_optimizer
from tests.torch_classifiers import describe_models, write_torch_classifier

SERVED: dict[ModelKind, str] = {"classifier": "classifier.onnx", "optimizer": "optimizer.xgb"}


@pytest.fixture(scope="session")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As an export leaves one."""
    folder = tmp_path_factory.mktemp("sound")
    write_torch_classifier(folder / "classifier.onnx", folder / "classifier.pth")
    write_optimizer(folder)
    shutil.rmtree(folder / "figures", ignore_errors=True)
    shutil.rmtree(folder / "artifacts", ignore_errors=True)
    (folder / "training.json").unlink()
    describe_models(folder)
    return folder


@pytest.fixture
def folder(sound_folder: Path, tmp_path: Path) -> Path:
    """A copy, free to be spoiled."""
    return Path(shutil.copytree(sound_folder, tmp_path / "models"))


def check(folder: Path, **served: str) -> FolderReport:
    return check_folder(folder, {**SERVED, **served})  # type: ignore[dict-item]


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


def test_trained_folders_below_one_are_checked_by_their_names(folder: Path, tmp_path: Path) -> None:
    """MODEL_DIR may hold the models in folders of their own, each with its own metadata."""
    root = tmp_path / "root"
    shutil.copytree(folder, root / "a")
    shutil.copytree(folder, root / "b")
    (root / "b" / METADATA).unlink()
    report = check(root, classifier="a/classifier.onnx", optimizer="b/optimizer.xgb")
    assert report.passed
    assert {file.file: file.version for file in report.files}["a/classifier.pth"] == "3"
    assert report.files[-1].version == report.files[-1].sha256[:8]


def test_a_volume_of_links_within_itself_passes(folder: Path) -> None:
    """As cluster volumes are mounted: names that lead to a hidden folder of the moment."""
    (folder / "..now").mkdir()
    for path in [path for path in folder.iterdir() if path.is_file()]:
        path.rename(folder / "..now" / path.name)
        path.symlink_to(Path("..data", path.name))
    (folder / "..data").symlink_to("..now")
    assert check(folder).faults == ()


def link_out(folder: Path) -> None:
    (folder / "optimizer.xgb").rename(folder.parent / "optimizer.xgb")
    (folder / "optimizer.xgb").symlink_to(folder.parent / "optimizer.xgb")


def link_nowhere(folder: Path) -> None:
    (folder / "classifier.pth").unlink()
    (folder / "classifier.pth").symlink_to("gone")


def pickled_model(folder: Path) -> None:
    (folder / "classifier.onnx").write_bytes(pickle.dumps([1, 2]))


def pickle_beside(folder: Path) -> None:
    (folder / "labels.json").write_bytes(pickle.dumps([1, 2]))


def folder_for_a_file(folder: Path) -> None:
    (folder / "optimizer.xgb").unlink()
    (folder / "optimizer.xgb").mkdir()


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")


def no_json(folder: Path) -> None:
    (folder / METADATA).write_bytes(b"{\xff")


def a_list(folder: Path) -> None:
    (folder / METADATA).write_text("[]")


def deep_json(folder: Path) -> None:
    (folder / METADATA).write_text("[" * 100_000)


def changed(kind: str, **changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = json.loads((folder / METADATA).read_text())
        content[kind].update(changes)
        (folder / METADATA).write_text(json.dumps(content))

    return change


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def file_instead(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("")


@pytest.mark.parametrize(
    "spoil, told",
    [
        (link_out, "optimizer.xgb leads out of the folder"),
        (link_nowhere, "classifier.pth is a link that leads nowhere"),
        (pickled_model, "classifier.onnx is a pickle"),
        (pickle_beside, "labels.json is a pickle"),
        (folder_for_a_file, "optimizer.xgb is not there, or no file"),
        (pipe, "pipe.json is neither a file nor a folder"),
        (no_json, "metadata.json is not readable JSON"),
        (a_list, "metadata.json holds no JSON object"),
        (deep_json, "metadata.json is not readable JSON"),
        (changed("classifier", sha256="short"), "metadata.json: classifier.sha256: String should match"),
        (changed("exported", at="yesterday"), "metadata.json: exported.at: "),
        (changed("optimizer", features=["one"]), "metadata.json: of the optimizer, features differ"),
        (changed("classifier", classes=["one"]), "metadata.json: of the classifier, classes differ"),
        (empty, "models is empty"),
        (no_folder, "there is no folder"),
        (file_instead, "models is not a folder"),
    ],
)
def test_a_fault_is_one_line(folder: Path, spoil: Callable[[Path], None], told: str) -> None:
    """That names the file and what is wrong with it."""
    spoil(folder)
    report = check(folder)
    assert not report.passed
    assert any(told in fault for fault in report.faults), report.faults
    assert not any("\n" in fault for fault in report.faults)


def test_metadata_that_know_one_model_only_are_not_enough(folder: Path) -> None:
    """The service would refuse the other one."""
    content = json.loads((folder / METADATA).read_text())
    del content["optimizer"]
    (folder / METADATA).write_text(json.dumps(content))
    assert check(folder).faults == ("metadata.json does not describe the optimizer",)


def test_a_name_that_leads_out_of_the_folder_is_a_fault(folder: Path) -> None:
    """What lies elsewhere does not travel with the folder."""
    shutil.copy(folder / "optimizer.xgb", folder.parent / "optimizer.xgb")
    assert "../optimizer.xgb leads out of the folder" in check(folder, optimizer="../optimizer.xgb").faults


def test_what_is_no_model_is_only_noted(folder: Path) -> None:
    """A person's remarks do no harm."""
    (folder / "README").write_text("mine")
    report = check(folder)
    assert report.passed
    assert report.notes == ("README is no part of the models",)


def test_a_file_that_kills_its_process_is_a_fault_like_any_other(folder: Path) -> None:
    """XGBoost reads on where the end of a file was spoilt; the check goes on."""
    (folder / METADATA).unlink()
    path = folder / "optimizer.xgb"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"}")
    (fault,) = check(folder).faults
    assert "optimizer.xgb" in fault
