"""What lies in folders of models, read as plain data."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from registry.folders.folder_files import FolderContent, read_folder
from svgai.describe.torch_network import LogoNetwork
from svgai.model_files.metadata import METADATA
from tests.fakes.torch_classifiers import describe_models

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(models_folder: Path, tmp_path: Path) -> Path:
    """As an export leaves one, free to be spoiled; its weights are another network's, which nobody tries here."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("classifier.onnx", "optimizer.xgb"):
        shutil.copy(models_folder / name, folder)
    torch.save(LogoNetwork().state_dict(), folder / "classifier.pth")
    describe_models(folder)
    return folder


def read(folder: Path, classifier: str = "classifier.onnx", optimizer: str = "optimizer.xgb") -> FolderContent:
    return read_folder(folder, {"classifier": classifier, "optimizer": optimizer})


def faults(content: FolderContent) -> list[str]:
    return [finding.text for finding in content.findings if finding.is_fault]


def test_nothing_is_found_in_a_sound_folder(folder: Path) -> None:
    """All its files may be tried, the classifier in both its forms."""
    content = read(folder)
    assert content.findings == ()
    assert content.sound
    assert [file.file for file in content.files] == ["classifier.onnx", "classifier.pth", "optimizer.xgb"]
    assert content.classifier_forms == ("classifier.onnx", "classifier.pth")


def test_both_forms_are_known_where_the_served_one_is_not_named(folder: Path) -> None:
    """An entry without a file name is about the file that is served, and its weights are held against that."""
    change = json.loads((folder / METADATA).read_text())
    del change["classifier"]["file"]
    (folder / METADATA).write_text(json.dumps(change))
    content = read(folder)
    assert content.sound
    assert content.classifier_forms == ("classifier.onnx", "classifier.pth")
    served_as_weights = read(folder, classifier="classifier.pth")
    assert served_as_weights.sound
    assert served_as_weights.classifier_forms == ()


def test_trained_folders_below_one_are_checked_by_their_names(folder: Path, tmp_path: Path) -> None:
    """MODEL_DIR may hold the models in folders of their own, each with its own metadata."""
    root = tmp_path / "root"
    shutil.copytree(folder, root / "a")
    shutil.copytree(folder, root / "b")
    (root / "b" / METADATA).unlink()
    content = read(root, "a/classifier.onnx", "b/optimizer.xgb")
    assert content.sound
    assert content.classifier_forms == ("a/classifier.onnx", "a/classifier.pth")
    assert {file.file: file.version for file in content.files}["a/classifier.pth"] == "3"
    assert content.files[-1].version == content.files[-1].sha256[:8]


def test_a_volume_of_links_within_itself_passes(folder: Path) -> None:
    """As cluster volumes are mounted: names that lead to a hidden folder of the moment."""
    (folder / "..now").mkdir()
    for path in [path for path in folder.iterdir() if path.is_file()]:
        path.rename(folder / "..now" / path.name)
        path.symlink_to(Path("..data", path.name))
    (folder / "..data").symlink_to("..now")
    assert read(folder).findings == ()


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
        (changed("classifier", file="a\0b"), "metadata.json: classifier.file: String should match"),
        (changed("classifier", file="a" * 256), "metadata.json: classifier.file: String should have at most 255"),
        (changed("classifier", file=".."), ".. leads out of the folder"),
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
    assert any(told in fault for fault in faults(read(folder))), faults(read(folder))


def test_digests_sizes_and_missing_files_are_told_together(folder: Path) -> None:
    """For both models at once."""
    with (folder / "classifier.onnx").open("ab") as file:
        file.write(b"x")
    os.truncate(folder / "optimizer.xgb", 100)
    (folder / "classifier.pth").unlink()
    told = [fault.partition(",")[0].partition(":")[0] for fault in faults(read(folder))]
    size = (folder / "classifier.onnx").stat().st_size
    assert told == [
        f"classifier.onnx has {size} bytes",
        "classifier.onnx is not the file that metadata.json names",
        "classifier.pth is not there",
        "optimizer.xgb has 100 bytes",
        "optimizer.xgb is not the file that metadata.json names",
    ]


@pytest.mark.parametrize("spoil", [link_out, link_nowhere, pickled_model])
def test_what_may_do_harm_is_not_tried(folder: Path, spoil: Callable[[Path], None]) -> None:
    """The file is not among those that the serving code gets to see."""
    whole = {file.file for file in read(folder).files}
    spoil(folder)
    content = read(folder)
    assert not content.sound
    assert len({file.file for file in content.files}) == len(whole) - 1


def test_a_file_that_metadata_do_not_name_has_no_version(folder: Path) -> None:
    """A note says so, as the service would tell the start of the digest."""
    (folder / "classifier.onnx").rename(folder / "mine.onnx")
    shutil.copy(folder / "mine.onnx", folder / "classifier.onnx")
    content = read(folder, "mine.onnx")
    (finding,) = content.findings
    assert "mine.onnx is not a file that metadata.json names" in finding.text
    assert not finding.is_fault
    assert content.files[0].version == content.files[0].sha256[:8]


def test_metadata_that_know_one_model_only_are_not_enough(folder: Path) -> None:
    """The service would refuse the other one."""
    content = json.loads((folder / METADATA).read_text())
    del content["optimizer"]
    (folder / METADATA).write_text(json.dumps(content))
    assert faults(read(folder)) == ["metadata.json does not describe the optimizer"]


def test_a_name_that_leads_out_of_the_folder_is_a_fault(folder: Path) -> None:
    """What lies elsewhere does not travel with the folder."""
    shutil.copy(folder / "optimizer.xgb", folder.parent / "optimizer.xgb")
    assert "../optimizer.xgb leads out of the folder" in faults(read(folder, optimizer="../optimizer.xgb"))


def test_what_is_no_model_is_only_noted(folder: Path) -> None:
    """A person's remarks do no harm."""
    (folder / "README").write_text("mine")
    content = read(folder)
    assert content.sound
    assert [(finding.text, finding.is_fault) for finding in content.findings] == [
        ("README is no part of the models", False)
    ]


READ = """
import sys
from pathlib import Path
from registry.folders.folder_files import read_folder
content = read_folder(Path(sys.argv[1]), {"classifier": "classifier.onnx", "optimizer": "optimizer.xgb"})
print(*(finding.text for finding in content.findings if finding.is_fault), sep="\\n")
"""


def faults_for_a_user(folder: Path) -> list[str]:
    """What is found by whom file modes bind, which root is not."""
    setpriv = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    if setpriv and not shutil.which("setpriv"):
        pytest.skip("setpriv, which makes root an ordinary user, is not installed")
    command = [*setpriv, sys.executable, "-c", READ, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_what_cannot_be_read_is_a_fault_each(folder: Path) -> None:
    """A file, the content of a folder, and one whose names can be listed and no more."""
    closed = {METADATA: 0, "optimizer.xgb": 0, "notes.json": 0, "inner": 0, "outer": 0o400}
    (folder / "notes.json").write_text("{}")
    for name in ("inner", "outer"):
        (folder / name).mkdir()
        (folder / name / "model.json").write_bytes(pickle.dumps([1, 2]))
    for name, mode in closed.items():
        (folder / name).chmod(mode)
    try:
        found = faults_for_a_user(folder)
    finally:
        for name in closed:
            (folder / name).chmod(0o700)
    names = METADATA, "optimizer.xgb", "notes.json", "inner", "outer/model.json"
    assert set(found) == {f"{name} cannot be read: Permission denied" for name in names}


def test_a_folder_that_is_closed_is_one_fault(folder: Path) -> None:
    """Nothing can be said of what is in it."""
    folder.chmod(0)
    try:
        assert faults_for_a_user(folder) == [f"{folder} cannot be read: Permission denied"]
    finally:
        folder.chmod(0o700)
