"""Strips an ONNX model of what torch records about the build machine: stack traces with file paths."""

from collections.abc import Iterable
from typing import Any

import onnx


def without_origins(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model without metadata on its graph, nodes and values; the model's own metadata stays."""
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
