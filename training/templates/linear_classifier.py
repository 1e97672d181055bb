"""
The smallest custom classifier that can be served: logistic regression on the features, the picture unused.

    python -m training.templates.linear_classifier data/logos models/mine
    svgai log models/mine

Copy this file and replace `learn` and `network`. Inputs, outputs and the contents of the record stay the same.
"""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression

from svgai.array_types import Floats
from svgai.describe.classifier import INPUT_SIDE, description, load_network
from svgai.describe.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.training_record import TrainingDataset, TrainingRecord, file_sha256, write_record
from training.data.datasets import Sample, digest, labelled, load_dataset, split_by_brand
from training.data.origin import origin_of
from training.fit.classifier.classifier_inputs import Inputs, prepare
from training.fit.classifier.classifier_metrics import classifier_metrics, classifier_outcomes
from training.fit.classifier.classifier_report import write_classifier_report
from training.fit.held_out import write_held_out

MODEL_FILE = "classifier.onnx"
SPLIT = 7
"""As in `svgai train`: versions are compared image by image if they hold out the same brands."""


def learn(features: Floats, labels: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Weights (features, types) and biases (types,) of probabilities by softmax."""
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-3
    fitted = LogisticRegression(max_iter=2000).fit((features - mean) / scale, labels)
    weights = fitted.coef_.T / scale[:, None]
    return weights.astype(np.float32), (fitted.intercept_ - mean @ weights).astype(np.float32)


def network(weights: Floats, biases: Floats) -> onnx.ModelProto:
    """The ONNX network: `pixels` and `features` in, `probabilities` out, and its metadata."""
    side, count = INPUT_SIDE, len(FEATURE_NAMES)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["features", "weights"], ["weighted"]),
            helper.make_node("Add", ["weighted", "biases"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        ],
        "linear",
        [
            helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", 3, side, side]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", count]),
        ],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", len(LOGO_TYPES)])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(biases, "biases")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(model, description())
    onnx.checker.check_model(model)
    return model


def train(samples: Sequence[Sample], folder: Path, data: Path) -> TrainingRecord:
    """Write model, outcomes of held-out images, report and training.json to `folder`."""
    began = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    inputs = prepare(samples, lambda *_: None)
    row_of = {sample.name: row for row, sample in enumerate(samples)}
    seen, _, unseen = split_by_brand(samples, (0.8, 0.1, 0.1), SPLIT)
    rows, held_out_rows = ([row_of[sample.name] for sample in part] for part in (seen, unseen))
    weights, biases = learn(inputs.features[rows], inputs.labels[rows])
    (folder / MODEL_FILE).write_bytes(network(weights, biases).SerializeToString())
    # Measure what will be served: the file, not the arrays it was made from.
    held_out = Inputs(inputs.pixels[held_out_rows], inputs.features[held_out_rows], inputs.labels[held_out_rows])
    probabilities = load_network(folder / MODEL_FILE).run(held_out.pixels, held_out.features)
    outcomes = classifier_outcomes(probabilities, held_out.labels, unseen)
    metrics = classifier_metrics(probabilities, held_out.labels)
    write_classifier_report(folder, probabilities, held_out.labels, metrics)
    origin = origin_of([data], f"{len(samples)} labelled images")
    record = TrainingRecord(
        kind="classifier",
        model_file=MODEL_FILE,
        sha256=file_sha256(folder / MODEL_FILE),
        parameters={"method": "logistic regression", "split": SPLIT},
        metrics=metrics,
        dataset=TrainingDataset(
            name=origin.name,
            digest=digest(samples),
            rows=len(samples),
            source=data.name,
            path=origin.path,
            description=origin.description,
        ),
        held_out=write_held_out(folder, outcomes, digest(unseen)),
        features=FEATURE_NAMES,
        classes=LOGO_TYPES,
        created=datetime.now(UTC),
        seconds=time.perf_counter() - began,
    )
    write_record(folder, record)
    return record


def main(data: Path, folder: Path) -> None:
    """Train on a folder of labelled images, and show the held-out metrics."""
    record = train(labelled(load_dataset(data).samples), folder, data)
    sys.stdout.writelines(f"{name} {value:.3f}\n" for name, value in record.metrics.items())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
