import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.gates import Baseline, Evidence, ServingContract, check_gates
from registry.thresholds import KindThresholds, MetricLimits, Thresholds

LIMITS = KindThresholds(
    max_bytes=1000,
    metrics={
        "accuracy": MetricLimits(minimum=0.8, tolerance=0.02),
        "ece": MetricLimits(maximum=0.2, tolerance=0.05),
        "coverage": MetricLimits(minimum=0.85, maximum=0.97),
    },
)
THRESHOLDS = Thresholds(classifier=LIMITS, optimizer=LIMITS)
CONTRACT = ServingContract(features=("edges", "colours"), classes=("simple", "text"))
GOOD = Evidence(
    kind="classifier",
    version=2,
    metrics={"accuracy": 0.9, "ece": 0.1, "coverage": 0.9},
    size_bytes=500,
    recorded_sha256="a" * 64,
    measured_sha256="a" * 64,
    dataset_digest="day 1",
    features=(),
    classes=("simple", "text"),
    flavors={"onnx": {"code": None}, "python_function": {"loader_module": "mlflow.onnx"}},
    model_files=("MLmodel", "model.onnx", "conda.yaml", "requirements.txt", "input_example.json"),
)
CURRENT = Baseline(version=1, metrics={"accuracy": 0.9, "ece": 0.1, "coverage": 0.9}, dataset_digest="day 1")


def reasons(candidate: Evidence, current: Baseline | None = None) -> tuple[str, ...]:
    return check_gates(candidate, current, THRESHOLDS, CONTRACT).reasons


def test_a_sound_version_passes() -> None:
    """Also against an equal version; the table shows every check."""
    verdict = check_gates(GOOD, CURRENT, THRESHOLDS, CONTRACT)
    assert verdict.passed
    assert verdict.reasons == ()
    assert {"accuracy", "accuracy against version 1", "size", "digest", "classes", "flavors", "files"} <= {
        check.name for check in verdict.checks
    }


def test_every_failed_reason_is_listed() -> None:
    """One run of the gates tells the whole story."""
    bad = replace(
        GOOD,
        metrics={"accuracy": 0.5, "ece": 0.3, "coverage": 0.99},
        size_bytes=2000,
        measured_sha256="b" * 64,
        classes=("simple", "photo"),
        flavors={"sklearn": {"code": "code"}},
        model_files=("MLmodel", "model.pkl"),
    )
    text = "\n".join(reasons(bad, CURRENT))
    for part in (
        "accuracy 0.5000 is below the minimum 0.8",
        "ece 0.3000 is above the maximum 0.2",
        "coverage 0.9900 is above the maximum 0.97",
        "accuracy 0.5000 is more than 0.02 worse than 0.9000 of version 1",
        "ece 0.3000 is more than 0.05 worse than 0.1000 of version 1",
        "2000 bytes",
        "SHA-256 differs",
        "missing text; unknown photo",
        "no onnx flavor",
        "unexpected flavor sklearn",
        "code of its own in sklearn",
        "model.pkl",
    ):
        assert part in text


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_a_metric_without_a_number_fails(value: float | None) -> None:
    """Nothing passes for want of a measurement."""
    metrics = {name: number for name, number in {**GOOD.metrics, "accuracy": value}.items() if number is not None}
    assert len(reasons(replace(GOOD, metrics=metrics), CURRENT)) == 1


def test_what_was_not_found_fails() -> None:
    """A version without file, digest and record is refused with a reason for each."""
    lost = replace(GOOD, size_bytes=None, recorded_sha256=None, measured_sha256=None, classes=(), flavors={})
    assert len(reasons(lost)) == 4


def test_a_loss_within_the_tolerance_passes() -> None:
    """Exactly the tolerance is allowed, whatever the rounding of the difference."""
    assert reasons(replace(GOOD, metrics={**GOOD.metrics, "accuracy": 0.88}), CURRENT) == ()
    assert len(reasons(replace(GOOD, metrics={**GOOD.metrics, "accuracy": 0.879}), CURRENT)) == 1


def test_a_comparison_across_datasets_says_so() -> None:
    """A reader should know when two numbers come from different images."""
    worse = replace(GOOD, metrics={**GOOD.metrics, "accuracy": 0.85}, dataset_digest="day 2")
    (reason,) = reasons(worse, CURRENT)
    assert "another dataset" in reason


def test_an_old_version_that_lacks_a_metric_is_not_compared() -> None:
    """A gate that is new today cannot hold against yesterday's version."""
    assert reasons(GOOD, replace(CURRENT, metrics={})) == ()


@pytest.mark.parametrize(
    "features,part",
    [
        (("edges",), "missing colours"),
        (("edges", "colours", "size"), "unknown size"),
        (("colours", "edges"), "another order"),
    ],
)
def test_an_optimizer_must_know_the_features_of_the_serving_code(features: tuple[str, ...], part: str) -> None:
    """Names and order both count."""
    flavors: dict[str, dict[str, object]] = {
        "xgboost": {"code": None},
        "python_function": {"loader_module": "mlflow.xgboost"},
    }
    optimizer = replace(GOOD, kind="optimizer", classes=(), flavors=flavors, features=features)
    (reason,) = reasons(optimizer)
    assert part in reason
    assert reasons(replace(optimizer, features=CONTRACT.features)) == ()


def test_a_classifier_that_uses_features_must_know_them_too() -> None:
    """One that looks at pixels alone has none to name."""
    assert reasons(replace(GOOD, features=CONTRACT.features)) == ()
    (reason,) = reasons(replace(GOOD, features=("edges",)))
    assert "missing colours" in reason


def test_a_foreign_loader_is_refused() -> None:
    """A model that names its own loader could run its own code."""
    flavors: dict[str, dict[str, object]] = {"onnx": {}, "python_function": {"loader_module": "payload"}}
    (reason,) = reasons(replace(GOOD, flavors=flavors))
    assert "loader payload" in reason


@given(
    accuracy=st.floats(0, 1),
    better=st.floats(0, 1),
    ece=st.floats(0, 1),
    old=st.floats(0, 1),
    size=st.integers(0, 2000),
)
def test_a_better_version_is_never_refused_for_more(
    accuracy: float, better: float, ece: float, old: float, size: int
) -> None:
    """Raising a metric that should be high can only take reasons away."""
    current = replace(CURRENT, metrics={**CURRENT.metrics, "accuracy": old})
    base = replace(GOOD, metrics={**GOOD.metrics, "accuracy": min(accuracy, better), "ece": ece}, size_bytes=size)
    raised = replace(base, metrics={**base.metrics, "accuracy": max(accuracy, better)})
    assert len(reasons(raised, current)) <= len(reasons(base, current))
