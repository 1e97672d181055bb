"""
HTTP load from this process: open loop (arrivals fixed beforehand) and closed loop (clients that wait for answers).

In an open loop a request's time starts when it was due, so that a server that falls behind cannot hide its queue (the
"coordinated omission" of closed loops, Tene 2013).
"""

import asyncio
import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp
import numpy as np

NO_ANSWER = 0
"""Status of a request without an answer: connection refused, closed, or timed out."""


@dataclass(frozen=True)
class Call:
    """One request to send: a POST of a JSON body."""

    url: str
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """
    The outcome of one request.

    Attributes:
        due: Scheduled time, in seconds after the start of the load.
        seconds: From then to the end of its answer.
        status: The HTTP status, or NO_ANSWER.
        retry_after: The Retry-After header, if it had one.
    """

    due: float
    seconds: float
    status: int
    retry_after: str | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the server rejected it with 429 and Retry-After."""
        return self.status == 429 and self.retry_after is not None


def poisson_arrivals(rate: float, seconds: float, seed: int = 1) -> list[float]:
    """Arrival times, in seconds after the start, of independent clients that together send `rate` requests a second."""
    rng = random.Random(seed)  # noqa: S311 - load, not secrets
    arrivals: list[float] = []
    due = rng.expovariate(rate)
    while due < seconds:
        arrivals.append(due)
        due += rng.expovariate(rate)
    return arrivals


async def open_loop(calls: Sequence[Call], arrivals: Sequence[float], timeout_s: float = 30) -> list[Outcome]:
    """Send the calls repeatedly, one at each arrival time, regardless of earlier outcomes; in that order."""
    async with _session(timeout_s) as session:
        begin = time.perf_counter()

        async def sent_at(number: int, due: float) -> Outcome:
            await asyncio.sleep(begin + due - time.perf_counter())
            return await _outcome(session, calls[number % len(calls)], begin, due)

        return list(await asyncio.gather(*(sent_at(number, due) for number, due in enumerate(arrivals))))


async def closed_loop(
    calls: Sequence[Call], clients: int, seconds: float, timeout_s: float = 30, pause_s: float = 0
) -> list[Outcome]:
    """
    Let clients send one call after the other in a closed loop for a time; returns outcomes in order of their start.

    Each sends at least one. A client without a good answer waits `pause_s` seconds before it retries.
    """
    async with _session(timeout_s) as session:
        begin = time.perf_counter()

        async def client(first: int) -> list[Outcome]:
            outcomes: list[Outcome] = []
            number = first
            while (due := time.perf_counter() - begin) < seconds or not outcomes:
                outcomes.append(await _outcome(session, calls[number % len(calls)], begin, due))
                number += clients
                if not outcomes[-1].ok:
                    await asyncio.sleep(pause_s)
            return outcomes

        found = await asyncio.gather(*(client(first) for first in range(clients)))
    return sorted((outcome for outcomes in found for outcome in outcomes), key=lambda outcome: outcome.due)


async def steady_loop(
    calls: Sequence[Call], rate: float, stopped: threading.Event, timeout_s: float = 30
) -> list[Outcome]:
    """Send `rate` calls a second at equal intervals, regardless of earlier outcomes, until `stopped` is set."""
    async with _session(timeout_s) as session:
        begin = time.perf_counter()
        sent: list[asyncio.Task[Outcome]] = []
        while not stopped.is_set():
            due = len(sent) / rate
            await asyncio.sleep(begin + due - time.perf_counter())
            sent.append(asyncio.create_task(_outcome(session, calls[len(sent) % len(calls)], begin, due)))
        return list(await asyncio.gather(*sent))


@contextmanager
def under_load(calls: Sequence[Call], rate: float) -> Iterator[Future[list[Outcome]]]:
    """Send `rate` calls a second from a separate thread; the outcomes are complete after the block."""
    stopped = threading.Event()
    with ThreadPoolExecutor(1) as thread:
        load = thread.submit(lambda: asyncio.run(steady_loop(calls, rate, stopped)))
        try:
            yield load
        finally:
            stopped.set()


def quantile_ms(outcomes: Sequence[Outcome], share: float) -> float:
    """The quantile of successful requests' latency in milliseconds; NaN without any."""
    return _quantile_ms([outcome for outcome in outcomes if outcome.ok], share)


def refusal_quantile_ms(outcomes: Sequence[Outcome], share: float) -> float:
    """The same for correctly rejected requests."""
    return _quantile_ms([outcome for outcome in outcomes if outcome.refused], share)


def _quantile_ms(outcomes: Sequence[Outcome], share: float) -> float:
    return 1000 * float(np.quantile([one.seconds for one in outcomes], share)) if outcomes else float("nan")


def throughput(outcomes: Sequence[Outcome]) -> float:
    """Successful requests a second, from the start of the first to the end of the last."""
    done = [outcome for outcome in outcomes if outcome.ok]
    if not done:
        return 0.0
    return len(done) / (max(one.due + one.seconds for one in done) - min(one.due for one in done))


def _session(timeout_s: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=timeout_s),
        headers={"Content-Type": "application/json"},
    )


async def _outcome(session: aiohttp.ClientSession, call: Call, begin: float, due: float) -> Outcome:
    try:
        async with session.post(call.url, data=call.body) as response:
            await response.read()
            status, retry_after = response.status, response.headers.get("Retry-After")
    except (aiohttp.ClientError, TimeoutError, OSError):
        status, retry_after = NO_ANSWER, None
    return Outcome(due, time.perf_counter() - begin - due, status, retry_after)
