"""The network's inputs, and files that hold other networks."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from svgai.array_types import Pixels
from svgai.describe.classifier import INPUT_SIDE, Classifier, load_network, network_input
from svgai.describe.execution_providers import CPU, CUDA
from svgai.describe.features import FEATURE_NAMES, extract_features
from svgai.errors import ModelFault
from tests.fakes.tiny_models import drawn_logo, write_classifier

ROOT = Path(__file__).parents[4]


def plain(height: int, width: int, colour: tuple[int, int, int, int] = (10, 120, 30, 255)) -> Pixels:
    return np.full((height, width, 4), colour, np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (96, 96), (10, 1000), (1000, 1), (33, 70)])
def test_every_image_becomes_a_square(size: tuple[int, int]) -> None:
    """Channels first, and what the image leaves empty takes the colour of its border."""
    square = network_input(plain(*size))
    assert square.shape == (3, INPUT_SIDE, INPUT_SIDE)
    assert square.dtype == np.uint8
    assert square.flags["C_CONTIGUOUS"]
    assert (square == np.array([10, 120, 30])[:, None, None]).all()


def test_the_aspect_is_kept() -> None:
    """A wide image lies in the middle, bars above and below."""
    wide = plain(24, 96, (255, 255, 255, 255))
    wide[8:16, 8:88, :3] = 0
    square = network_input(wide)
    dark = np.flatnonzero(square.max(axis=0).min(axis=1) < 128)
    assert (dark.min(), dark.max()) == (INPUT_SIDE // 2 - 4, INPUT_SIDE // 2 + 3)


def test_a_white_logo_on_transparency_is_seen_on_black() -> None:
    """It would be an empty square on white."""
    logo = plain(96, 96, (255, 255, 255, 0))
    logo[30:60, 30:60, 3] = 255
    square = network_input(logo)
    assert square[:, 0, 0].tolist() == [0, 0, 0]
    assert square[:, 45, 45].tolist() == [255, 255, 255]


def test_probabilities_are_of_each_image(tmp_path: Path) -> None:
    """A batch answers as its images do alone, rows in order and summing to one."""
    classifier = Classifier(load_network(write_classifier(tmp_path)), "7")
    images = [drawn_logo(seed) for seed in range(3)]
    features = np.stack([extract_features(rgba) for rgba in images])
    pictures = np.stack([network_input(rgba) for rgba in images])
    together = classifier.probabilities(pictures, features)
    assert together.shape == (3, 4)
    assert together.sum(axis=1) == pytest.approx(1, abs=1e-5)
    for row in range(3):
        alone = classifier.probabilities(pictures[row : row + 1], features[row : row + 1])
        assert alone[0] == pytest.approx(together[row], abs=1e-5)
    assert classifier.version == "7"


def test_asking_for_a_gpu_changes_no_answer(tmp_path: Path) -> None:
    """Whether this machine has one or not; without asking it is never used."""
    path = write_classifier(tmp_path)
    plain, wanted = load_network(path), load_network(path, gpu=True)
    assert plain.provider == CPU
    assert wanted.provider in (CPU, CUDA)
    rgba = drawn_logo(1)
    inputs = network_input(rgba)[None], extract_features(rgba)[None]
    assert wanted.run(*inputs) == pytest.approx(plain.run(*inputs), abs=1e-5)


@pytest.mark.parametrize("content", [None, b"", b"garbage" * 50])
def test_an_unreadable_file_is_a_model_fault(tmp_path: Path, content: bytes | None) -> None:
    """Absent, empty or garbage."""
    path = tmp_path / "classifier.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFault, match="not a readable ONNX model"):
        load_network(path)


@pytest.mark.parametrize(
    "key, value", [("classes", '["cat", "dog"]'), ("features", "[]"), ("input_side", "224"), ("input_side", None)]
)
def test_a_network_for_other_inputs_is_refused(tmp_path: Path, key: str, value: str | None) -> None:
    """Its own description tells what it was made for."""
    path = write_classifier(tmp_path)
    model = onnx.load(path)
    described = {entry.key: entry.value for entry in model.metadata_props}
    del model.metadata_props[:]
    kept = {name: text for name, text in {**described, key: value}.items() if text is not None}
    onnx.helper.set_model_props(model, kept)
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelFault, match=f"other {key}"):
        load_network(path)


def test_features_come_in_the_documented_number(tmp_path: Path) -> None:
    """A vector of another length is an error, not an answer."""
    network = load_network(write_classifier(tmp_path))
    pixels = np.zeros((1, 3, INPUT_SIDE, INPUT_SIDE), np.uint8)
    with pytest.raises(Exception, match=r"(?i)invalid"):
        network.run(pixels, np.zeros((1, len(FEATURE_NAMES) + 1), np.float32))


@pytest.mark.slow
def test_the_runtime_is_told_not_to_report_to_its_makers(tmp_path: Path) -> None:
    """It would note a device in the home folder first; with our code loaded it does not."""
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    command = [sys.executable, "-c", "import svgai.describe.classifier"]
    subprocess.run(command, env=environment | {"HOME": str(tmp_path)}, cwd=ROOT, check=True)
    assert not list(tmp_path.rglob("*"))
