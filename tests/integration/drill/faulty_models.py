"""Classifiers that load and answer their warm-up, and do wrong in service."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from svgai.array_types import Pixels
from svgai.describe.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.input_reference import CONFIDENCE, TYPE, InputReference, category_histogram, histogram_of
from svgai.model_files.model_pair import load_models, model_input
from svgai.model_files.training_record import file_sha256
from tests.fakes.tiny_models import write_models

_SIDE = 1_000
_MEASURED_PRODUCTS = 4


def slow_models(folder: Path, seconds: float) -> Path:
    """Models whose classifier works for so long on a batch, on one core that has nothing else to do."""
    products = _MEASURED_PRODUCTS
    write_models(folder)
    _change_classifier(folder, lambda graph: _multiply_matrices(graph, products))
    took = _seconds_of_a_batch(folder / "classifier.onnx")
    write_models(folder)
    _change_classifier(folder, lambda graph: _multiply_matrices(graph, round(products * seconds / took)))
    return folder


def failing_models(folder: Path) -> Path:
    """Models whose classifier fails where a batch has a dark image in it: an index beyond what there is."""
    write_models(folder)
    _change_classifier(folder, _fail_in_the_dark)
    return folder


def models_of_version(folder: Path, version: str) -> Path:
    """The same models by another version."""
    write_models(folder)
    _change_metadata(folder, lambda entry: entry.update(version=version))
    return folder


def models_that_learned_from(folder: Path, images: Sequence[Pixels]) -> Path:
    """Models whose metadata say what these images were like, as the models themselves see them."""
    models = load_models(write_models(folder), folder)
    seen = models.analyse([model_input(pixels) for pixels in images])
    features = np.stack([one.features for one in seen])
    types = np.array([LOGO_TYPES.index(one.logo_type) for one in seen])
    reference = InputReference(
        histograms={
            TYPE: category_histogram(types, len(LOGO_TYPES)),
            CONFIDENCE: histogram_of(np.array([one.confidence for one in seen])),
            **{name: histogram_of(features[:, place]) for place, name in enumerate(FEATURE_NAMES)},
        }
    )
    _change_metadata(folder, lambda entry: entry.update(inputs=reference.model_dump(mode="json")))
    return folder


def _change_classifier(folder: Path, change: Callable[[onnx.GraphProto], None]) -> None:
    path = folder / "classifier.onnx"
    model = onnx.load(path)
    change(model.graph)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    _change_metadata(folder, lambda entry: entry.update(sha256=file_sha256(folder / str(entry["file"]))))


def _change_metadata(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    path = folder / "metadata.json"
    metadata = json.loads(path.read_text())
    for entry in metadata.values():
        change(entry)
    path.write_text(json.dumps(metadata))


def _multiply_matrices(graph: onnx.GraphProto, products: int) -> None:
    """Work that no optimization takes away: it begins with what the features are."""
    matrix = np.full((_SIDE, _SIDE), 1 / _SIDE, np.float32)
    nodes = [helper.make_node("ReduceMean", ["features"], ["mean"], keepdims=0)]
    nodes.append(helper.make_node("Add", ["matrix", "mean"], ["product0"]))
    for number in range(products):
        nodes.append(helper.make_node("MatMul", [f"product{number}", "matrix"], [f"sum{number}"]))
        nodes.append(helper.make_node("Tanh", [f"sum{number}"], [f"product{number + 1}"]))
    nodes.append(helper.make_node("ReduceMean", [f"product{products}"], ["total"], keepdims=0))
    _add_nought(graph, nodes, "total", numpy_helper.from_array(matrix, "matrix"))


def _fail_in_the_dark(graph: onnx.GraphProto) -> None:
    nodes = [
        helper.make_node("ReduceMin", ["colour"], ["darkest"], keepdims=0),
        helper.make_node("Less", ["darkest", "dark"], ["is_dark"]),
        helper.make_node("Cast", ["is_dark"], ["place"], to=onnx.TensorProto.INT64),
        helper.make_node("Gather", ["one", "place"], ["found"]),
    ]
    dark = numpy_helper.from_array(np.array(0.3, np.float32), "dark")
    _add_nought(graph, nodes, "found", dark, numpy_helper.from_array(np.ones(1, np.float32), "one"))


def _add_nought(graph: onnx.GraphProto, nodes: list[onnx.NodeProto], result: str, *constants: onnx.TensorProto) -> None:
    """Have the answer wait for a result, without changing it."""
    nodes.append(helper.make_node("Mul", [result, "nought"], ["nothing"]))
    nodes.append(helper.make_node("Add", ["scores", "nothing"], ["scores_after"]))
    last = graph.node.pop()
    assert last.op_type == "Softmax"
    last.input[0] = "scores_after"
    graph.node.extend([*nodes, last])
    graph.initializer.extend([numpy_helper.from_array(np.array(0, np.float32), "nought"), *constants])


def _seconds_of_a_batch(path: Path) -> float:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)
    shapes = {one.name: [1 if isinstance(side, str) else side for side in one.shape] for one in session.get_inputs()}
    types = {"tensor(uint8)": np.uint8, "tensor(float)": np.float32}
    batch = {one.name: np.zeros(shapes[one.name], types[one.type]) for one in session.get_inputs()}
    session.run(None, batch)
    began = time.process_time()
    session.run(None, batch)
    return time.process_time() - began
