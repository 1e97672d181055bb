"""
Smoke test of a folder of models: both loaded as the service loads them, and one image predicted.

A separate program, `python -m registry.folders.folder_smoke_test FOLDER CLASSIFIER OPTIMIZER [ONNX WEIGHTS]`, that
prints one JSON object. ONNX and WEIGHTS are the two forms of one classifier, which must answer alike.
`registry.folders.folder_check` runs it.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from pydantic import BaseModel

from registry.smoke_tests.serving_smoke_test import require_prediction, require_probabilities, smoke_test_picture
from svgai.describe.classifier import PARITY, load_network
from svgai.errors import ModelFault
from svgai.model_files.model_pair import ModelInput, load_models, model_input


class FolderAnswer(BaseModel):
    """What the program prints; no fault: the service would serve the folder."""

    fault: str = ""
    notes: tuple[str, ...] = ()


def require_service(folder: Path, classifier: str, optimizer: str) -> None:
    """
    Load the models as the service does, and analyse one image with both.

    Raises:
        ModelFault: they cannot be loaded, or their predictions are invalid.
    """
    models = load_models(folder, folder, classifier, optimizer)
    (analysis,) = models.analyse([model_input(smoke_test_picture())])
    require_probabilities(np.array([analysis.probabilities], np.float32))
    (prediction,) = models.optimizer.predict(analysis.features[None], [analysis.logo_type])
    require_prediction(prediction, models.optimizer)


def require_parity(exported: Path, weights: Path) -> None:
    """
    Compare an ONNX file with the torch weights that it was made from.

    Raises:
        ModelFault: one cannot be loaded, or their probabilities differ by more than PARITY.
    """
    seen = _varied_inputs()
    pictures, features = np.stack([one.picture for one in seen]), np.stack([one.features for one in seen])
    found, expected = (load_network(path).run(pictures, features) for path in (exported, weights))
    difference = float(np.abs(found - expected).max())
    if not difference <= PARITY:
        raise ModelFault(
            f"{weights.name} is not the network of {exported.name}: a probability differs by {difference:.2g}, "
            f"more than {PARITY:g}"
        )


def _varied_inputs() -> list[ModelInput]:
    # On one image two different networks may agree by chance.
    draw = np.random.default_rng(1)
    pictures = [smoke_test_picture()]
    for blur in (1, 3, 9, 27):
        noise = cv2.GaussianBlur(draw.integers(0, 256, (96, 96, 3), np.uint8), (0, 0), blur)
        spread = cv2.normalize(noise, None, 0, 255, cv2.NORM_MINMAX)  # type: ignore[call-overload]
        pictures.append(np.dstack([spread, np.full((96, 96), 255, np.uint8)]).astype(np.uint8))
    return [model_input(picture) for picture in pictures]


def main(folder: str, classifier: str, optimizer: str, exported: str = "", weights: str = "") -> None:
    """Print the outcome."""
    notes: list[str] = []
    try:
        require_service(Path(folder), classifier, optimizer)
        if weights and find_spec("torch") is None:
            notes.append(f"torch is not installed: {weights} was not compared with {exported}")
        elif weights:
            require_parity(Path(folder, exported), Path(folder, weights))
        answer = FolderAnswer(notes=tuple(notes))
    except Exception as fault:  # noqa: BLE001 - whatever strange files lead to is the finding
        answer = FolderAnswer(fault=str(fault).replace(f"{folder}/", "") or repr(fault))
    sys.stdout.write(json.dumps(answer.model_dump()) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
