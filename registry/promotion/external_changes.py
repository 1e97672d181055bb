"""
Detects changes by people in MLflow by comparison with the log: pure functions from a model's versions to the next
action.

The log defines the stage of every version. A version in a stage, or with its alias, contrary to the log was promoted
there by a person. A version that is not in its stage by the log was withdrawn by a person, or its promotion was
interrupted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from registry.mlflow_store.promotion_log import Transition
from registry.mlflow_store.stages import LIVE_STAGES, LiveStage
from registry.mlflow_store.versions import Version

IN_PROGRESS = timedelta(seconds=10)
"""How long a recorded move may be in progress before it counts as interrupted."""


@dataclass(frozen=True)
class Wish:
    """A person promoted `version` to `stage`, by stage or alias, without the log; `over` are earlier such moves."""

    version: Version
    stage: LiveStage
    by: Literal["stage", "alias"]
    over: tuple[Version, ...] = ()


@dataclass(frozen=True)
class Unsettled:
    """Stage, alias or records of `version`, which is in `stage` by the log, are inconsistent."""

    version: Version
    stage: LiveStage


@dataclass(frozen=True)
class Moved:
    """A person moved `version` to a stage that is not served."""

    version: Version


@dataclass(frozen=True)
class StaleAlias:
    """The alias of `stage` is where no version of that stage is."""

    stage: LiveStage


Step = Wish | Unsettled | Moved | StaleAlias


def holder(versions: Iterable[Version], stage: LiveStage) -> tuple[Version, Transition] | None:
    """The version that the log puts into `stage`, with the entry that did; of several the latest."""
    found = [
        (entry, version)
        for version in versions
        if version.recorded_stage == stage
        and (entry := next((t for t in reversed(version.transitions) if t.action != "refuse"), None)) is not None
    ]
    if not found:
        return None
    entry, version = max(found, key=lambda pair: (pair[0].at, pair[1].number))
    return version, entry


def next_step(versions: tuple[Version, ...], now: datetime) -> Step | None:
    """
    The next action; None if all is settled, or a recorded move is still in progress.

    Production comes before Staging, and a person's change before the log. Of two promotions to one stage the one by
    stage counts, since MLflow records no time of aliases; of two by stage the later.
    """
    for stage in reversed(LIVE_STAGES):
        if wish := _wish(versions, stage):
            return wish
        held = holder(versions, stage)
        if held is None:
            if any(stage.lower() in version.aliases for version in versions):
                return StaleAlias(stage)
        elif not _is_settled(versions, stage, held[0]):
            if abs(now - held[1].at) < IN_PROGRESS:
                return None
            if stage == "Production" or held[0].stage == stage:
                return Unsettled(held[0], stage)
            return Moved(held[0])  # Staging may be empty: a person took it out
    drifted = (v for v in versions if v.stage not in LIVE_STAGES and v.stage != v.recorded_stage)
    return next((Moved(version) for version in drifted), None)


def wishes(versions: Iterable[Version], stage: LiveStage) -> frozenset[int]:
    """The numbers of the versions that a person promoted to `stage` without the log."""
    return frozenset(v.number for v in versions if _wished_by_stage(v, stage) or _wished_by_alias(v, stage))


def _wished_by_stage(version: Version, stage: LiveStage) -> bool:
    return version.stage == stage != version.recorded_stage


def _wished_by_alias(version: Version, stage: LiveStage) -> bool:
    # A version in Production briefly keeps the alias of Staging, and never goes back to Staging anyway.
    return stage.lower() in version.aliases and version.recorded_stage not in {stage, "Production"}


def _wish(versions: tuple[Version, ...], stage: LiveStage) -> Wish | None:
    wished = [version for version in versions if version.number in wishes(versions, stage)]
    if not wished:
        return None
    last = max(wished, key=lambda v: (_wished_by_stage(v, stage), v.updated, v.number))
    over = tuple(version for version in wished if version.number != last.number)
    return Wish(last, stage, "stage" if _wished_by_stage(last, stage) else "alias", over)


def _is_settled(versions: tuple[Version, ...], stage: LiveStage, held: Version) -> bool:
    alias = stage.lower()
    return all(
        ((version.stage == stage), (alias in version.aliases), (version.recorded_stage == stage))
        == ((version.number == held.number),) * 3
        for version in versions
    )
