"""
The promotion log: who moved which version when, from where, to where, and why.

MLflow keeps no history of stages and aliases. Each transition is a tag `promotion.<n>.<id>` of the version that moved,
in JSON, and a line of its description, so that it is visible in MLflow's UI, too. The id is random, so that two writers
with the same number do not overwrite each other. Earlier logs have tags without one.

The log defines the desired stage of a version: a person's change in MLflow is a difference from it.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

TRANSITION_TAG = "promotion."
VERDICT_TAG = "gate"
DEPLOYMENT_TAG = "deployment."
DRIFT_TAG = "drift."
_ID_LENGTH = 8
_COUNTED = re.compile(rf"([0-9]+)(?:\.[0-9a-f]{{{_ID_LENGTH}}})?")

Action = Literal["promote", "rollback", "archive", "refuse", "restore", "move"]
Via = Literal["cli", "mlflow", "watcher"]
"""The origin of an action: a command, MLflow (UI or API), or the watcher itself."""


class Actor(BaseModel):
    """Who acts, and where. MLflow does not record who clicked."""

    model_config = ConfigDict(frozen=True)

    by: str
    via: Via


PERSON = Actor(by="a person in MLflow", via="mlflow")
WATCHER = Actor(by="the watcher", via="watcher")


def now() -> datetime:
    """The time, as the log keeps it."""
    return datetime.now(UTC)


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    by: str
    via: Via = "cli"
    at: AwareDatetime = Field(default_factory=now)

    def _stamp(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC, {self.by}"


class Transition(_Entry):
    """One recorded move of one version; `replaced` is the number of the version that had the stage before."""

    action: Action
    source: str
    target: str
    replaced: int | None = None
    note: str = ""

    def line(self) -> str:
        """The entry for a person."""
        end = f" ({self.note})" if self.note else ""
        return f"{self._stamp()}: {self.action} {self.source} -> {self.target}{end}"


class RecordedVerdict(_Entry):
    """The last verdict of the gates on a version."""

    passed: bool
    target: str
    reasons: tuple[str, ...] = ()

    def line(self) -> str:
        """The entry for a person."""
        if self.passed:
            return f"{self._stamp()}: gates passed (for {self.target})"
        return "\n".join([f"{self._stamp()}: gates refused (for {self.target})", *(f"- {one}" for one in self.reasons)])


class RecordedDeployment(_Entry):
    """A deployment of a Bento with this version; `reasons` say why it failed, if it did."""

    bento: str
    digest: str = ""
    address: str
    reasons: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        return not self.reasons

    def line(self) -> str:
        """The entry for a person."""
        if self.succeeded:
            return f"{self._stamp()}: {self.bento} serves at {self.address}"
        return f"{self._stamp()}: {self.bento} does not serve at {self.address}: {'; '.join(self.reasons)}"


class RecordedDrift(_Entry):
    """Input drift from a version's training data."""

    features: tuple[str, ...]

    def line(self) -> str:
        """The entry for a person."""
        return f"{self._stamp()}: the images have changed: {', '.join(self.features)}"


_Recorded = TypeVar("_Recorded", bound=_Entry)


def read_transitions(tags: Mapping[str, str]) -> tuple[Transition, ...]:
    """The transitions in a version's tags, oldest first; invalid tags are ignored."""
    return _read(tags, TRANSITION_TAG, Transition)


def read_deployments(tags: Mapping[str, str]) -> tuple[RecordedDeployment, ...]:
    """The deployments in a version's tags, oldest first; invalid tags are ignored."""
    return _read(tags, DEPLOYMENT_TAG, RecordedDeployment)


def read_drifts(tags: Mapping[str, str]) -> tuple[RecordedDrift, ...]:
    """Input drift while a version served, oldest first; invalid tags are ignored."""
    return _read(tags, DRIFT_TAG, RecordedDrift)


def read_verdict(tags: Mapping[str, str]) -> RecordedVerdict | None:
    """The last verdict in a version's tags, if there is a valid one."""
    try:
        return RecordedVerdict.model_validate_json(tags.get(VERDICT_TAG, ""))
    except ValidationError:
        return None


def next_tag(tags: Mapping[str, str], prefix: str) -> str:
    """A unique tag for the next entry of a version with these tags."""
    number = max((number for number, _ in _numbered(tags, prefix)), default=0) + 1
    return f"{prefix}{number}.{uuid.uuid4().hex[:_ID_LENGTH]}"


def production_line(logs: Mapping[int, Iterable[Transition]], standing: int) -> tuple[int, ...]:
    """
    The versions that held Production, oldest first, ending with `standing`, the one that holds it now.

    `logs` maps each existing version to its transitions. A rollback removes the version that it left, so that a second
    rollback goes further back instead of forward again. Versions promoted without a record count from where a later
    record, or the present, shows them.
    """
    moves = sorted(
        (
            (move.at, number, move)
            for number, log in logs.items()
            for move in log
            if move.target == "Production" and move.action != "refuse"
        ),
        key=lambda entry: (entry[0], entry[1]),
    )
    line: list[int] = []
    for _, number, move in moves:
        if move.replaced is not None and move.replaced in logs:
            _continue_from(line, move.replaced)
        if move.action in {"rollback", "restore"}:
            _continue_from(line, number)
        elif not line or line[-1] != number:
            line.append(number)
    _continue_from(line, standing)
    return tuple(line)


def _continue_from(line: list[int], number: int) -> None:
    """End `line` at the last place of `number`, or append it."""
    while number in line and line[-1] != number:
        line.pop()
    if number not in line:
        line.append(number)


def _numbered(tags: Mapping[str, str], prefix: str) -> Iterable[tuple[int, str]]:
    for key, value in tags.items():
        if key.startswith(prefix) and (found := _COUNTED.fullmatch(key.removeprefix(prefix))):
            yield int(found[1]), value


def _read(tags: Mapping[str, str], prefix: str, model: type[_Recorded]) -> tuple[_Recorded, ...]:
    entries: list[tuple[int, _Recorded]] = []
    for number, value in _numbered(tags, prefix):
        try:
            entries.append((number, model.model_validate_json(value)))
        except ValidationError:
            continue
    return tuple(entry for _, entry in sorted(entries, key=lambda pair: (pair[0], pair[1].at)))
