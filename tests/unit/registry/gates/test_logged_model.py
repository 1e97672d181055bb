"""MLflow's description of a logged model."""

import json
from pathlib import Path

import pytest
import yaml

from registry.gates.evidence import Signature, Tensor
from registry.gates.logged_model import LoggedModel, read_logged_model

FLAVORS = {"onnx": {"code": None}, "python_function": {"loader_module": "mlflow.onnx"}}


def described(folder: Path, inputs: object, outputs: object) -> LoggedModel:
    signature = {"inputs": json.dumps(inputs), "outputs": json.dumps(outputs), "params": None}
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": FLAVORS, "signature": signature}))
    return read_logged_model(folder)


def test_tensors_are_read_as_they_are(tmp_path: Path) -> None:
    """Names, types, shapes, and the flavors beside them."""
    pixels = {"name": "pixels", "type": "tensor", "tensor-spec": {"dtype": "uint8", "shape": [-1, 3, 96, 96]}}
    unnamed = {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 4]}}
    found = described(tmp_path, [pixels], [unnamed])
    expected = Signature((Tensor("pixels", "uint8", (-1, 3, 96, 96)),), (Tensor("", "float32", (-1, 4)),))
    assert (found.flavors, found.signature) == (FLAVORS, expected)


def test_columns_are_read_as_one_tensor(tmp_path: Path) -> None:
    """A surrogate's columns have numbers for names; columns of several types are told."""
    floats = [{"type": "float", "name": f"f{number}"} for number in range(3)]
    found = described(tmp_path, floats, [{"type": "float"}, {"type": "long"}]).signature
    assert found == Signature((Tensor("", "float32", (-1, 3)),), (Tensor("", "float32 or int64", (-1, 2)),))


@pytest.mark.parametrize("text", ["", "[1, 2]", "flavors: 3", "\x00", "a: [", "flavors: {onnx: 3}"])
def test_what_cannot_be_read_is_not_there(tmp_path: Path, text: str) -> None:
    """The gates then refuse for want of it."""
    (tmp_path / "MLmodel").write_text(text)
    assert read_logged_model(tmp_path) == LoggedModel({}, None)


def test_a_folder_without_description_has_none(tmp_path: Path) -> None:
    """Nothing was logged."""
    assert read_logged_model(tmp_path) == LoggedModel({}, None)


def test_a_signature_of_another_form_is_none(tmp_path: Path) -> None:
    """The flavors are read all the same."""
    found = described(tmp_path, [{"name": "no type"}], [])
    assert (found.flavors, found.signature) == (FLAVORS, None)
