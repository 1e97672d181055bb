"""
Whether a model version may be promoted: pure functions from evidence to a verdict.

Every check is made and every failed reason listed, so that one run of the gates gives every reason.
Not covered: where the evidence comes from (evidence.py) and what happens after the verdict (promotion.py).
"""

from registry.gates.evidence import Baseline, Check, Evidence, GateVerdict, ServingContract
from registry.gates.metric_checks import limit_checks, regression_checks
from registry.gates.model_checks import code_checks, contract_checks, record_checks, served_checks
from registry.gates.thresholds import KindThresholds, Thresholds

__all__ = ["Baseline", "Check", "Evidence", "GateVerdict", "ServingContract", "check_gates"]


def check_gates(
    candidate: Evidence, current: Baseline | None, thresholds: Thresholds, contract: ServingContract
) -> GateVerdict:
    """Judge `candidate`, also against `current`, the version it would replace, if there is one."""
    limits: KindThresholds = getattr(thresholds, candidate.kind)
    return GateVerdict(
        (
            *limit_checks(candidate, limits),
            *regression_checks(candidate, current, limits),
            *served_checks(candidate, limits),
            *record_checks(candidate),
            *contract_checks(candidate, contract),
            *code_checks(candidate),
        )
    )
