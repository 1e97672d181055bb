"""The figures of a comparison: medians over rounds, with minimum and maximum."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from loadtests.peers.comparison import Comparison, capacity
from loadtests.peers.visits import Measured, Visit


@dataclass(frozen=True)
class Spread:
    """A median over rounds, with minimum and maximum."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """
    One peer in the table.

    Attributes:
        peer: Its name.
        capacity: Maximum good answers a second.
        p50_ms: Of latency at the common rate.
        p99_ms: The same.
        cpu_ms: Processor time for each answer at the common rate.
        cpu_full_ms: The same with the number of clients that gives the capacity.
        memory_mb: Memory after the loads at all rates.
        ready_s: Seconds from start to readiness, over all visits.
        refused: Share of the requests at the common rate without a good answer, over all rounds.
    """

    peer: str
    capacity: Spread
    p50_ms: Spread
    p99_ms: Spread
    cpu_ms: Spread
    cpu_full_ms: Spread
    memory_mb: Spread
    ready_s: Spread
    refused: float


@dataclass(frozen=True)
class Point:
    """One rate of a peer's latencies."""

    rate: float
    p50_ms: Spread
    p99_ms: Spread


def spread(values: Sequence[float]) -> Spread:
    """Median, minimum and maximum."""
    return Spread(statistics.median(values), min(values), max(values))


def table(comparison: Comparison) -> list[Row]:
    """A row for each peer that completed all rounds, the greatest capacity first."""
    rows = []
    for peer in _complete(comparison):
        full, latency = comparison.of(peer, "capacity"), comparison.of(peer, "latency")
        common = [visit.loads[0] for visit in latency]
        rows.append(
            Row(
                peer=peer,
                capacity=spread([capacity(visit) for visit in full]),
                p50_ms=spread([load.p50_ms for load in common]),
                p99_ms=spread([load.p99_ms for load in common]),
                cpu_ms=spread([load.cpu_ms for load in common]),
                cpu_full_ms=spread([_fastest(visit).cpu_ms for visit in full]),
                memory_mb=spread([visit.memory_mb for visit in latency]),
                ready_s=spread([visit.ready_s for visit in full + latency]),
                refused=1 - sum(load.answered for load in common) / sum(load.sent for load in common),
            )
        )
    return sorted(rows, key=lambda row: -row.capacity.median)


def curves(comparison: Comparison) -> dict[str, list[Point]]:
    """The latencies of each peer by rate, for rates at which it answered every request in every round."""
    found: dict[str, list[Point]] = {}
    for peer in _complete(comparison):
        visits = comparison.of(peer, "latency")
        points = []
        for rate in sorted(set(visits[0].planned)):  # the table's rate may be one of the picture's
            loads = [load for visit in visits for load in visit.loads if load.amount == rate]
            if len(loads) < len(visits) or any(load.answered < load.sent for load in loads):
                break
            p50, p99 = spread([load.p50_ms for load in loads]), spread([load.p99_ms for load in loads])
            points.append(Point(rate, p50, p99))
        found[peer] = points
    return found


def _complete(comparison: Comparison) -> list[str]:
    peers = dict.fromkeys(visit.peer for visit in comparison.visits if visit.stage == "latency")
    return [peer for peer in peers if peer not in comparison.left_out]


def _fastest(visit: Visit) -> Measured:
    return max(visit.loads, key=lambda load: load.throughput)
