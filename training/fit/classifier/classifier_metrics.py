"""Held-out metrics of a classifier."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, log_loss, recall_score

from svgai.array_types import Floats, Labels
from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample


def classifier_metrics(probabilities: Floats, labels: Labels) -> dict[str, float]:
    """Accuracy, recall by type, log loss and expected calibration error (ten bins) of probabilities (n, 4)."""
    predicted = probabilities.argmax(axis=1)
    every = list(range(len(LOGO_TYPES)))
    recalls = recall_score(labels, predicted, labels=every, average=None, zero_division=0.0)
    smooth = np.clip(probabilities.astype(np.float64), 1e-7, 1)
    return {
        "accuracy": float(accuracy_score(labels, predicted)),
        "loss": float(log_loss(labels, smooth / smooth.sum(axis=1, keepdims=True), labels=every)),
        "ece": calibration_error(probabilities, labels),
        **{f"recall_{name}": float(recall) for name, recall in zip(LOGO_TYPES, recalls, strict=True)},
    }


def classifier_outcomes(probabilities: Floats, labels: Labels, samples: Sequence[Sample]) -> pd.DataFrame:
    """One row a sample: item, brand, type, `accuracy` and its type's `recall_…` (1 where right, else 0), and `loss`."""
    right = (probabilities.argmax(axis=1) == labels).astype(np.float64)
    smooth = np.clip(probabilities.astype(np.float64), 1e-7, 1)
    true = smooth[np.arange(len(labels)), labels] / smooth.sum(axis=1)
    return pd.DataFrame(
        {
            "item": [sample.name for sample in samples],
            "brand": [sample.brand for sample in samples],
            "type": [sample.kind for sample in samples],
            "accuracy": right,
            "loss": -np.log(true),
            **{f"recall_{name}": np.where(labels == place, right, np.nan) for place, name in enumerate(LOGO_TYPES)},
        }
    )


def calibration_error(probabilities: Floats, labels: Labels, bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015): mean gap of confidence and accuracy over equal-width bins."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = [abs(confidence[bin_of == b].mean() - right[bin_of == b].mean()) * (bin_of == b).mean() for b in set(bin_of)]
    return float(sum(gaps))
