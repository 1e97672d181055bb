"""MLflow's description of a logged model, the file MLmodel, read without loading the model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from registry.gates.evidence import Signature, Tensor

DESCRIPTION = "MLmodel"
_COLUMN_TYPES = {"float": "float32", "double": "float64", "integer": "int32", "long": "int64"}


@dataclass(frozen=True)
class LoggedModel:
    """Flavors by name, and the signature; empty and None where they cannot be read."""

    flavors: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    signature: Signature | None = None


def read_logged_model(folder: Path) -> LoggedModel:
    """Read the description in the folder of a logged model."""
    try:
        content = yaml.safe_load((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return LoggedModel()
    flavors = content.get("flavors") if isinstance(content, dict) else None
    if not isinstance(flavors, dict):
        return LoggedModel()
    known = {str(name): config for name, config in flavors.items() if isinstance(config, dict)}
    return LoggedModel(known, _signature(content.get("signature")))


def _signature(entry: Any) -> Signature | None:
    try:
        return Signature(_side(entry["inputs"]), _side(entry["outputs"]))
    except (KeyError, TypeError, ValueError):
        return None


def _side(text: str) -> tuple[Tensor, ...]:
    """Tensors as they are; columns of one type, which have no names that count, as one tensor."""
    specs = json.loads(text)
    if all(spec["type"] == "tensor" for spec in specs):
        return tuple(
            Tensor(spec.get("name") or "", spec["tensor-spec"]["dtype"], tuple(map(int, spec["tensor-spec"]["shape"])))
            for spec in specs
        )
    types = {_COLUMN_TYPES.get(spec["type"], spec["type"]) for spec in specs}
    return (Tensor("", " or ".join(sorted(types)), (-1, len(specs))),)
