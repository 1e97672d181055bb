"""
Promotion, which is gated, and rollback of model versions, both recorded.

A promotion checks the gates, moves the version and archives what stood there in one call to MLflow, then mirrors the
stages in the aliases `staging` and `production` and records the move. An interrupted promotion leaves the registry with
one version per stage; running it again completes the aliases and the record.
Not covered: promotions that a person makes in MLflow's pages (they are gated and recorded when promoted here again).
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from mlflow import MlflowClient

from registry.connection import registry_faults
from registry.evidence import gather_baseline, gather_evidence
from registry.gates import GateVerdict, ServingContract, check_gates
from registry.promotion_log import VERDICT_TAG, RecordedVerdict, Transition, production_line
from registry.thresholds import Thresholds
from registry.transitions import describe, mirror_stages, move, record_move
from registry.versions import LIVE_STAGES, LiveStage, Stage, Version, get_version, list_versions, pick_in_stage
from svgai.errors import GateFailed, RegistryFault


@dataclass(frozen=True)
class Promotion:
    """What a promotion or rollback did; `replaced` is the number of the version that had to go, if there was one."""

    name: str
    version: int
    source: Stage
    target: LiveStage
    replaced: int | None
    verdict: GateVerdict | None
    notes: tuple[str, ...] = ()


def promote(
    client: MlflowClient,
    name: str,
    version: int | None = None,
    *,
    to: LiveStage,
    actor: str,
    thresholds: Thresholds,
    contract: ServingContract,
) -> Promotion:
    """
    Gate `version` of `name` (the newest for None) and move it to `to`; to Production always by way of Staging.

    Raises GateFailed with every reason, also written on the version; nothing has moved then. Raises RegistryFault if
    there is no such version, or it would leave Production for Staging.
    """
    versions = list_versions(client, name)
    candidate = get_version(versions, name, version)
    if candidate.stage == "Production" and to == "Staging":
        raise RegistryFault(f"{candidate} is in Production: promote another version, or roll back")
    replaced, notes = _standing(versions, candidate, to)
    verdict = _judge(client, candidate, replaced, to=to, actor=actor, thresholds=thresholds, contract=contract)
    for source, target in _steps(candidate, to, rivals=replaced is not None):
        move(client, name, candidate.number, target)
        record_move(
            client,
            versions,
            candidate,
            Transition(
                action="promote",
                source=source,
                target=target,
                by=actor,
                at=datetime.now(UTC),
                replaced=replaced.number if replaced and target == to else None,
                note="gates passed",
            ),
        )
    mirror_stages(client, name)
    return Promotion(name, candidate.number, candidate.stage, to, replaced.number if replaced else None, verdict, notes)


def rollback(client: MlflowClient, name: str, *, actor: str) -> Promotion:
    """
    Give Production back to the version that held it before the present one, as the log tells, and archive the present.

    Not gated: it passed when it was promoted, and a rollback must not wait. RegistryFault if nothing is in Production,
    if several versions are and the log does not tell which one counts, or if none held it before.
    """
    versions = list_versions(client, name)
    resolution = pick_in_stage(versions, name, "Production")
    present = resolution.version
    line = production_line({version.number: version.transitions for version in versions}, present.number)
    if len(line) < 2:
        raise RegistryFault(
            f"{name} has nothing to roll back to: no other version was in Production before {present.number}"
        )
    former = get_version(versions, name, line[-2])
    move(client, name, former.number, "Production")
    record_move(
        client,
        versions,
        former,
        Transition(
            action="rollback",
            source=former.stage,
            target="Production",
            by=actor,
            at=datetime.now(UTC),
            replaced=present.number,
            note=f"version {present.number} rolled back",
        ),
    )
    mirror_stages(client, name)
    notes = (resolution.note,) if resolution.note else ()
    return Promotion(name, former.number, former.stage, "Production", present.number, None, notes)


def _standing(
    versions: tuple[Version, ...], candidate: Version, stage: LiveStage
) -> tuple[Version | None, tuple[str, ...]]:
    """The version that `candidate` would replace in `stage`, and a remark if several stand there."""
    others = tuple(v for v in versions if v.stage == stage and v.number != candidate.number)
    if len(others) < 2:
        return (others[0] if others else None), ()
    recorded = [v for v in others if v.entered is not None] or others
    compared = max(recorded, key=lambda v: v.entered.at if v.entered else v.created)
    numbers = ", ".join(str(v.number) for v in others)
    return compared, (f"several versions were in {stage} ({numbers}); the gates compared with {compared.number}",)


def _judge(
    client: MlflowClient,
    candidate: Version,
    replaced: Version | None,
    *,
    to: LiveStage,
    actor: str,
    thresholds: Thresholds,
    contract: ServingContract,
) -> GateVerdict:
    baseline = gather_baseline(client, replaced) if replaced else None
    verdict = check_gates(gather_evidence(client, candidate), baseline, thresholds, contract)
    written = RecordedVerdict(passed=verdict.passed, target=to, by=actor, at=datetime.now(UTC), reasons=verdict.reasons)
    with registry_faults(f"write the verdict on {candidate}"):
        client.set_model_version_tag(candidate.name, str(candidate.number), VERDICT_TAG, written.model_dump_json())
        describe(client, candidate, written.line())
    if not verdict.passed:
        raise GateFailed(str(candidate), verdict.reasons)
    return verdict


def _steps(candidate: Version, target: LiveStage, *, rivals: bool) -> list[tuple[str, LiveStage]]:
    """The moves to make, as (from, to); none for a version that stands alone in `target`, on record."""
    if candidate.stage == target:
        # An interrupted promotion or a person brought it here: complete the record, archive what stands beside it.
        last = candidate.transitions[-1].target if candidate.transitions else "None"
        return [(last, target)] if rivals or candidate.entered is None else []
    path = LIVE_STAGES[: LIVE_STAGES.index(target) + 1]
    ahead = path[LIVE_STAGES.index(candidate.stage) + 1 :] if candidate.stage in LIVE_STAGES else path
    return list(zip((candidate.stage, *ahead), ahead, strict=False))
