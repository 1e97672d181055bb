"""The gates on the served file: it is the trained one, fits the serving code, is fast and runs no code."""

from collections.abc import Iterator

from registry.gates.evidence import Check, Digest, Evidence, ServingContract, Signature
from registry.gates.thresholds import KindThresholds
from svgai.model_files.training_record import ModelKind

FLAVOR_OF: dict[ModelKind, str] = {"classifier": "onnx", "optimizer": "xgboost"}
_SHOWN = 12
_ROUNDING = 1e-9


def served_checks(candidate: Evidence, limits: KindThresholds) -> Iterator[Check]:
    """Size, and one prediction by the serving code itself."""
    limit = f"at most {limits.max_bytes} bytes"
    if candidate.size_bytes is None:
        yield Check("size", "missing", limit, "the served file is missing")
    else:
        measured = f"{candidate.size_bytes} bytes"
        large = candidate.size_bytes > limits.max_bytes
        reason = f"the served file has {measured}, more than {limits.max_bytes}" if large else ""
        yield Check("size", measured, limit, reason)
    limit, tested = f"at most {limits.max_latency_ms:g} ms", candidate.smoke_test
    if tested.latency_ms is None:
        yield Check("latency", "none", limit, f"the serving code cannot use the served file: {tested.fault}")
    else:
        slow = tested.latency_ms > limits.max_latency_ms
        measured = f"{tested.latency_ms:.2f} ms"
        reason = f"one prediction takes {measured}, more than {limits.max_latency_ms:g} ms" if slow else ""
        yield Check("latency", measured, limit, reason)


def record_checks(candidate: Evidence) -> Iterator[Check]:
    """The served file, the training record and the figures are those of the training."""
    yield _digest_check("served file", candidate.served_file)
    yield _digest_check("training record", candidate.training_record)
    differing = [
        name
        for name, value in sorted(candidate.recorded_metrics.items())
        if abs(candidate.metrics.get(name, float("inf")) - value) > _ROUNDING
    ]
    reason = f"figures of the run are not those of its training record: {', '.join(differing)}" if differing else ""
    count = len(candidate.recorded_metrics)
    if not count:
        reason = "its training record holds no figures"
    yield Check("figures", f"{count - len(differing)} of {count}", "those of the training record", reason)


def contract_checks(candidate: Evidence, contract: ServingContract) -> Iterator[Check]:
    """
    Classes, features and MLflow's signature against the serving code.

    A classifier must name its classes and an optimizer its features; where one names both, both count.
    """
    if candidate.classes or candidate.kind == "classifier":
        yield _names_check("classes", candidate.classes, contract.classes)
    if candidate.features or candidate.kind == "optimizer":
        yield _names_check("features", candidate.features, contract.features)
    expected = contract.signature(candidate.kind)
    limit = _signature_text(expected)
    if candidate.signature is None:
        yield Check("signature", "missing", limit, "the logged model has no signature that can be read")
    elif candidate.signature != expected:
        given = _signature_text(candidate.signature)
        yield Check("signature", given, limit, f"the signature is {given}; the serving code needs {limit}")
    else:
        yield Check("signature", _signature_text(candidate.signature), limit)


def code_checks(candidate: Evidence) -> Iterator[Check]:
    """Nothing that was logged may run code when it is loaded."""
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
    reason = f"the logged model may run foreign code: {'; '.join(faults)}" if faults else ""
    yield Check("flavors", ", ".join(sorted(candidate.flavors)) or "none", f"{flavor}, no code of its own", reason)
    odd = "; ".join(candidate.file_faults)
    reason = f"what was logged is not all plain data of the training: {odd}" if odd else ""
    yield Check("files", f"{candidate.files} files", "those of a training, no pickle, only plain data", reason)


def _digest_check(name: str, digest: Digest) -> Check:
    shown = (digest.measured or "missing")[:_SHOWN]
    if digest.recorded is None:
        return Check(name, shown, "its SHA-256", f"no SHA-256 of the {name} was recorded")
    if digest.recorded != digest.measured:
        reason = f"the {name} is not the one that was trained: its SHA-256 differs"
        return Check(name, shown, digest.recorded[:_SHOWN], reason)
    return Check(name, shown, digest.recorded[:_SHOWN])


def names_fault(name: str, given: tuple[str, ...], expected: tuple[str, ...]) -> str:
    """How the classes or features of a model differ from those of the serving code; empty where they do not."""
    if given == expected:
        return ""
    missing, unknown = [n for n in expected if n not in given], [n for n in given if n not in expected]
    parts = [f"{word} {', '.join(names)}" for word, names in (("missing", missing), ("unknown", unknown)) if names]
    return f"{name} differ from the serving code: {'; '.join(parts) or 'another order'}"


def _names_check(name: str, given: tuple[str, ...], expected: tuple[str, ...]) -> Check:
    measured, limit = f"{len(given)} {name}", f"the {len(expected)} {name} of the serving code"
    return Check(name, measured, limit, names_fault(name, given, expected))


def _signature_text(signature: Signature) -> str:
    return " -> ".join(", ".join(map(str, side)) for side in (signature.inputs, signature.outputs))
