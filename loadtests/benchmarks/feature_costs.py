"""The cost of a feature: two services, with and without it, loaded alternately."""

import asyncio
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loadtests.servers.local_server import LocalServer
from loadtests.servers.service_calls import api_calls
from loadtests.servers.traffic import closed_loop, throughput

CLIENTS = {"classify": 32, "convert": 2}


@dataclass(frozen=True)
class CostRow:
    """
    One call: medians over the rounds.

    Attributes:
        without, with_it: Answers a second.
        rate: Ratio of the second to the first in the same round.
        cpu: The same ratio of processor time per answer.
        failed: Requests without a good answer, in all rounds.
    """

    api: str
    without: float
    with_it: float
    rate: float
    cpu: float
    failed: int


@dataclass(frozen=True)
class FeatureCosts:
    """
    All of it.

    Attributes:
        without_mb, with_mb: Memory of all processes after the load, shared memory counted once.
    """

    rows: tuple[CostRow, ...]
    without_mb: float
    with_mb: float


@dataclass(frozen=True)
class _Turn:
    rate: float
    cpu: float
    failed: int


def measure_costs(
    without: LocalServer,
    with_it: LocalServer,
    images: Sequence[bytes],
    rounds: int,
    seconds: float,
    progress: Callable[[int, int], None],
) -> FeatureCosts:
    """Load two running services alternately for some seconds a round, so that conditions are equal."""
    rows, done, total = [], 0, rounds * len(CLIENTS)
    for api in CLIENTS:
        pairs = []
        for number in range(rounds):
            first, second = (without, with_it) if number % 2 else (with_it, without)
            turns = {server.pid: _turn(server, api, images, seconds) for server in (first, second)}
            pairs.append((turns[without.pid], turns[with_it.pid]))
            done += 1
            progress(done, total)
        rows.append(_row(api, pairs))
    return FeatureCosts(tuple(rows), without.proportional_mb(), with_it.proportional_mb())


def _turn(server: LocalServer, api: str, images: Sequence[bytes], seconds: float) -> _Turn:
    cpu = server.cpu_seconds()
    outcomes = asyncio.run(closed_loop(api_calls(server.url, api, images), CLIENTS[api], seconds))
    good = sum(outcome.ok for outcome in outcomes)
    return _Turn(throughput(outcomes), (server.cpu_seconds() - cpu) / max(1, good), len(outcomes) - good)


def _row(api: str, pairs: Sequence[tuple[_Turn, _Turn]]) -> CostRow:
    return CostRow(
        api,
        without=statistics.median(without.rate for without, _ in pairs),
        with_it=statistics.median(other.rate for _, other in pairs),
        rate=statistics.median(other.rate / without.rate for without, other in pairs),
        cpu=statistics.median(other.cpu / without.cpu for without, other in pairs),
        failed=sum(without.failed + other.failed for without, other in pairs),
    )
