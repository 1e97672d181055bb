"""
Settles one model's registry: a person's promotion in MLflow is gated, and accepted or undone.

Every step reads the registry again and is complete in itself. A killed step is detected in the next reading, and
continued or repeated; two concurrent settlements do the same.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from mlflow import MlflowClient

from registry.gates.judgement import Judge, write_verdict
from registry.mlflow_store.promotion_log import PERSON, WATCHER, Transition, now
from registry.mlflow_store.registered_model import RegisteredModel
from registry.mlflow_store.stages import LiveStage
from registry.mlflow_store.versions import Version
from registry.promotion.external_changes import Moved, StaleAlias, Step, Unsettled, Wish, holder, next_step, wishes
from registry.promotion.moves import former_holders, refuse
from svgai.errors import RegistryFault

_MOST_STEPS = 100

Say = Callable[[str], None]


def settle(
    client: MlflowClient, name: str, judge: Judge, say: Say, clock: Callable[[], datetime] = now
) -> tuple[Version, ...]:
    """
    Perform all actions for one model, and return its versions afterwards.

    RegistryFault if MLflow cannot be reached, or people change stages faster than they can be settled.
    """
    model = RegisteredModel(client, name)
    for _ in range(_MOST_STEPS):
        versions = model.versions()
        step = next_step(versions, clock())
        if step is None:
            return versions
        _take(model, versions, step, judge, say)
    raise RegistryFault(f"{name} does not settle: its stages are changed all the time")


def _take(model: RegisteredModel, versions: tuple[Version, ...], step: Step, judge: Judge, say: Say) -> None:
    match step:
        case Wish():
            _answer(model, versions, step, judge, say)
        case Unsettled(version, stage):
            _finish(model, version, stage, say)
        case Moved(version):
            model.record(version, _by_a_person("move", version.recorded_stage, version.stage))
            say(f"{version} was moved from {version.recorded_stage} to {version.stage} in MLflow")
        case StaleAlias(stage):
            model.point_alias(stage, None)
            say(f"the alias {stage.lower()} of {model.name} follows its stage")


def _answer(model: RegisteredModel, versions: tuple[Version, ...], wish: Wish, judge: Judge, say: Say) -> None:
    version, stage = wish.version, wish.stage
    say(f"{version} was promoted to {stage} in MLflow, by {wish.by}")
    held = holder(versions, stage)
    for other in wish.over:
        reason = f"version {version.number} was promoted to {stage} in its place"
        _send_back(model, other, stage, (reason,))
        say(f"{other} is not in {stage}: {reason}")
    # A version that served before may come back, even if it is worse than the one it replaces.
    returns = held is not None and stage == "Production" and version.number in former_holders(versions, held[0])[:-1]
    verdict = judge(version, held[0] if held and not returns else None)
    write_verdict(model.client, version, verdict, stage, WATCHER)
    # The gates take seconds: changes made meanwhile are handled next.
    answered = {version.number, *(other.number for other in wish.over)}
    spared = wishes(model.versions(), stage) - answered
    if not verdict.passed:
        _send_back(model, version, stage, verdict.reasons, described=False)
        if held:
            model.complete(held[0].number, held[1], spared)
        else:
            model.point_alias(stage, None, spared)
        say("\n".join([f"{version} did not pass its gates:", *(f"  {reason}" for reason in verdict.reasons)]))
        return
    replaced = held[0].number if held else None
    note = f"{wish.by} set in MLflow, gates passed"
    entry = _by_a_person("rollback" if returns else "promote", version.recorded_stage, stage)
    entry = entry.model_copy(update={"replaced": replaced, "note": note})
    model.install(version, entry, spared)
    say(f"{version} is in {stage}" + (f"; version {replaced} is archived" if replaced else ""))


def _send_back(
    model: RegisteredModel, version: Version, stage: LiveStage, reasons: tuple[str, ...], *, described: bool = True
) -> None:
    """Record why `version` may not be in `stage`, and move it to its stage by the log."""
    refuse(model, version, stage, WATCHER, reasons, described=described)
    if version.stage != version.recorded_stage:
        model.move(version.number, version.recorded_stage)


def _finish(model: RegisteredModel, version: Version, stage: LiveStage, say: Say) -> None:
    entry = Transition(
        action="restore",
        source=version.stage,
        target=stage,
        by=WATCHER.by,
        via=WATCHER.via,
        note=f"withdrawn, or interrupted on its way; {stage} is not left empty: promote another version, or roll back",
    )
    if version.stage == stage:
        model.complete(version.number, entry)
        say(f"stage, alias and records of {version} agree")
    else:
        model.install(version, entry)
        say(f"{version} is back in {stage}")


def _by_a_person(action: Literal["promote", "rollback", "move"], source: str, target: str) -> Transition:
    return Transition(action=action, source=source, target=target, by=PERSON.by, via=PERSON.via)
