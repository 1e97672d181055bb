"""Comparison of peers: rounds in rotated order, common rates, and a file of finished visits."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from loadtests.peers.visits import Stage, Visit
from svgai.errors import SvgAiError

CLIENTS = (32.0, 64.0)
"""Clients of the closed loops that measure capacity; 64 is the service's MAX_CONCURRENCY."""

COMMON_SHARE = 0.7
"""Share of the slowest peer's capacity at which latencies are compared."""

SHARES = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0)
"""Shares of the fastest peer's capacity at which latencies are measured for the picture."""

Visitor = Callable[[str, Stage, int, Sequence[float]], Visit]
"""Visits the peer of this name in a stage and a round, with the loads that are planned."""

Told = Callable[[str, int, int], None]
"""Called with a description, the number of finished visits, and the total."""


@dataclass(frozen=True)
class Comparison:
    """The results: all visits of this plan, the rate of the table, and the peers that failed with the reasons."""

    visits: tuple[Visit, ...]
    common_rate: float
    left_out: dict[str, str]

    def of(self, peer: str, stage: Stage) -> list[Visit]:
        """A peer's visits of one stage, in order of rounds."""
        found = [visit for visit in self.visits if (visit.peer, visit.stage) == (peer, stage)]
        return sorted(found, key=lambda visit: visit.round)


class Outcomes:
    """
    A JSON-lines file of finished visits, which are not repeated.

    Args:
        path: The file.
        setting: The conditions of the visits besides their plan; those under other conditions are not used.
    """

    def __init__(self, path: Path, setting: str) -> None:
        self._path = path
        self._setting = setting
        self._visits: list[Visit] = []
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        for line in lines:
            try:
                entry = _Line.model_validate_json(line)
            except ValidationError as invalid:
                raise SvgAiError(f"{path} is no file of this comparison's outcomes; remove it") from invalid
            if entry.setting == setting:
                self._visits.append(entry.visit)

    def find(self, peer: str, stage: Stage, number: int, planned: Sequence[float]) -> Visit | None:
        """The finished visit of this plan, if there is one."""
        key = peer, stage, number, tuple(planned)
        return next((one for one in self._visits if (one.peer, one.stage, one.round, one.planned) == key), None)

    def add(self, visit: Visit) -> None:
        """Store a finished visit."""
        self._visits.append(visit)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_Line(setting=self._setting, visit=visit).model_dump_json() + "\n")


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="constants")

    setting: str
    visit: Visit


def compare(peers: Sequence[str], rounds: int, visit: Visitor, outcomes: Outcomes, told: Told) -> Comparison:
    """
    Measure every peer's capacity in every round, then its latencies at rates derived from the capacities.

    A peer that fails is excluded from then on.

    Raises:
        SvgAiError: No peer is left.
    """
    left_out: dict[str, str] = {}
    visits: list[Visit] = []
    total = 2 * rounds * len(peers)

    def run(stage: Stage, planned: Sequence[float]) -> None:
        for number in range(rounds):
            for peer in rotated(peers, number):
                told(f"Visits ({stage}, {peer})", len(visits), total)
                if peer in left_out:
                    continue
                done = outcomes.find(peer, stage, number, planned)
                if done is None:
                    try:
                        done = visit(peer, stage, number, planned)
                    except SvgAiError as fault:
                        left_out[peer] = fault.message
                        continue
                    outcomes.add(done)
                visits.append(done)

    run("capacity", CLIENTS)
    capacities = [
        statistics.median(capacity(one) for one in visits if one.peer == peer) for peer in peers if peer not in left_out
    ]
    if not capacities:
        raise SvgAiError("no peer is left: " + "; ".join(f"{peer}: {why}" for peer, why in left_out.items()))
    planned = rates(capacities)
    run("latency", planned)
    told("Visits (done)", total, total)
    return Comparison(tuple(visits), planned[0], left_out)


def rotated(peers: Sequence[str], number: int) -> list[str]:
    """The order of peers in a round, rotated."""
    start = number % max(1, len(peers))
    return [*peers[start:], *peers[:start]]


def capacity(visit: Visit) -> float:
    """Good answers a second with the best number of clients for the peer."""
    return max(load.throughput for load in visit.loads)


def rates(capacities: Sequence[float]) -> tuple[float, ...]:
    """Requests a second: the one for the table, then those for the picture, from low to high."""
    common = COMMON_SHARE * min(capacities)
    return tuple(round(rate, 1) for rate in (common, *(share * max(capacities) for share in SHARES)))
