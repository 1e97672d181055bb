"""Smoke test of a candidate's served file in a separate process, so that a crash does not stop the gates."""

from pathlib import Path

from registry.gates.evidence import SmokeTestOutcome
from registry.smoke_tests.smoke_test_process import SmokeTestAnswer, run_smoke_test
from svgai.errors import ModelFault

_TIMEOUT_S = 60.0


def served_file_smoke_test(kind: str, path: Path, timeout_s: float = _TIMEOUT_S) -> SmokeTestOutcome:
    """Median time of one prediction of the file at `path`, in ms; or why the serving code cannot use it."""
    try:
        answer = run_smoke_test(
            "registry.smoke_tests.serving_smoke_test", (kind, str(path)), SmokeTestAnswer, timeout_s
        )
    except ModelFault as fault:
        return SmokeTestOutcome(fault=fault.message)
    return SmokeTestOutcome(answer.latency_ms, answer.fault)
