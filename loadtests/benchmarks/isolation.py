"""The effect of saturating conversions on the other calls."""

import asyncio
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loadtests.servers.local_server import LocalServer
from loadtests.servers.service_calls import api_calls
from loadtests.servers.traffic import Call, Outcome, closed_loop, open_loop, poisson_arrivals, quantile_ms, throughput

RATE = 20.0
"""Requests per second of the measured call."""

CONVERTING_CLIENTS = (0, 8, 64)
"""Concurrent converting clients in a closed loop: none, as many as the queue holds, and many more."""

PAUSE_S = 1.0
"""Seconds after which a rejected client retries, less than Retry-After."""


@dataclass(frozen=True)
class IsolationRow:
    """
    One call during conversions by a number of clients: its times are medians over the rounds.

    Attributes:
        ratio: p99 divided by that without conversions, both medians.
        converted: Conversions a second, until the last answer; the mean of the rounds.
        convert_p99_ms: The 99th percentile of accepted conversions, in all rounds.
        refused: Share of the requests to convert that were answered 429 with Retry-After, in all rounds.
        failed: Requests without a good answer, in all rounds, excluding these rejections of convert.
    """

    api: str
    converting: int
    p50_ms: float
    p99_ms: float
    ratio: float
    converted: float
    convert_p99_ms: float
    refused: float
    failed: int


def measure_isolation(
    server: LocalServer,
    images: Sequence[bytes],
    rounds: int,
    seconds: float,
    progress: Callable[[int, int], None],
) -> list[IsolationRow]:
    """Measure classify and optimize at a steady rate during conversions."""
    rows: list[IsolationRow] = []
    done, total = 0, 2 * rounds * len(CONVERTING_CLIENTS)
    converts = api_calls(server.url, "convert", images)
    for api in ("classify", "optimize"):
        calls = api_calls(server.url, api, images)
        rounds_of: dict[int, list[tuple[list[Outcome], list[Outcome]]]] = {}
        for number in range(rounds):
            for clients in CONVERTING_CLIENTS:
                found = asyncio.run(_side_by_side(calls, converts, clients, seconds, seed=number))
                rounds_of.setdefault(clients, []).append(found)
                done += 1
                progress(done, total)
        quiet = statistics.median(quantile_ms(watched, 0.99) for watched, _ in rounds_of[0])
        rows += [_row(api, clients, found, quiet) for clients, found in rounds_of.items()]
    return rows


async def _side_by_side(
    calls: Sequence[Call], converts: Sequence[Call], clients: int, seconds: float, seed: int
) -> tuple[list[Outcome], list[Outcome]]:
    watched = open_loop(calls, poisson_arrivals(RATE, seconds, seed))
    if not clients:
        return await watched, []
    converting = closed_loop(converts, clients, seconds, pause_s=PAUSE_S)
    return await asyncio.gather(watched, converting)


def _row(api: str, clients: int, found: Sequence[tuple[list[Outcome], list[Outcome]]], quiet: float) -> IsolationRow:
    watched = [one for one, _ in found]
    converts = [outcome for _, some in found for outcome in some]
    refused = [outcome for outcome in converts if outcome.refused]
    p99 = statistics.median(quantile_ms(one, 0.99) for one in watched)
    failed = [outcome for one in watched for outcome in one if not outcome.ok]
    failed += [outcome for outcome in converts if not outcome.ok and not outcome.refused]
    return IsolationRow(
        api,
        clients,
        p50_ms=statistics.median(quantile_ms(one, 0.5) for one in watched),
        p99_ms=p99,
        ratio=p99 / quiet,
        converted=statistics.fmean(throughput(some) for _, some in found),
        convert_p99_ms=quantile_ms(converts, 0.99),
        refused=len(refused) / len(converts) if converts else 0.0,
        failed=len(failed),
    )
