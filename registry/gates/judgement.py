"""Applies the gates to a version of the registry, and records the verdict on it."""

from collections.abc import Callable
from dataclasses import dataclass

from mlflow import MlflowClient

from registry.gates.gathered_evidence import gather_baseline, gather_evidence
from registry.gates.thresholds import Thresholds
from registry.gates.verdict import GateVerdict, ServingContract, check_gates
from registry.mlflow_store.connection import registry_faults
from registry.mlflow_store.promotion_log import VERDICT_TAG, Actor, RecordedVerdict
from registry.mlflow_store.stages import LiveStage
from registry.mlflow_store.transitions import describe
from registry.mlflow_store.versions import Version

Judge = Callable[[Version, Version | None], GateVerdict]
"""Judges a candidate against the version that it would replace, if there is one."""


@dataclass(frozen=True)
class Gates:
    """The judge for promotions."""

    client: MlflowClient
    thresholds: Thresholds
    contract: ServingContract

    def __call__(self, candidate: Version, replaced: Version | None) -> GateVerdict:
        baseline = gather_baseline(self.client, replaced) if replaced else None
        return check_gates(gather_evidence(self.client, candidate), baseline, self.thresholds, self.contract)


def write_verdict(
    client: MlflowClient, candidate: Version, verdict: GateVerdict, stage: LiveStage, actor: Actor
) -> None:
    """Record the verdict on `candidate` for `stage`: in a tag, and for people in its description."""
    written = RecordedVerdict(passed=verdict.passed, target=stage, by=actor.by, via=actor.via, reasons=verdict.reasons)
    with registry_faults(f"write the verdict on {candidate}"):
        client.set_model_version_tag(candidate.name, str(candidate.number), VERDICT_TAG, written.model_dump_json())
        describe(client, candidate, written.line())
