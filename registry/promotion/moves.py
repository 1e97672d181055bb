"""
Gated promotion and rollback of model versions by command, both recorded.

A promotion checks the gates, records the move, and makes it: the alias `staging` or `production` moves, then the stage,
which archives the previous version. An interrupted one is completed by running it again, or by the watcher. Not
covered: promotions that a person makes in MLflow's UI (settlement.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mlflow import MlflowClient

from registry.gates.judgement import Judge, write_verdict
from registry.gates.verdict import GateVerdict
from registry.mlflow_store.promotion_log import Action, Actor, Transition, production_line
from registry.mlflow_store.registered_model import RegisteredModel
from registry.mlflow_store.stages import LIVE_STAGES, LiveStage, Stage
from registry.mlflow_store.versions import Version, get_version, pick_in_stage
from registry.promotion.external_changes import wishes
from svgai.errors import GateFailed, RegistryFault


@dataclass(frozen=True)
class Promotion:
    """The result of a promotion or rollback; `replaced` is the number of the replaced version, if any."""

    name: str
    version: int
    source: Stage
    target: LiveStage
    replaced: int | None
    verdict: GateVerdict | None
    notes: tuple[str, ...] = ()


def promote(
    client: MlflowClient, name: str, version: int | None = None, *, to: LiveStage, actor: Actor, judge: Judge
) -> Promotion:
    """
    Gate `version` of `name` (the newest for None) and move it to `to`; to Production always by way of Staging.

    Raises GateFailed with every reason, also written on the version; nothing has moved then. Raises RegistryFault if
    there is no such version, or it would leave Production for Staging.
    """
    model = RegisteredModel(client, name)
    versions = model.versions()
    candidate = get_version(versions, name, version)
    if candidate.stage == "Production" and to == "Staging":
        raise RegistryFault(f"{candidate} is in Production: promote another version, or roll back")
    replaced, notes = standing_beside(versions, candidate, to)
    verdict = judge(candidate, replaced)
    write_verdict(client, candidate, verdict, to, actor)
    if not verdict.passed:
        refuse(model, candidate, candidate.stage, actor, verdict.reasons, described=False)
        raise GateFailed(str(candidate), verdict.reasons)
    for source, target in _steps(candidate, to, rivals=replaced is not None):
        entry = _entry("promote", source, target, actor, replaced if target == to else None, "gates passed")
        model.install(candidate, entry)
    model.point_aliases()
    return Promotion(name, candidate.number, candidate.stage, to, replaced.number if replaced else None, verdict, notes)


def rollback(client: MlflowClient, name: str, *, actor: Actor) -> Promotion:
    """
    Move the previous version by the log back to Production, and archive the present one.

    Not gated: it passed when it was promoted, and a rollback must not wait. RegistryFault if no version is in
    Production, if several are and the log is ambiguous, or if there is no previous one.
    """
    model = RegisteredModel(client, name)
    versions = model.versions()
    resolution = pick_in_stage(versions, name, "Production")
    present = resolution.version
    line = former_holders(versions, present)
    if len(line) < 2:
        raise RegistryFault(
            f"{name} has nothing to roll back to: no other version was in Production before {present.number}"
        )
    notes = (resolution.note,) if resolution.note else ()
    entered = present.entered
    unfinished = "production" not in present.aliases or any(
        version.recorded_stage == "Production" for version in versions if version.number != present.number
    )
    if entered is not None and entered.action == "rollback" and unfinished:
        # The previous call was interrupted: complete it, instead of going back another step.
        model.complete(present.number, entered)
        return Promotion(name, present.number, present.stage, "Production", entered.replaced, None, notes)
    return _put_back(model, get_version(versions, name, line[-2]), present, actor, "rolled back", notes)


def return_to(client: MlflowClient, numbers: Mapping[str, int], *, actor: Actor, reason: str) -> list[Promotion]:
    """
    Move the version of each model named in `numbers` back to Production, if another one is there; not gated.

    `reason` is recorded on the version that is replaced; a version that a person promoted meanwhile is settled later.
    RegistryFault if a version no longer exists.
    """
    done = []
    for name, number in numbers.items():
        model = RegisteredModel(client, name)
        versions = model.versions()
        former = get_version(versions, name, number)
        present, notes = standing_beside(versions, former, "Production")
        if present is not None or former.stage != "Production":
            spared = wishes(versions, "Production") - {number}
            done.append(_put_back(model, former, present, actor, reason, notes, spared))
    return done


def refuse(
    model: RegisteredModel,
    version: Version,
    source: Stage,
    actor: Actor,
    reasons: tuple[str, ...],
    *,
    described: bool = True,
) -> None:
    """
    Record that `version` stays in its recorded stage; `source` is where a person had moved it.

    `described` is false if a verdict has already recorded the reasons in the description.
    """
    note = "; ".join(reasons)
    model.record(version, _entry("refuse", source, version.recorded_stage, actor, None, note), described=described)


def standing_beside(
    versions: tuple[Version, ...], candidate: Version, stage: LiveStage
) -> tuple[Version | None, tuple[str, ...]]:
    """The version that `candidate` would replace in `stage`, and a note if several are there."""
    others = tuple(v for v in versions if v.stage == stage and v.number != candidate.number)
    if len(others) < 2:
        return (others[0] if others else None), ()
    recorded = [v for v in others if v.entered is not None] or others
    compared = max(recorded, key=lambda v: v.entered.at if v.entered else v.created)
    numbers = ", ".join(str(v.number) for v in others)
    return compared, (f"several versions were in {stage} ({numbers}); the gates compared with {compared.number}",)


def former_holders(versions: tuple[Version, ...], present: Version) -> tuple[int, ...]:
    """The versions that held Production, oldest first, ending with `present`, which holds it now."""
    return production_line({version.number: version.transitions for version in versions}, present.number)


def _put_back(
    model: RegisteredModel,
    former: Version,
    present: Version | None,
    actor: Actor,
    reason: str,
    notes: tuple[str, ...],
    spared: Collection[int] = (),
) -> Promotion:
    note = f"version {present.number} {reason}" if present else reason
    model.install(former, _entry("rollback", former.stage, "Production", actor, present, note), spared)
    if former.stage == "Staging":
        model.point_alias("Staging", None)
    replaced = present.number if present else None
    return Promotion(former.name, former.number, former.stage, "Production", replaced, None, notes)


def _entry(action: Action, source: str, target: str, actor: Actor, replaced: Version | None, note: str) -> Transition:
    return Transition(
        action=action,
        source=source,
        target=target,
        by=actor.by,
        via=actor.via,
        replaced=replaced.number if replaced else None,
        note=note,
    )


def _steps(candidate: Version, target: LiveStage, *, rivals: bool) -> list[tuple[str, LiveStage]]:
    """The moves to make, as (from, to); none for the only version in `target` that is recorded there."""
    if candidate.stage == target:
        # An interrupted promotion or a person brought it here: complete the record, archive the others.
        return [(candidate.recorded_stage, target)] if rivals or candidate.entered is None else []
    path = LIVE_STAGES[: LIVE_STAGES.index(target) + 1]
    ahead = path[LIVE_STAGES.index(candidate.stage) + 1 :] if candidate.stage in LIVE_STAGES else path
    return list(zip((candidate.stage, *ahead), ahead, strict=False))
