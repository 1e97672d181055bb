import math
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.gates.evidence import Digest, HeldOutOutcomes, SmokeTestOutcome
from registry.gates.thresholds import KindThresholds, MetricLimits, Thresholds
from registry.gates.verdict import Baseline, Evidence, ServingContract, check_gates

LIMITS = KindThresholds(
    max_bytes=1000,
    max_latency_ms=5,
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
    recorded_metrics={"coverage": 0.9},
    size_bytes=500,
    served_file=Digest("a" * 64, "a" * 64),
    training_record=Digest("c" * 64, "c" * 64),
    held_out=None,
    dataset_digest="day 1",
    features=(),
    classes=("simple", "text"),
    flavors={"onnx": {"code": None}, "python_function": {"loader_module": "mlflow.onnx"}},
    signature=CONTRACT.signature("classifier"),
    files=5,
    file_faults=(),
    smoke_test=SmokeTestOutcome(0.3, ""),
)
CURRENT = Baseline(version=1, metrics={"accuracy": 0.9, "ece": 0.1, "coverage": 0.9}, dataset_digest="day 1")


def reasons(candidate: Evidence, current: Baseline | None = None) -> tuple[str, ...]:
    return check_gates(candidate, current, THRESHOLDS, CONTRACT).reasons


def test_a_sound_version_passes() -> None:
    """Also against an equal version; the table shows every check."""
    verdict = check_gates(GOOD, CURRENT, THRESHOLDS, CONTRACT)
    assert verdict.passed
    assert verdict.reasons == ()
    assert {
        "accuracy",
        "ece",
        "coverage",
        "accuracy against version 1",
        "ece against version 1",
        "size",
        "latency",
        "served file",
        "training record",
        "figures",
        "classes",
        "signature",
        "flavors",
        "files",
    } == {check.name for check in verdict.checks}


def test_every_failed_reason_is_listed() -> None:
    """One run of the gates tells the whole story."""
    bad = replace(
        GOOD,
        metrics={"accuracy": 0.5, "ece": 0.3, "coverage": 0.99},
        recorded_metrics={"accuracy": 0.9, "ece": 0.3},
        size_bytes=2000,
        served_file=Digest("a" * 64, "b" * 64),
        training_record=Digest("c" * 64, None),
        smoke_test=SmokeTestOutcome(12.5, ""),
        signature=CONTRACT.signature("optimizer"),
        classes=("simple", "photo"),
        flavors={"sklearn": {"code": "code"}},
        file_faults=("model.pkl is a pickle",),
    )
    text = "\n".join(reasons(bad, CURRENT))
    for part in (
        "accuracy 0.5000 is below the minimum 0.8",
        "ece 0.3000 is above the maximum 0.2",
        "coverage 0.9900 is above the maximum 0.97",
        "accuracy 0.5000 is more than 0.02 worse than 0.9000 of version 1",
        "ece 0.3000 is more than 0.05 worse than 0.1000 of version 1",
        "2000 bytes",
        "the served file is not the one that was trained: its SHA-256 differs",
        "the training record is not the one that was trained: its SHA-256 differs",
        "one prediction takes 12.50 ms, more than 5 ms",
        "figures of the run are not those of its training record: accuracy",
        "the signature is float32 n x",
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
    lost = replace(
        GOOD,
        size_bytes=None,
        served_file=Digest(),
        training_record=Digest(),
        classes=(),
        flavors={},
        signature=None,
        smoke_test=SmokeTestOutcome(),
    )
    assert len(reasons(lost)) == 7


def test_a_file_that_the_serving_code_cannot_use_is_refused() -> None:
    """With what went wrong there."""
    (reason,) = reasons(replace(GOOD, smoke_test=SmokeTestOutcome(fault="it ended the process with signal 11")))
    assert reason == "the serving code cannot use the served file: it ended the process with signal 11"


def test_a_loss_within_the_tolerance_passes() -> None:
    """Exactly the tolerance is allowed, whatever the rounding of the difference."""
    assert reasons(replace(GOOD, metrics={**GOOD.metrics, "accuracy": 0.88}), CURRENT) == ()
    assert len(reasons(replace(GOOD, metrics={**GOOD.metrics, "accuracy": 0.879}), CURRENT)) == 1


def test_a_comparison_across_datasets_says_so() -> None:
    """A reader should know when two numbers come from different images."""
    worse = replace(GOOD, metrics={**GOOD.metrics, "accuracy": 0.85}, dataset_digest="day 2")
    (reason,) = reasons(worse, CURRENT)
    assert "another dataset" in reason


def outcomes(right: int, items: int = 400, digest: str = "same") -> HeldOutOutcomes:
    names = [f"item {number}" for number in range(items)]
    accuracy = [float(number < right) for number in range(items)]
    return HeldOutOutcomes(digest, pa.table({"item": names, "brand": names, "accuracy": accuracy}))


def test_versions_are_compared_item_by_item_where_they_can_be() -> None:
    """A loss whose mean is within the tolerance is refused where it may well be larger."""
    current = replace(CURRENT, held_out=outcomes(360))
    assert reasons(replace(GOOD, held_out=outcomes(360)), current) == ()
    (reason,) = reasons(replace(GOOD, held_out=outcomes(354)), current)
    assert "(400 items, mean +0.0150)" in reason
    rows = check_gates(replace(GOOD, held_out=outcomes(360)), current, THRESHOLDS, CONTRACT).checks
    limits = {check.name: check.limit for check in rows}
    assert limits["accuracy against version 1"] == "at most 0.02 worse (95 %, 400 items)"
    assert "ece is no mean over items" in limits["ece against version 1"]


def test_other_items_are_compared_by_value_and_it_says_so() -> None:
    """The rows of the table tell what was compared."""
    for held_out, how in ((None, "were not kept"), (outcomes(100, digest="other"), "on other items")):
        current = replace(CURRENT, held_out=outcomes(360))
        verdict = check_gates(replace(GOOD, held_out=held_out), current, THRESHOLDS, CONTRACT)
        assert verdict.passed
        assert how in next(check.limit for check in verdict.checks if check.name == "accuracy against version 1")


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
    optimizer = replace(
        GOOD,
        kind="optimizer",
        classes=(),
        flavors=flavors,
        features=features,
        signature=CONTRACT.signature("optimizer"),
    )
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
