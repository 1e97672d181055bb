"""Folders as a training leaves them, with very small models that the serving code loads."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost

from registry.gates.verdict import ServingContract
from svgai.describe.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.input_reference import InputReference
from svgai.model_files.training_record import (
    WEIGHTS_FILE,
    ModelKind,
    TrainingDataset,
    TrainingRecord,
    file_sha256,
    write_record,
)
from tests.fakes.tiny_models import write_classifier, write_optimizer
from tests.fakes.torch_classifiers import write_torch_classifier
from training.fit.held_out import write_held_out

FEATURES = FEATURE_NAMES
CONTRACT = ServingContract(features=FEATURES, classes=LOGO_TYPES)
GOOD_METRICS: dict[ModelKind, dict[str, float]] = {
    "classifier": {
        "accuracy": 0.9,
        "recall_simple": 0.9,
        "recall_text": 0.9,
        "recall_gradient": 0.9,
        "recall_complex": 0.9,
        "ece": 0.04,
    },
    "optimizer": {
        "attainment": 0.9,
        "log_bytes_regret": 0.35,
        "ssim_r2": 0.8,
        "worst_r2": 0.7,
        "ssim_mae": 0.02,
        "delta_e_r2": 0.7,
        "delta_e_mae": 0.5,
        "log_bytes_r2": 0.9,
        "log_bytes_mae": 0.2,
        "ssim_low_coverage": 0.91,
        **{f"ssim_low_coverage_{kind}": 0.9 for kind in LOGO_TYPES},
        "ssim_rank_correlation": 0.8,
    },
}
_SHARES = ("accuracy", "attainment", *(f"recall_{kind}" for kind in LOGO_TYPES))
_ITEMS = 40
"""Held-out items of each type."""


def train(
    kind: ModelKind,
    folder: Path,
    *,
    seed: int = 0,
    held_out: str = "the same items",
    weights: bool = False,
    inputs: InputReference | None = None,
    **metrics: float,
) -> Path:
    """
    Fill `folder` with a model that differs by `seed`; `metrics` replace the good ones, also item by item.

    With `weights` the classifier is a torch network, and its weights are kept. `inputs`: what it learned from.
    """
    folder.mkdir(parents=True)
    if weights:
        file = folder / "classifier.onnx"
        (folder / WEIGHTS_FILE).parent.mkdir()
        write_torch_classifier(file, folder / WEIGHTS_FILE, seed)
    elif kind == "classifier":
        file = write_classifier(folder, seed)
    else:
        file = folder / "optimizer.xgb"
        file.write_bytes(_optimizer(seed))
    (folder / "figures").mkdir()
    (folder / "figures" / "note.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    reached = {**GOOD_METRICS[kind], **metrics}
    write_record(
        folder,
        TrainingRecord(
            kind=kind,
            model_file=file.name,
            sha256=file_sha256(file),
            parameters={"seed": seed, "learning_rate": 0.1, "augment": True},
            metrics=reached,
            history=({"loss": 1.0, "accuracy": 0.4}, {"loss": 0.5, "accuracy": 0.99}),
            dataset=TrainingDataset(name="tiny", digest="d" * 64, rows=40, source=f"random rows, seed {seed}"),
            held_out=write_held_out(folder, _outcomes(reached), held_out),
            weights_sha256=file_sha256(folder / WEIGHTS_FILE) if weights else None,
            features=FEATURES,
            classes=LOGO_TYPES,
            inputs=inputs,
            created=datetime.now(UTC),
            seconds=1.5,
        ),
    )
    return folder


def _outcomes(metrics: dict[str, float]) -> pd.DataFrame:
    """Outcomes by item whose means are the metrics: of a share, the first items have it."""
    kinds = np.repeat(LOGO_TYPES, _ITEMS)
    names = [f"{kind}/{number}" for number, kind in enumerate(kinds)]
    table = pd.DataFrame({"item": names, "brand": names, "type": kinds})
    for name in (name for name in _SHARES if name in metrics):
        own = np.flatnonzero(kinds == name.removeprefix("recall_")) if "recall" in name else np.arange(len(kinds))
        table[name] = np.nan
        table.loc[own, name] = (np.arange(len(own)) < round(metrics[name] * len(own))).astype(np.float64)
    if "log_bytes_regret" in metrics:
        table["log_bytes_regret"] = metrics["log_bytes_regret"]
    return table


def _optimizer(seed: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        booster = xgboost.Booster(model_file=bytearray(write_optimizer(Path(folder)).read_bytes()))
    booster.set_attr(seed=str(seed))
    return bytes(booster.save_raw("ubj"))
