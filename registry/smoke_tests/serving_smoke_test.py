"""
Smoke test of a served file by the serving code: loaded, and the same prediction made and timed many times.

A separate program, `python -m registry.smoke_tests.serving_smoke_test KIND FILE`, that prints one JSON object: a
damaged file may crash a library, and the process with it. `registry.gates.served_file_smoke_test` runs it.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from registry.smoke_tests.smoke_test_process import SmokeTestAnswer
from svgai.array_types import Floats, Pixels
from svgai.describe.features import extract_features
from svgai.errors import ModelFault
from svgai.logo_types import LOGO_TYPES

if TYPE_CHECKING:  # each brings a library that the other kind of model does not need, and most of the time is imports
    from svgai.choose.optimizer import Optimizer, Prediction

REPEATS = 30
_WARM_UP = 5


def predictor(kind: str, path: Path) -> Callable[[], None]:
    """
    Load a served file; returns a function that makes one prediction for one image.

    Raises:
        ModelFault: the serving code cannot load it; when called, its prediction is invalid.
    """
    picture = smoke_test_picture()
    features = extract_features(picture)[None]
    if kind == "optimizer":
        from svgai.choose.optimizer import load_optimizer  # noqa: PLC0415

        optimizer = load_optimizer(path, "trial")

        def predict() -> None:
            (prediction,) = optimizer.predict(features, [LOGO_TYPES[0]])
            require_prediction(prediction, optimizer)

        return predict
    from svgai.describe.classifier import load_network, network_input  # noqa: PLC0415

    network, pictures = load_network(path), network_input(picture)[None]

    def classify() -> None:
        require_probabilities(network.run(pictures, features))

    return classify


def median_ms(predict: Callable[[], None], repeats: int = REPEATS) -> float:
    """The median time of one prediction, after a warm-up, in ms."""
    for _ in range(_WARM_UP):
        predict()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        predict()
        seconds.append(time.perf_counter() - began)
    return 1000 * statistics.median(seconds)


def require_probabilities(found: Floats) -> None:
    """ModelFault unless these are probabilities (1, types) of one image."""
    _require(found.shape == (1, len(LOGO_TYPES)), f"probabilities of shape {found.shape}")
    _require(bool((found >= 0).all()) and abs(float(found.sum()) - 1) < 1e-3, "no probabilities that add up to 1")


def require_prediction(prediction: "Prediction", optimizer: "Optimizer") -> None:
    """ModelFault unless it predicts finite numbers for every tracing of the optimizer."""
    _require(len(prediction.candidates) == len(optimizer.portfolio), "no prediction for every tracing")
    _require(bool(np.isfinite(prediction.mean).all()), "predictions that are no finite numbers")


def smoke_test_picture() -> Pixels:
    """A dark disc on white, (128, 128, 4)."""
    y, x = np.mgrid[:128, :128]
    grey = np.where((x - 64) ** 2 + (y - 64) ** 2 < 40**2, 40, 255).astype(np.uint8)
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ModelFault(f"it gives {what}")


def main(kind: str, file: str) -> None:
    """Print the outcome."""
    try:
        answer = SmokeTestAnswer(latency_ms=median_ms(predictor(kind, Path(file))))
    except Exception as fault:  # noqa: BLE001 - any exception from an unknown file is the result
        answer = SmokeTestAnswer(fault=str(fault).replace(file, Path(file).name) or repr(fault))
    sys.stdout.write(json.dumps(answer.model_dump()) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
