"""
A served file logged as an MLflow model, with signature and input example, so that MLflow's own tools can load it.

The requirements are written, never inferred: inference takes many seconds and names the wrong packages. MLflow writes
the model anew in its own format; the file that is served is logged beside it, byte for byte (tracking.py).
"""

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import mlflow
import mlflow.onnx
import mlflow.xgboost
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pandas as pd
import xgboost
from mlflow.models import ModelSignature, infer_signature
from mlflow.models.model import ModelInfo
from mlflow.types import Schema, TensorSpec

from svgai.errors import RegistryFault
from svgai.model_files.training_record import ModelKind

_ONNX_TYPES: dict[str, np.dtype[np.generic]] = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(double)": np.dtype(np.float64),
    "tensor(uint8)": np.dtype(np.uint8),
    "tensor(int64)": np.dtype(np.int64),
}
_EXAMPLE_ROWS = 2
ARRAY_MODEL = "optimizer-array"
"""Name in its run of the optimizer that takes a plain array, its columns in the order of the other one's names."""


def log_model(kind: ModelKind, path: Path) -> ModelInfo:
    """Log the file at `path` as a model of the active run; RegistryFault if it cannot be read as its kind."""
    return _log_classifier(path) if kind == "classifier" else _log_optimizer(path)


def _log_classifier(path: Path) -> ModelInfo:
    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        model = onnx.load(path)
        inputs, outputs = map(_specs, (session.get_inputs(), session.get_outputs()))
    except Exception as error:  # onnxruntime's and protobuf's own exceptions share no base
        raise RegistryFault(f"{path} is not an ONNX model that can be served: {error}") from error
    logged: ModelInfo = mlflow.onnx.log_model(
        model,
        name="classifier",
        signature=ModelSignature(inputs=Schema([*inputs]), outputs=Schema([*outputs])),
        input_example={spec.name: _middling(spec) for spec in inputs},
        pip_requirements=_pins("onnx", "onnxruntime", "numpy"),
        onnx_execution_providers=["CPUExecutionProvider"],
        # One file: the weights are far below the limit that makes a second one necessary.
        save_as_external_data=False,
    )
    return logged


def _log_optimizer(path: Path) -> ModelInfo:
    try:
        # From bytes, so that the content and not the file's suffix decides the format.
        booster = xgboost.Booster(model_file=bytearray(path.read_bytes()))
    except xgboost.core.XGBoostError as error:
        raise RegistryFault(f"{path} is not an XGBoost model in UBJSON or JSON: {error}") from error
    names = booster.feature_names or _column_names(booster)
    # MLflow compares the names in a way that pandas' own type of text is about to refuse.
    columns = pd.Index(names, dtype=object)
    example = pd.DataFrame(np.full((_EXAMPLE_ROWS, len(names)), 0.5, np.float32), columns=columns)
    predictions = booster.predict(xgboost.DMatrix(example, feature_types=booster.feature_types))
    pins = _pins("xgboost-cpu", "numpy", "pandas")
    # A signature with names refuses a plain array, and one without takes columns in any order for those of the model:
    # each has a model of its own.
    array = example.to_numpy()
    mlflow.xgboost.log_model(
        booster,
        name=ARRAY_MODEL,
        model_format="ubj",
        signature=infer_signature(array, predictions),
        input_example=array,
        pip_requirements=pins,
    )
    logged: ModelInfo = mlflow.xgboost.log_model(
        booster,
        name="optimizer",
        model_format="ubj",
        signature=infer_signature(example, predictions),
        input_example=example,
        pip_requirements=pins,
    )
    return logged


def _column_names(booster: xgboost.Booster) -> list[str]:
    """
    What the columns are, in their order: features of an image, then parameters of a tracing, as the model itself says.

    Only the signature has these names. The model has none, so that a plain array is taken, too.
    """
    told = [json.loads(booster.attr(part) or "[]") for part in ("features", "tracing")]
    names = [str(name) for part in told for name in part]
    if len(names) == len(set(names)) == booster.num_features():
        return names
    return [f"f{index}" for index in range(booster.num_features())]


def _specs(nodes: list[onnxruntime.NodeArg]) -> list[TensorSpec]:
    """Names, types and shapes; a dimension that varies, or that has a name, is -1."""
    return [
        TensorSpec(_ONNX_TYPES[node.type], tuple(d if isinstance(d, int) else -1 for d in node.shape), node.name)
        for node in nodes
    ]


def _middling(spec: TensorSpec) -> npt.NDArray[np.generic]:
    """One row of middling values: a grey image, an average feature."""
    shape = (1, *(side if side > 0 else 1 for side in spec.shape[1:]))
    return np.full(shape, 128 if np.issubdtype(spec.type, np.integer) else 0.5, spec.type)


def _pins(*packages: str) -> list[str]:
    return [f"{package}=={_installed(package)}" for package in packages]


def _installed(package: str) -> str:
    try:
        # A local part such as +cpu is known to one package index only.
        return version(package).partition("+")[0]
    except PackageNotFoundError as error:
        raise RegistryFault(f"{package} is not installed: install the locked requirements") from error
