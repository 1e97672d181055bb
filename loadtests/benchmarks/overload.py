"""Three times the sustainable load: answers, memory, and recovery."""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loadtests.servers.local_server import LocalServer
from loadtests.servers.service_calls import api_calls
from loadtests.servers.traffic import (
    Call,
    Outcome,
    closed_loop,
    open_loop,
    poisson_arrivals,
    quantile_ms,
    refusal_quantile_ms,
    throughput,
)
from svgai.errors import SvgAiError

FACTOR = 3.0
"""Multiple of the sustainable rate that is sent."""

CLIENTS = {"classify": 32, "optimize": 32, "convert": 4}
"""Clients whose throughput counts as sustainable."""

WATCHED_S = 10.0
"""Seconds during which single requests are sent, before the overload and after it."""

BACK_TO_NORMAL = 1.5
"""A median of single requests up to this multiple of the earlier one counts as normal."""

_MEDIAN_OF = 5
_SAMPLE_S = 0.5


@dataclass(frozen=True)
class OverloadRow:
    """
    One API under FACTOR times its sustainable rate.

    Attributes:
        sustainable: Answers a second in a closed loop.
        sent: Requests a second.
        answered: Good answers a second.
        refused: Share of the requests answered 429 with Retry-After.
        failed: Requests that were neither answered nor rejected like this.
        p99_ms: 99th percentile of good answers in milliseconds, from the time when they were due.
        refused_p99_ms: The same for rejections.
        before_mb: Resident memory of all processes before.
        peak_mb: The maximum during the load.
        after_mb: Memory at the end.
        recovered_s: Seconds from the last due request to the first of five single ones whose median is normal again.
    """

    api: str
    sustainable: float
    sent: float
    answered: float
    refused: float
    failed: int
    p99_ms: float
    refused_p99_ms: float
    before_mb: float
    peak_mb: float
    after_mb: float
    recovered_s: float


def measure_overload(
    server: LocalServer, images: Sequence[bytes], seconds: float, progress: Callable[[int, int], None]
) -> list[OverloadRow]:
    """
    Overload each API in turn for some seconds.

    Raises:
        SvgAiError: An API gives no good answer even in a closed loop.
    """
    rows = []
    for done, api in enumerate(CLIENTS, start=1):
        rows.append(asyncio.run(_overload(server, api, api_calls(server.url, api, images), seconds)))
        progress(done, len(CLIENTS))
    return rows


async def _overload(server: LocalServer, api: str, calls: Sequence[Call], seconds: float) -> OverloadRow:
    sustainable = throughput(await closed_loop(calls, CLIENTS[api], seconds))
    if not sustainable:
        raise SvgAiError(f"{api} gave no good answer to {CLIENTS[api]} clients: there is nothing to overload")
    lone = statistics.median(outcome.seconds for outcome in await closed_loop(calls, 1, WATCHED_S))
    before = server.resident_mb()
    arrivals = poisson_arrivals(FACTOR * sustainable, seconds)
    sending = asyncio.ensure_future(open_loop(calls, arrivals))
    began = time.perf_counter()
    peak = before
    while not sending.done():
        await asyncio.wait({sending}, timeout=_SAMPLE_S)
        # In a thread, so that measuring all processes does not delay requests.
        peak = max(peak, await asyncio.to_thread(server.resident_mb))
    outcomes = sending.result()
    lasted = max(0.0, time.perf_counter() - began - seconds)
    after = await closed_loop(calls, 1, WATCHED_S)
    refused = [outcome for outcome in outcomes if outcome.refused]
    good = [outcome for outcome in outcomes if outcome.ok]
    return OverloadRow(
        api,
        sustainable=sustainable,
        sent=len(outcomes) / seconds,
        answered=len(good) / (seconds + lasted),
        refused=len(refused) / len(outcomes),
        failed=len(outcomes) - len(good) - len(refused),
        p99_ms=quantile_ms(good, 0.99),
        refused_p99_ms=refusal_quantile_ms(outcomes, 0.99),
        before_mb=before,
        peak_mb=peak,
        after_mb=server.resident_mb(),
        recovered_s=lasted + recovery(after, BACK_TO_NORMAL * lone),
    )


def recovery(lone: Sequence[Outcome], normal_s: float) -> float:
    """The time of the first of five good requests with a normal median, itself normal; infinite: never."""
    for first in range(len(lone) - _MEDIAN_OF + 1):
        some = lone[first : first + _MEDIAN_OF]
        times = [one.seconds for one in some]
        if all(one.ok for one in some) and max(times[0], statistics.median(times)) <= normal_s:
            return some[0].due
    return float("inf")
