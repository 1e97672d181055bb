"""An ONNX model without what torch notes of the machine that made it: stack traces with the paths of files."""

from collections.abc import Iterable
from typing import Any

import onnx


def without_origins(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model, whose graph, nodes and values have no notes; those of the model itself stay."""
    for graph in (model.graph, *model.functions):
        _clear((graph,))
        _clear(graph.node)
        _clear(graph.value_info)
    for part in (model.graph.input, model.graph.output, model.graph.initializer):
        _clear(part)
    return model


def _clear(parts: Iterable[Any]) -> None:
    for part in parts:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
