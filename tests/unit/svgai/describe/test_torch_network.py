"""The network in torch, and .pth files."""

import pickle
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

from svgai.array_types import Pixels
from svgai.describe.classifier import INPUT_SIDE, load_network
from svgai.describe.features import FEATURE_NAMES
from svgai.describe.torch_network import LogoNetwork
from svgai.errors import ModelFault


def inputs(count: int) -> tuple[Pixels, npt.NDArray[np.float32]]:
    draw = np.random.default_rng(count)
    pixels = draw.integers(0, 256, (count, 3, INPUT_SIDE, INPUT_SIDE), np.uint8)
    return pixels, draw.normal(size=(count, len(FEATURE_NAMES))).astype(np.float32)


PICTURES = tuple(torch.from_numpy(array) for array in inputs(3))


def saved(path: Path, **buffers: float) -> Path:
    """Weights of a fresh network, in a file, with some buffers set."""
    torch.manual_seed(0)
    network = LogoNetwork()
    for name, value in buffers.items():
        getattr(network, name).fill_(value)
    torch.save(network.state_dict(), path)
    return path


def test_weights_serve(tmp_path: Path) -> None:
    """A batch answers as its members do alone, with probabilities, the same every time."""
    network = load_network(saved(tmp_path / "classifier.pth"))
    pixels, features = inputs(5)
    together = network.run(pixels, features)
    assert together.shape == (5, 4)
    assert together.dtype == np.float32
    assert together.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert network.run(pixels[2:3], features[2:3])[0] == pytest.approx(together[2], abs=1e-5)
    assert np.array_equal(network.run(pixels, features), together)


def test_what_training_set_travels_with_the_weights(tmp_path: Path) -> None:
    """Temperature and the scale of the features are part of the file."""
    pixels, features = inputs(4)
    plain = load_network(saved(tmp_path / "plain.pth")).run(pixels, features)
    soft = load_network(saved(tmp_path / "soft.pth", temperature=1e6)).run(pixels, features)
    scaled = load_network(saved(tmp_path / "scaled.pth", feature_mean=3.0, feature_scale=0.1)).run(pixels, features)
    assert soft == pytest.approx(0.25, abs=1e-4)
    assert not np.allclose(scaled, plain)


def test_wild_features_do_not_run_away(tmp_path: Path) -> None:
    """Features far outside of what training saw count as just outside."""
    network = load_network(saved(tmp_path / "classifier.pth"))
    pixels, features = inputs(2)
    assert np.array_equal(network.run(pixels, features * 0 + 1e30), network.run(pixels, features * 0 + 100))


@pytest.mark.parametrize("content", ["absent", "garbage", "other weights", "code"])
def test_other_files_are_model_faults(tmp_path: Path, content: str) -> None:
    """Nothing is run that a file brings along: weights are read, pickled objects are not."""
    path = tmp_path / "classifier.pth"
    if content == "garbage":
        path.write_bytes(b"garbage" * 100)
    elif content == "other weights":
        torch.save({"weight": torch.zeros(3)}, path)
    elif content == "code":
        path.write_bytes(pickle.dumps(_Malicious(tmp_path / "ran")))
    with pytest.raises(ModelFault, match="does not hold the weights"):
        load_network(path)
    assert not (tmp_path / "ran").exists()


class _Malicious:
    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self._mark,)


@pytest.fixture
def network() -> LogoNetwork:
    """Untrained, the same at every call."""
    torch.manual_seed(0)
    return LogoNetwork().eval()


def answer(network: LogoNetwork) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = network(*PICTURES)
    return found


def test_a_new_network_has_one_opinion(network: LogoNetwork) -> None:
    """Before training has set a share, the scores by picture and features are the answer."""
    with torch.inference_mode():
        expected = torch.softmax(network.logits(*PICTURES), dim=1)
    assert torch.allclose(answer(network), expected, atol=1e-6)


def test_a_whole_share_leaves_the_features_alone(network: LogoNetwork) -> None:
    """With a share of 1 the picture has no say; a half lies between both."""
    first = answer(network)
    network.second_share.fill_(1)
    second = answer(network)
    with torch.inference_mode():
        assert torch.allclose(second, torch.softmax(network.second_logits(PICTURES[1]), dim=1), atol=1e-6)
    network.second_share.fill_(0.5)
    between = (first * second).sqrt()
    assert torch.allclose(answer(network), between / between.sum(dim=1, keepdim=True), atol=1e-6)


def test_a_preference_changes_the_odds(network: LogoNetwork) -> None:
    """One natural logarithm of e lifts a type's odds against the others e times."""
    before = answer(network)
    network.preference[3] = 1.0
    after = answer(network)
    assert torch.allclose(after[:, 3] / after[:, 0], torch.e * before[:, 3] / before[:, 0], rtol=1e-4)
    assert torch.allclose(after.sum(dim=1), torch.ones(3))
