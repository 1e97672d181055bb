"""
The promotion log: who moved which version when, from where, to where, and why.

MLflow keeps no history of stages and aliases. Each transition is a tag `promotion.<n>` of the version that moved, in
JSON, and a line of its description, so that a person sees it in MLflow's pages too.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

TRANSITION_TAG = "promotion."
VERDICT_TAG = "gate"

Action = Literal["promote", "rollback", "archive"]


class Transition(BaseModel):
    """One recorded move of one version; `replaced` is the number of the version that had the stage before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    action: Action
    source: str
    target: str
    by: str
    at: AwareDatetime
    replaced: int | None = None
    note: str = ""

    def line(self) -> str:
        """The entry for a person."""
        end = f" ({self.note})" if self.note else ""
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC, {self.by}: {self.action} {self.source} -> {self.target}{end}"


class RecordedVerdict(BaseModel):
    """What the gates last said of a version."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    passed: bool
    target: str
    by: str
    at: AwareDatetime
    reasons: tuple[str, ...] = ()

    def line(self) -> str:
        """The entry for a person."""
        outcome = "gates passed" if self.passed else "gates refused: " + "; ".join(self.reasons)
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC, {self.by}: {outcome} (for {self.target})"


def read_transitions(tags: Mapping[str, str]) -> tuple[Transition, ...]:
    """The transitions in a version's tags, oldest first; tags that a person spoiled are passed over."""
    numbered: list[tuple[int, Transition]] = []
    for key, value in tags.items():
        number = key.removeprefix(TRANSITION_TAG)
        if not key.startswith(TRANSITION_TAG) or not number.isdecimal():
            continue
        try:
            numbered.append((int(number), Transition.model_validate_json(value)))
        except ValidationError:
            continue
    return tuple(transition for _, transition in sorted(numbered, key=lambda entry: entry[0]))


def read_verdict(tags: Mapping[str, str]) -> RecordedVerdict | None:
    """The last verdict in a version's tags, if there is a valid one."""
    try:
        return RecordedVerdict.model_validate_json(tags.get(VERDICT_TAG, ""))
    except ValidationError:
        return None


def next_transition_tag(tags: Mapping[str, str]) -> str:
    """The tag for the next transition of a version with these tags."""
    numbers = (key.removeprefix(TRANSITION_TAG) for key in tags if key.startswith(TRANSITION_TAG))
    return f"{TRANSITION_TAG}{max((int(n) for n in numbers if n.isdecimal()), default=0) + 1}"


def production_line(logs: Mapping[int, Iterable[Transition]], standing: int) -> tuple[int, ...]:
    """
    The versions that held Production, oldest first, ending with `standing`, the one that holds it now.

    `logs` maps each existing version to its transitions. A rollback takes away what it left behind, so that a second
    rollback goes further back instead of forward again. Versions promoted off the record count from where a later
    record, or the present, shows them.
    """
    moves = sorted(
        ((move.at, number, move) for number, log in logs.items() for move in log if move.target == "Production"),
        key=lambda entry: (entry[0], entry[1]),
    )
    line: list[int] = []
    for _, number, move in moves:
        if move.replaced is not None and move.replaced in logs:
            _continue_from(line, move.replaced)
        if move.action == "rollback":
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
