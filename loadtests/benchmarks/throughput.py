"""Throughput for one client, many, and one again right after, relative to the limit of one core."""

import asyncio
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from loadtests.benchmarks.limit import Limit, median_limit
from loadtests.servers.local_server import LocalServer
from loadtests.servers.service_calls import api_calls, batches
from loadtests.servers.traffic import Call, closed_loop, quantile_ms, throughput

CLIENTS = (1, 32, 64, 1)
"""Concurrent clients: one, many, and one right after the burst."""

APIS = ("classify", "optimize")


@dataclass(frozen=True)
class ThroughputRow:
    """
    One API with a number of clients: medians over the rounds.

    Attributes:
        after_burst: Whether the many clients had just stopped.
        rate: Answers a second.
        share: The rate divided by the limit of the same round: images a second and core without a server, in batches.
        per_core: Answers per second of processor time of all the service's processes, divided by the limit; NaN if that
            is too small to measure.
        batch: Requests in a batch.
        p50_ms: Median latency in milliseconds.
        p99_ms: 99th percentile.
        failed: Requests without a good answer, in all rounds.
    """

    api: str
    clients: int
    after_burst: bool
    rate: float
    share: float
    per_core: float
    batch: float
    p50_ms: float
    p99_ms: float
    failed: int


def measure_throughput(
    server: LocalServer,
    measure_limit: Callable[[], Limit],
    images: Sequence[bytes],
    rounds: int,
    seconds: float,
    progress: Callable[[int, int], None],
) -> tuple[list[ThroughputRow], Limit]:
    """Measure every API and number of clients for some seconds in each round, and the limit once a round."""
    found: dict[tuple[str, int], list[ThroughputRow]] = {}
    limits: list[Limit] = []
    done, total = 0, rounds * len(APIS) * len(CLIENTS)
    for _ in range(rounds):
        limits.append(measure_limit())
        for api in APIS:
            best = limits[-1].classify_batched if api == "classify" else limits[-1].optimize_batched
            calls = api_calls(server.url, api, images)
            for place, clients in enumerate(CLIENTS):
                row = _row(server, api, calls, clients, place == len(CLIENTS) - 1, best, seconds)
                found.setdefault((api, place), []).append(row)
                done += 1
                progress(done, total)
    return [_median(rows) for rows in found.values()], median_limit(limits)


def _row(
    server: LocalServer, api: str, calls: Sequence[Call], clients: int, after_burst: bool, limit: float, seconds: float
) -> ThroughputRow:
    count, requests = batches(server.url, api)
    cpu = server.cpu_seconds()
    outcomes = asyncio.run(closed_loop(calls, clients, seconds))
    cpu = server.cpu_seconds() - cpu
    count_after, requests_after = batches(server.url, api)
    good = sum(outcome.ok for outcome in outcomes)
    rate = throughput(outcomes)
    return ThroughputRow(
        api,
        clients,
        after_burst,
        rate=rate,
        share=rate / limit,
        per_core=good / cpu / limit if cpu else float("nan"),
        batch=(requests_after - requests) / max(1.0, count_after - count),
        p50_ms=quantile_ms(outcomes, 0.5),
        p99_ms=quantile_ms(outcomes, 0.99),
        failed=len(outcomes) - good,
    )


def _median(rows: Sequence[ThroughputRow]) -> ThroughputRow:
    measured = ("rate", "share", "per_core", "batch", "p50_ms", "p99_ms")
    medians = {name: statistics.median(getattr(row, name) for row in rows) for name in measured}
    return replace(rows[0], **medians, failed=sum(row.failed for row in rows))
