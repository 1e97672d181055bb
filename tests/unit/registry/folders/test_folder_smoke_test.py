"""A folder of models in the hands of the serving code."""

import shutil
from pathlib import Path

import onnx
import pytest

from registry.folders.folder_smoke_test import require_parity, require_service
from svgai.errors import ModelFault
from svgai.model_files.metadata import METADATA
from tests.fakes.torch_classifiers import write_torch_classifier

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two networks, each as ONNX and as torch weights."""
    folder = tmp_path_factory.mktemp("networks")
    for seed in (1, 2):
        write_torch_classifier(folder / f"{seed}.onnx", folder / f"{seed}.pth", seed)
    return folder


def test_sound_models_pass(models_folder: Path) -> None:
    """Both give an answer that can be served."""
    require_service(models_folder, "classifier.onnx", "optimizer.xgb")


def test_a_network_without_probabilities_does_not_pass(models_folder: Path, tmp_path: Path) -> None:
    """It loads, and answers numbers that add up to nothing."""
    for name in ("classifier.onnx", "optimizer.xgb"):
        shutil.copy(models_folder / name, tmp_path)
    model = onnx.load(tmp_path / "classifier.onnx")
    softmax = model.graph.node[-1]
    softmax.op_type = "Identity"
    del softmax.attribute[:]
    onnx.save(model, tmp_path / "classifier.onnx")
    with pytest.raises(ModelFault, match="no probabilities that add up to 1"):
        require_service(tmp_path, "classifier.onnx", "optimizer.xgb")


def test_the_service_own_check_of_digests_is_part_of_it(models_folder: Path, tmp_path: Path) -> None:
    """What it would refuse at its start does not pass."""
    for name in ("classifier.onnx", "optimizer.xgb", METADATA):
        shutil.copy(models_folder / name, tmp_path)
    with (tmp_path / "optimizer.xgb").open("ab") as file:
        file.write(b"}")
    with pytest.raises(ModelFault, match="SHA-256"):
        require_service(tmp_path, "classifier.onnx", "optimizer.xgb")


@pytest.mark.parametrize("seed", [1, 2])
def test_two_forms_of_one_network_agree(networks: Path, seed: int) -> None:
    """On pictures of every grain."""
    require_parity(networks / f"{seed}.onnx", networks / f"{seed}.pth")


def test_two_networks_do_not_agree(networks: Path) -> None:
    """The fault names both files and tells by how much."""
    with pytest.raises(ModelFault, match=r"2\.pth is not the network of 1\.onnx: a probability differs by 0\.\d+"):
        require_parity(networks / "1.onnx", networks / "2.pth")
