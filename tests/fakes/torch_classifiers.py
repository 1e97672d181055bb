"""Classifiers of the real form, untrained, as ONNX and as torch weights; and folders of models that hold one."""

import json
from pathlib import Path

import numpy as np
import torch

from svgai.describe.classifier import INPUT_SIDE
from svgai.describe.features import FEATURE_NAMES
from svgai.describe.torch_network import LogoNetwork
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.metadata import METADATA
from svgai.model_files.training_record import file_sha256
from training.fit.classifier.classifier_inputs import Inputs
from training.fit.classifier.train_classifier import export_onnx


def write_torch_classifier(exported: Path, weights: Path, seed: int = 0) -> None:
    """One network in its two forms; another `seed` gives another one."""
    torch.manual_seed(seed)
    network = LogoNetwork().eval()
    network.feature_scale.fill_(10)
    torch.save(network.state_dict(), weights)
    draw = np.random.default_rng(seed)
    pixels = draw.integers(0, 256, (2, 3, INPUT_SIDE, INPUT_SIDE), np.uint8)
    features = draw.normal(size=(2, len(FEATURE_NAMES))).astype(np.float32)
    export_onnx(network, exported, Inputs(pixels, features, np.zeros(2, np.int64)))


def content(path: Path) -> dict[str, object]:
    """What metadata say of the content of a file."""
    return {"file": path.name, "sha256": file_sha256(path), "size_bytes": path.stat().st_size}


def describe_models(folder: Path) -> None:
    """Write the metadata of a folder of models, with weights, as an export does."""
    names = {"run_id": "run", "features": FEATURE_NAMES, "classes": LOGO_TYPES}
    weights = content(folder / "classifier.pth")
    metadata = {
        "classifier": {**content(folder / "classifier.onnx"), **names, "version": "3", "weights": weights},
        "optimizer": {**content(folder / "optimizer.xgb"), **names, "version": "5"},
        "exported": {"at": "2026-01-02T03:04:05Z", "svgai": "1", "git_commit": "c0ffee"},
    }
    (folder / METADATA).write_text(json.dumps(metadata))
