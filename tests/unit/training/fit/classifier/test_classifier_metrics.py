"""Held-out figures of a classifier."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from training.data.datasets import Sample
from training.fit.classifier.classifier_metrics import (
    calibration_error,
    classifier_metrics,
    classifier_outcomes,
)


def sure_of(types: list[int], confidence: float = 1.0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Probabilities (n, 4) that favour the given types."""
    rows = np.full((len(types), 4), (1 - confidence) / 3, np.float32)
    rows[np.arange(len(types)), types] = confidence
    return rows


def test_a_perfect_classifier_scores_perfectly() -> None:
    """Right and sure of it."""
    found = classifier_metrics(sure_of([0, 1, 2, 3]), np.array([0, 1, 2, 3]))
    assert found["accuracy"] == 1
    assert found["loss"] == pytest.approx(0, abs=1e-5)
    assert found["ece"] == pytest.approx(0, abs=1e-6)
    assert all(found[f"recall_{name}"] == 1 for name in ("simple", "text", "gradient", "complex"))


def test_recall_is_by_type() -> None:
    """The share of each type that is recognised; a type without images has none."""
    found = classifier_metrics(sure_of([0, 1, 1, 1], 0.7), np.array([0, 0, 1, 1]))
    assert found["accuracy"] == 0.75
    assert (found["recall_simple"], found["recall_text"]) == (0.5, 1)
    assert (found["recall_gradient"], found["recall_complex"]) == (0, 0)


def test_outcomes_are_those_of_each_image() -> None:
    """Their means are the metrics; the recall of another type says nothing of an image."""
    samples = [Sample(f"{kind}/{number}", kind, kind, b"") for kind in ("simple", "text") for number in (1, 2)]
    probabilities, labels = sure_of([0, 1, 1, 1], 0.7), np.array([0, 0, 1, 1])
    outcomes, metrics = classifier_outcomes(probabilities, labels, samples), classifier_metrics(probabilities, labels)
    assert outcomes["item"].tolist() == ["simple/1", "simple/2", "text/1", "text/2"]
    assert outcomes["accuracy"].tolist() == [1, 0, 1, 1]
    for name in ("accuracy", "loss", "recall_simple", "recall_text"):
        assert outcomes[name].mean() == pytest.approx(metrics[name])
    assert outcomes["recall_gradient"].isna().all()


def test_loss_is_the_log_loss() -> None:
    """As scikit-learn has it."""
    draw = np.random.default_rng(0)
    probabilities = draw.dirichlet([1, 1, 1, 1], 50).astype(np.float32)
    labels = draw.integers(0, 4, 50)
    exact = probabilities.astype(np.float64)
    expected = log_loss(labels, exact / exact.sum(axis=1, keepdims=True), labels=range(4))
    assert classifier_metrics(probabilities, labels)["loss"] == pytest.approx(expected, rel=1e-5)


def test_calibration_error_is_the_gap_between_saying_and_being() -> None:
    """Nine of ten right at 0.9 is honest; half right at 0.9 is off by 0.4; bins weigh by their size."""
    labels = np.zeros(10, np.int64)
    assert calibration_error(sure_of([0] * 9 + [1], 0.9), labels) == pytest.approx(0, abs=1e-6)
    assert calibration_error(sure_of([0] * 5 + [1] * 5, 0.9), labels) == pytest.approx(0.4)
    both = np.concatenate([sure_of([0] * 9 + [1], 0.9), sure_of([0] * 5 + [1] * 5, 0.95)])
    assert calibration_error(both, np.zeros(20, np.int64)) == pytest.approx(abs(0.925 - 0.7), abs=1e-6)
