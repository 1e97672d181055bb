"""
Whether a model version may be promoted: pure functions from evidence to a verdict.

Every check is made and every failed reason listed, so that one run of the gates tells the whole story.
Not covered: where the evidence comes from (evidence.py) and what happens after the verdict (promotion.py).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from registry.thresholds import KindThresholds, MetricLimits, Thresholds
from svgai.training_record import ModelKind

FLAVOR_OF: dict[ModelKind, str] = {"classifier": "onnx", "optimizer": "xgboost"}
_PLAIN_SUFFIXES = frozenset({".json", ".onnx", ".txt", ".ubj", ".yaml"})
_PLAIN_NAMES = frozenset({"MLmodel", "registered_model_meta"})
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Evidence:
    """What is known of a candidate. `None` stands for what could not be found."""

    kind: ModelKind
    version: int
    metrics: Mapping[str, float]
    size_bytes: int | None
    recorded_sha256: str | None
    measured_sha256: str | None
    dataset_digest: str | None
    features: tuple[str, ...]
    classes: tuple[str, ...]
    flavors: Mapping[str, Mapping[str, object]]
    model_files: tuple[str, ...]


@dataclass(frozen=True)
class Baseline:
    """What is known of the version that the candidate would replace."""

    version: int
    metrics: Mapping[str, float]
    dataset_digest: str | None


@dataclass(frozen=True)
class ServingContract:
    """What the serving code feeds its models and reads from them, in order."""

    features: tuple[str, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One line of the verdict; `reason` is empty where it passed."""

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


def check_gates(
    candidate: Evidence, current: Baseline | None, thresholds: Thresholds, contract: ServingContract
) -> GateVerdict:
    """Judge `candidate`, also against `current`, the version it would replace, if there is one."""
    limits: KindThresholds = getattr(thresholds, candidate.kind)
    return GateVerdict(
        (
            *_limit_checks(candidate, limits),
            *_regression_checks(candidate, current, limits),
            _size_check(candidate, limits),
            _digest_check(candidate),
            *_contract_checks(candidate, contract),
            _code_check(candidate),
            _files_check(candidate),
        )
    )


def _limit_checks(candidate: Evidence, limits: KindThresholds) -> Iterator[Check]:
    for name, allowed in limits.metrics.items():
        value = candidate.metrics.get(name)
        limit = _range_text(allowed)
        if value is None:
            yield Check(name, "missing", limit, f"{name} was not measured")
        elif not math.isfinite(value):
            yield Check(name, f"{value}", limit, f"{name} is {value}")
        elif allowed.minimum is not None and value < allowed.minimum:
            yield Check(name, f"{value:.4f}", limit, f"{name} {value:.4f} is below the minimum {allowed.minimum:g}")
        elif allowed.maximum is not None and value > allowed.maximum:
            yield Check(name, f"{value:.4f}", limit, f"{name} {value:.4f} is above the maximum {allowed.maximum:g}")
        else:
            yield Check(name, f"{value:.4f}", limit)


def _regression_checks(candidate: Evidence, current: Baseline | None, limits: KindThresholds) -> Iterator[Check]:
    if current is None:
        return
    other_data = "" if candidate.dataset_digest == current.dataset_digest else " (measured on another dataset)"
    for name, allowed in limits.metrics.items():
        new, old = candidate.metrics.get(name), current.metrics.get(name)
        # A new value that is missing or not finite is the limit check's to report; without an old one nothing compares.
        if allowed.tolerance is None or new is None or old is None or not math.isfinite(new) or not math.isfinite(old):
            continue
        loss = old - new if allowed.minimum is not None else new - old
        label, limit = (
            f"{name} against version {current.version}",
            f"{old:.4f} within {allowed.tolerance:g}{other_data}",
        )
        if loss <= allowed.tolerance + _ROUNDING:
            yield Check(label, f"{new:.4f}", limit)
        else:
            reason = (
                f"{name} {new:.4f} is more than {allowed.tolerance:g} worse than {old:.4f} of version {current.version}"
            )
            yield Check(label, f"{new:.4f}", limit, reason + other_data)


def _size_check(candidate: Evidence, limits: KindThresholds) -> Check:
    limit = f"at most {limits.max_bytes} bytes"
    if candidate.size_bytes is None:
        return Check("size", "missing", limit, "the served file is missing")
    measured = f"{candidate.size_bytes} bytes"
    if candidate.size_bytes > limits.max_bytes:
        return Check("size", measured, limit, f"the served file has {measured}, more than {limits.max_bytes}")
    return Check("size", measured, limit)


def _digest_check(candidate: Evidence) -> Check:
    recorded, measured = candidate.recorded_sha256, candidate.measured_sha256
    shown = (measured or "missing")[:12]
    if recorded is None:
        return Check("digest", shown, "recorded", "no SHA-256 of the served file was recorded")
    if recorded != measured:
        return Check(
            "digest", shown, recorded[:12], "the served file is not the one that was trained: its SHA-256 differs"
        )
    return Check("digest", shown, recorded[:12])


def _contract_checks(candidate: Evidence, contract: ServingContract) -> Iterator[Check]:
    """A classifier must name its classes and an optimizer its features; where one names both, both count."""
    if candidate.classes or candidate.kind == "classifier":
        yield _names_check("classes", candidate.classes, contract.classes)
    if candidate.features or candidate.kind == "optimizer":
        yield _names_check("features", candidate.features, contract.features)


def _names_check(name: str, given: tuple[str, ...], expected: tuple[str, ...]) -> Check:
    measured, limit = f"{len(given)} {name}", f"the {len(expected)} {name} of the serving code"
    if given == expected:
        return Check(name, measured, limit)
    missing, unknown = [n for n in expected if n not in given], [n for n in given if n not in expected]
    parts = [f"{word} {', '.join(names)}" for word, names in (("missing", missing), ("unknown", unknown)) if names]
    return Check(name, measured, limit, f"{name} differ from the serving code: {'; '.join(parts) or 'another order'}")


def _code_check(candidate: Evidence) -> Check:
    flavor = FLAVOR_OF[candidate.kind]
    faults = []
    if flavor not in candidate.flavors:
        faults.append(f"no {flavor} flavor")
    if foreign := sorted(set(candidate.flavors) - {flavor, "python_function"}):
        faults.append(f"unexpected flavor {', '.join(foreign)}")
    if carriers := sorted(name for name, config in candidate.flavors.items() if config.get("code")):
        faults.append(f"code of its own in {', '.join(carriers)}")
    loader = candidate.flavors.get("python_function", {}).get("loader_module", f"mlflow.{flavor}")
    if loader != f"mlflow.{flavor}":
        faults.append(f"loader {loader}")
    limit = f"{flavor}, no code of its own"
    reason = f"the logged model may run foreign code: {'; '.join(faults)}" if faults else ""
    return Check("flavors", ", ".join(sorted(candidate.flavors)) or "none", limit, reason)


def _files_check(candidate: Evidence) -> Check:
    odd = sorted(
        file
        for file in candidate.model_files
        if PurePosixPath(file).suffix not in _PLAIN_SUFFIXES and PurePosixPath(file).name not in _PLAIN_NAMES
    )
    reason = f"the logged model holds files that are not plain data: {', '.join(odd)}" if odd else ""
    return Check("files", f"{len(candidate.model_files)} files", "no pickle, only plain data", reason)


def _range_text(limits: MetricLimits) -> str:
    parts = (("at least", limits.minimum), ("at most", limits.maximum))
    return ", ".join(f"{word} {value:g}" for word, value in parts if value is not None)
