"""The network fitted to a few crude pictures."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from svgai.describe.classifier import INPUT_SIDE
from svgai.describe.features import FEATURE_NAMES
from svgai.describe.torch_network import LogoNetwork
from tests.unit.training.fit.classifier.test_train_classifier import quiet, samples
from training.fit.classifier.classifier_inputs import Inputs, prepare
from training.fit.classifier.classifier_metrics import classifier_metrics
from training.fit.classifier.network_fit import ClassifierConfig, fit_network, fit_temperature, predict_probabilities

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """Network inputs of a few pictures of each type."""
    return prepare(samples(10), quiet, jobs=1)


@pytest.fixture(scope="module")
def learned(inputs: Inputs) -> tuple[LogoNetwork, list[dict[str, float]]]:
    """A network after a few epochs, with its history."""
    return fit_network(inputs, inputs, ClassifierConfig(epochs=8, batch_size=20, patience=8), quiet)


def test_something_is_learned(inputs: Inputs, learned: tuple[LogoNetwork, list[dict[str, float]]]) -> None:
    """A few epochs tell crude pictures apart far better than chance."""
    network, history = learned
    assert classifier_metrics(predict_probabilities(network, inputs), inputs.labels)["accuracy"] > 0.6
    assert history[-1]["train_loss"] < history[0]["train_loss"]


def test_training_stops_early_and_keeps_the_best(inputs: Inputs) -> None:
    """Where nothing improves patience ends it, and the weights are those of the best epoch, not of the last."""
    config = ClassifierConfig(epochs=12, patience=2, batch_size=40, learning_rate=0.5)
    network, history = fit_network(inputs, inputs, config, quiet)
    losses = [entry["stop_loss"] for entry in history]
    assert len(losses) < 12
    assert losses.index(min(losses)) == len(losses) - 3
    kept = classifier_metrics(predict_probabilities(network, inputs), inputs.labels)["loss"]
    assert kept == pytest.approx(min(losses), rel=1e-3)


def test_temperature_makes_confidence_honest(
    inputs: Inputs, learned: tuple[LogoNetwork, list[dict[str, float]]]
) -> None:
    """No other temperature gives a lower loss on the images it is set on; which type is named does not change."""
    network = copy.deepcopy(learned[0])
    before = predict_probabilities(network, inputs)
    labels = np.where(np.arange(40) % 5 == 0, (inputs.labels + 1) % 4, inputs.labels)  # a fifth cannot be right
    found = fit_temperature(network, replace(inputs, labels=labels))
    losses = {}
    for factor in (0.8, 1.0, 1.25):
        network.temperature.fill_(found * factor)
        losses[factor] = classifier_metrics(predict_probabilities(network, inputs), labels)["loss"]
    assert min(losses, key=losses.__getitem__) == 1.0
    assert np.array_equal(before.argmax(axis=1), predict_probabilities(network, inputs).argmax(axis=1))


def test_inputs_keep_their_order(inputs: Inputs) -> None:
    """Pixels, features and labels belong together, in the order of the samples."""
    assert inputs.pixels.shape == (40, 3, INPUT_SIDE, INPUT_SIDE)
    assert inputs.features.shape == (40, len(FEATURE_NAMES))
    assert inputs.labels.tolist() == [index for index in range(4) for _ in range(10)]
