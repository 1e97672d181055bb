"""Small real models, made in seconds: a linear ONNX classifier and a surrogate trained on drawn shapes."""

import json
import tempfile
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import onnx
import pandas as pd
from onnx import TensorProto, helper

from svgai.array_types import Pixels
from svgai.decode.pixels import encode_png
from svgai.describe.classifier import INPUT_SIDE, description
from svgai.describe.features import FEATURE_NAMES, extract_features
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.input_reference import CONFIDENCE, TYPE, InputReference, category_histogram, histogram_of
from svgai.model_files.training_record import file_sha256
from svgai.trace.parameters import TracingParameters
from training.data.datasets import Sample
from training.fit.surrogate import OptimizerConfig
from training.fit.train_optimizer import train_optimizer
from training.search.parameter_search import evaluate_tracings

TRACINGS = (
    TracingParameters(upscale=1, palette_size=8, clustering="color-cluster", layer_difference=0, simplify=2.0),
    TracingParameters(upscale=2, palette_size=8, clustering="color-cluster", layer_difference=0, simplify=1.0),
    TracingParameters(upscale=3, palette_size=16, clustering="color-cluster", layer_difference=0, simplify=0.5),
)


def drawn_logo(seed: int, side: int = 64) -> Pixels:
    """A few flat shapes on white, (side, side, 4)."""
    draw = np.random.default_rng(seed)
    rgb = np.full((side, side, 3), 255, np.uint8)
    for _ in range(int(draw.integers(1, 5))):
        colour = tuple(int(c) for c in draw.integers(0, 230, 3))
        x, y = (int(v) for v in draw.integers(side // 4, 3 * side // 4, 2))
        size = int(draw.integers(side // 10, side // 4))
        if draw.random() < 0.5:
            cv2.circle(rgb, (x, y), size, colour, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(rgb, (x - size, y - size), (x + size, y + size), colour, -1)
    return np.dstack([rgb, np.full((side, side), 255, np.uint8)])


def write_classifier(folder: Path, seed: int = 0) -> Path:
    """A linear network with the inputs, outputs and description of the real one."""
    draw = np.random.default_rng(seed)
    weights = draw.normal(0, 0.3, (len(FEATURE_NAMES) + 3, len(LOGO_TYPES))).astype(np.float32)
    nodes = [
        helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats", "axes"], ["means"], keepdims=0),
        helper.make_node("Div", ["means", "levels"], ["colour"]),
        helper.make_node("Concat", ["features", "colour"], ["joined"], axis=1),
        helper.make_node("MatMul", ["joined", "weights"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", 3, INPUT_SIDE, INPUT_SIDE]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", len(FEATURE_NAMES)]),
        ],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", len(LOGO_TYPES)])],
        [
            onnx.numpy_helper.from_array(weights, "weights"),
            onnx.numpy_helper.from_array(np.array([2, 3]), "axes"),
            onnx.numpy_helper.from_array(np.array(255, np.float32), "levels"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(model, description())
    onnx.checker.check_model(model)
    path = folder / "classifier.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def write_optimizer(folder: Path) -> Path:
    """A surrogate trained on three tracings of forty drawn logos, the same one whenever it is asked for."""
    for name, content in _trained_optimizer().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder / "optimizer.xgb"


@cache
def _trained_optimizer() -> dict[str, bytes]:
    """What a training leaves in its folder, by name: once for a process, since it takes ten seconds."""
    samples = [
        Sample(
            name=f"drawn-{seed}",
            kind=LOGO_TYPES[seed % 4],
            brand=f"drawn-{seed}",
            data=encode_png(drawn_logo(seed, 40)),
        )
        for seed in range(40)
    ]
    table = pd.concat([evaluate_tracings(sample, TRACINGS) for sample in samples], ignore_index=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        train_optimizer(table, folder, OptimizerConfig(rounds=8, min_child_weight=1), "drawn shapes", lambda *_: None)
        return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def training_table(path: Path) -> Path:
    """A table of measured tracings, made up: the second is the smallest that reaches .95, the third reaches .98."""
    measured = ((0.91, 500), (0.96, 900), (0.99, 2000))
    rows = [
        {
            "image": f"{kind}/{number}",
            "kind": kind,
            "tracing": parameters.model_dump_json(),
            "ssim": ssim,
            "worst": ssim,
            "delta_e": 1.0,
            "bytes": size,
        }
        for kind in LOGO_TYPES
        for number in range(2)
        for parameters, (ssim, size) in zip(TRACINGS, measured, strict=True)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_parquet(path)
    return path


@cache
def input_references() -> tuple[InputReference, InputReference]:
    """What a classifier and an optimizer that learned from the drawn logos would say of them."""
    drawn = [drawn_logo(seed, 40) for seed in range(40)]
    features = pd.DataFrame([extract_features(pixels) for pixels in drawn], columns=list(FEATURE_NAMES))
    types = category_histogram(np.arange(40) % 4, len(LOGO_TYPES))
    confidence = histogram_of(np.linspace(0.3, 0.9, 40))
    return (
        InputReference(histograms={TYPE: types, CONFIDENCE: confidence}, confidences=dict.fromkeys(LOGO_TYPES, 0.6)),
        InputReference(histograms={name: histogram_of(features[name].to_numpy()) for name in FEATURE_NAMES}),
    )


def write_models(folder: Path, version: str = "1", seed: int = 0) -> Path:
    """A folder that MODEL_DIR can name: both models and metadata.json; `seed` gives other classifiers."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"classifier": write_classifier(folder, seed), "optimizer": write_optimizer(folder)}
    metadata = {
        kind: {
            "file": path.name,
            "sha256": file_sha256(path),
            "version": version,
            "run_id": "tiny",
            "metrics": {},
            "inputs": inputs.model_dump(mode="json"),
        }
        for (kind, path), inputs in zip(files.items(), input_references(), strict=True)
    }
    (folder / "metadata.json").write_text(json.dumps(metadata))
    return folder
