"""One visit to one peer: it is started, checked, warmed up, loaded at one level after the other, and stopped."""

import asyncio
import base64
import os
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Literal

from loadtests.peers.serving_peers import Peer, Place
from loadtests.servers.local_server import LocalServer
from loadtests.servers.service_calls import post
from loadtests.servers.traffic import Call, Outcome, closed_loop, open_loop, poisson_arrivals, quantile_ms, throughput
from svgai.errors import SvgAiError

Stage = Literal["capacity", "latency"]

WARM_UP_CLIENTS, WARM_UP_S = 8, 2.0

BOUND_MS = 1000.0
"""A p99 above this ends a peer's latency measurements: the peer is overloaded."""

COMMON_TIMES = 3
"""Factor on the duration of a visit's first rate, at which the peers are compared."""


@dataclass(frozen=True)
class Measured:
    """
    Measurements of one load.

    Attributes:
        amount: Clients in a closed loop, or requests a second in an open one.
        sent: Requests.
        answered: Those with a good answer.
        throughput: Good answers a second.
        p50_ms: Median latency of good answers in milliseconds.
        p99_ms: 99th percentile.
        cpu_ms: Processor time of all the server's processes for each good answer, in milliseconds.
    """

    amount: float
    sent: int
    answered: int
    throughput: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float

    @property
    def overloaded(self) -> bool:
        """Whether a greater load would give no more information."""
        return self.answered < self.sent or self.p99_ms > BOUND_MS


@dataclass(frozen=True)
class Visit:
    """
    One visit.

    Attributes:
        stage: The kind of measurement: capacity (closed loops) or latency (open loops).
        round: Its round, from 0.
        peer: Its name.
        planned: The planned loads; the last ones may be skipped if it was overloaded.
        ready_s: Seconds from its start to its readiness.
        memory_mb: Memory of all its processes after the loads in MB, shared memory counted once.
        loads: The results of each load.
    """

    stage: Stage
    round: int
    peer: str
    planned: tuple[float, ...]
    ready_s: float
    memory_mb: float
    loads: tuple[Measured, ...]


@dataclass(frozen=True)
class Questions:
    """
    The same for all peers.

    Attributes:
        images: PNG files.
        types: Their expected types.
        seconds: Duration of each load.
        warm_up_s: Duration of the warm-up before the measurement.
    """

    images: tuple[bytes, ...]
    types: tuple[str, ...]
    seconds: float
    warm_up_s: float = WARM_UP_S


def visit(
    name: str, peer: Peer, place: Place, questions: Questions, stage: Stage, number: int, planned: Sequence[float]
) -> Visit:
    """
    Visit a peer, with one core for all its processes while this process uses the others.

    Raises:
        SvgAiError: It did not start, or did not answer the expected types.
    """
    server_cores, load_cores = cores()
    with ExitStack() as stack:
        with confined(server_cores):
            server = stack.enter_context(peer.serve(place))
        stack.enter_context(confined(load_cores))
        bodies = [peer.question(base64.b64encode(image).decode()) for image in questions.images]
        calls = [Call(server.url + peer.path, body) for body in bodies]
        _check(peer, calls, questions.types)
        asyncio.run(closed_loop(calls, WARM_UP_CLIENTS, questions.warm_up_s))
        loads: list[Measured] = []
        for amount in planned:
            times = COMMON_TIMES if stage == "latency" and not loads else 1
            loads.append(_measured(server, amount, _load(stage, calls, amount, times * questions.seconds, number)))
            if stage == "latency" and loads[-1].overloaded:
                break
        memory_mb = server.proportional_mb()
    return Visit(stage, number, name, tuple(planned), server.ready_s, memory_mb, tuple(loads))


def cores() -> tuple[set[int], set[int]]:
    """The core for servers, and the cores for the load; the same one if there is no other."""
    *others, last = sorted(os.sched_getaffinity(0))
    return {last}, set(others) or {last}


@contextmanager
def confined(to: set[int]) -> Iterator[None]:
    """Restrict this thread, and all processes that it starts, to some cores inside the block."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, to)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _load(
    stage: Stage, calls: Sequence[Call], amount: float, seconds: float, seed: int
) -> Coroutine[None, None, list[Outcome]]:
    if stage == "capacity":
        return closed_loop(calls, round(amount), seconds)
    return open_loop(calls, poisson_arrivals(amount, seconds, seed))


def _measured(server: LocalServer, amount: float, load: Coroutine[None, None, list[Outcome]]) -> Measured:
    before = server.cpu_seconds()
    outcomes = asyncio.run(load)
    cpu = server.cpu_seconds() - before
    answered = sum(outcome.ok for outcome in outcomes)
    return Measured(
        amount=amount,
        sent=len(outcomes),
        answered=answered,
        throughput=throughput(outcomes),
        p50_ms=quantile_ms(outcomes, 0.5),
        p99_ms=quantile_ms(outcomes, 0.99),
        cpu_ms=1000 * cpu / answered if answered else float("nan"),
    )


def _check(peer: Peer, calls: Sequence[Call], types: Sequence[str]) -> None:
    for number, (call, expected) in enumerate(zip(calls, types, strict=True)):
        try:
            answered = peer.answered(post(call))
        except SvgAiError as fault:
            raise SvgAiError(f"{peer.title} did not answer image {number}: {fault}") from fault
        if answered != expected:
            raise SvgAiError(f"{peer.title} answered {answered!r} to image {number}, which is {expected!r}")
