"""The evidence and verdict of the gates: plain values, so that judging needs no registry."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from svgai.describe.classifier import INPUT_SIDE
from svgai.measure.outcome_scales import SCALES
from svgai.model_files.training_record import ModelKind
from svgai.trace.parameters import TRACING_NAMES


@dataclass(frozen=True)
class Tensor:
    """One input or output of a model: a size that varies is -1."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        sizes = " x ".join("n" if size < 0 else str(size) for size in self.shape)
        return f"{self.name} {self.dtype} {sizes}".strip()


@dataclass(frozen=True)
class Signature:
    """The inputs and outputs of a model by MLflow."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


@dataclass(frozen=True)
class SmokeTestOutcome:
    """Result of the smoke test of the served file: `fault` says why there is no latency."""

    latency_ms: float | None = None
    fault: str = "the served file is missing"


@dataclass(frozen=True)
class Digest:
    """A file's recorded and actual SHA-256; None if there is none."""

    recorded: str | None = None
    measured: str | None = None


@dataclass(frozen=True, eq=False)
class HeldOutOutcomes:
    """One row an item that was not learned from; `digest` is that of the items and what is true of them."""

    digest: str
    table: pa.Table


@dataclass(frozen=True, eq=False)
class Evidence:
    """The evidence about a candidate. `None`: not found."""

    kind: ModelKind
    version: int
    metrics: Mapping[str, float]
    recorded_metrics: Mapping[str, float]
    size_bytes: int | None
    served_file: Digest
    training_record: Digest
    held_out: HeldOutOutcomes | None
    dataset_digest: str | None
    features: tuple[str, ...]
    classes: tuple[str, ...]
    flavors: Mapping[str, Mapping[str, object]]
    signature: Signature | None
    files: int
    file_faults: tuple[str, ...]
    smoke_test: SmokeTestOutcome


@dataclass(frozen=True, eq=False)
class Baseline:
    """The evidence about the version that the candidate would replace."""

    version: int
    metrics: Mapping[str, float]
    dataset_digest: str | None
    held_out: HeldOutOutcomes | None = None


@dataclass(frozen=True)
class ServingContract:
    """Inputs and outputs of models in the serving code, in order."""

    features: tuple[str, ...]
    classes: tuple[str, ...]

    def signature(self, kind: ModelKind) -> Signature:
        """The required signature of a model of this kind; the optimizer's columns have no names."""
        if kind == "classifier":
            picture = Tensor("pixels", "uint8", (-1, 3, INPUT_SIDE, INPUT_SIDE))
            features = Tensor("features", "float32", (-1, len(self.features)))
            return Signature((picture, features), (Tensor("probabilities", "float32", (-1, len(self.classes))),))
        width = len(self.features) + len(TRACING_NAMES)
        return Signature((Tensor("", "float32", (-1, width)),), (Tensor("", "float32", (-1, len(SCALES))),))


@dataclass(frozen=True)
class Check:
    """One line of the verdict; `reason` is empty if it passed."""

    name: str
    measured: str
    limit: str
    reason: str = ""

    @property
    def passed(self) -> bool:
        return not self.reason


@dataclass(frozen=True)
class GateVerdict:
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(check.reason for check in self.checks if not check.passed)
