"""Folders as a training leaves them, with very small but real models."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
import xgboost
from onnx import TensorProto, helper

from registry.gates import ServingContract
from svgai.logo_types import LOGO_TYPES
from svgai.training_record import ModelKind, TrainingDataset, TrainingRecord, file_sha256, write_record

FEATURES = ("edge_density", "colour_count", "aspect")
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
        "ssim_r2": 0.8,
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


def train(kind: ModelKind, folder: Path, *, seed: int = 0, **metrics: float) -> Path:
    """Fill `folder` with a model that differs by `seed`; `metrics` replace the good ones."""
    folder.mkdir(parents=True)
    if kind == "classifier":
        file = folder / "classifier.onnx"
        onnx.save(_tiny_classifier(seed), file)
    else:
        file = folder / "optimizer.xgb"
        file.write_bytes(_tiny_optimizer(seed))
    (folder / "figures").mkdir()
    (folder / "figures" / "note.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "artifacts").mkdir()
    (folder / "artifacts" / "table.json").write_text(json.dumps({"seed": seed}))
    write_record(
        folder,
        TrainingRecord(
            kind=kind,
            model_file=file.name,
            sha256=file_sha256(file),
            parameters={"seed": seed, "learning_rate": 0.1, "augment": True},
            metrics={**GOOD_METRICS[kind], **metrics},
            history=({"loss": 1.0, "accuracy": 0.4}, {"loss": 0.5, "accuracy": 0.99}),
            dataset=TrainingDataset(name="tiny", digest="d" * 64, rows=40, source=f"random rows, seed {seed}"),
            features=FEATURES,
            classes=LOGO_TYPES,
            created=datetime.now(UTC),
            seconds=1.5,
        ),
    )
    return folder


def _tiny_classifier(seed: int) -> onnx.ModelProto:
    scale = helper.make_tensor("scale", TensorProto.FLOAT, [1], [1.0 + seed])
    nodes = [
        helper.make_node("GlobalAveragePool", ["images"], ["means"]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("ReduceMean", ["features"], ["level"], axes=[1], keepdims=1),
        helper.make_node("Add", ["flat", "level"], ["sum"]),
        helper.make_node("Mul", ["sum", "scale"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"]),
    ]
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 4, 16, 16])
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", len(FEATURES)])
    probabilities = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", 4])
    graph = helper.make_graph(nodes, "tiny", [images, features], [probabilities], [scale])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def _tiny_optimizer(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    rows = rng.random((40, len(FEATURES)), dtype=np.float32)
    targets = np.stack([rows.sum(axis=1), rows[:, 0] * (1 + seed)], axis=1)
    data = xgboost.DMatrix(rows, label=targets, feature_names=list(FEATURES))
    options = {"max_depth": 2, "nthread": 1, "multi_strategy": "multi_output_tree", "seed": seed}
    booster = xgboost.train(options, data, num_boost_round=3)
    booster.set_attr(portfolio="[]")
    return bytes(booster.save_raw("ubj"))
