"""Open and closed loops against a real server on a loopback port."""

import asyncio
import math
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from loadtests.servers.traffic import (
    NO_ANSWER,
    Call,
    Outcome,
    closed_loop,
    open_loop,
    poisson_arrivals,
    quantile_ms,
    throughput,
)
from tests.fakes.load_cases import Handler, answering, one_at_a_time

Load = Callable[[list[Call]], Awaitable[list[Outcome]]]


def put(load: Load, handler: Handler | None) -> list[Outcome]:
    """What a load gives with this handler, which is made in the loop that it runs in."""

    async def run() -> list[Outcome]:
        async with answering(handler or one_at_a_time(0.05)) as url:
            return await load([Call(url, b"one"), Call(url, b"two")])

    return asyncio.run(run())


async def busy(_: web.Request) -> web.Response:
    """Refuses everything."""
    return web.Response(status=429, headers={"Retry-After": "1"})


def test_an_open_loop_counts_from_when_a_request_was_due() -> None:
    """A server that takes 50 ms for each of four requests that are due at once makes the last one wait 200 ms."""
    outcomes = put(lambda calls: open_loop(calls, [0.0] * 4), None)
    times = sorted(outcome.seconds for outcome in outcomes)
    assert [outcome.due for outcome in outcomes] == [0.0] * 4
    assert all(seconds >= 0.05 * (place + 1) - 0.005 for place, seconds in enumerate(times))


def test_an_open_loop_does_not_wait_for_answers() -> None:
    """Requests go out when they are due, whatever became of those before."""
    bodies: list[bytes] = []
    all_there = asyncio.Event()

    async def answer_together(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        if len(bodies) == 3:
            all_there.set()
        await all_there.wait()
        return web.Response()

    outcomes = put(lambda calls: open_loop(calls, [0.0, 0.05, 0.1]), answer_together)
    assert sorted(bodies) == [b"one", b"one", b"two"]
    assert all(outcome.ok for outcome in outcomes)


def test_a_closed_loop_has_as_many_requests_under_way_as_clients() -> None:
    """Each client waits for its answer before it asks again."""
    under_way, most = 0, 0

    async def counting(request: web.Request) -> web.Response:
        nonlocal under_way, most
        await request.read()
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        return web.Response()

    outcomes = put(lambda calls: closed_loop(calls, clients=3, seconds=0.3), counting)
    assert most == 3
    assert [outcome.due for outcome in outcomes] == sorted(outcome.due for outcome in outcomes)
    assert len(outcomes) <= 3 * 0.4 / 0.02


def test_every_client_of_a_closed_loop_asks_once() -> None:
    """However short the time: on a busy machine it may be over before the first request."""
    assert len(put(lambda calls: closed_loop(calls, clients=3, seconds=0), None)) == 3


def test_refusals_are_outcomes_of_their_own() -> None:
    """With what the server asks the client to do."""
    (outcome,) = put(lambda calls: open_loop(calls, [0.0]), busy)
    assert (outcome.ok, outcome.status, outcome.retry_after) == (False, 429, "1")


def test_no_answer_in_time_is_none() -> None:
    """The request's time is that until it was given up."""
    over = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await over.wait()
        return web.Response()

    async def impatient(calls: list[Call]) -> list[Outcome]:
        outcomes = await open_loop(calls, [0.0], timeout_s=0.1)
        over.set()
        return outcomes

    (outcome,) = put(impatient, hang)
    assert (outcome.ok, outcome.status) == (False, NO_ANSWER)
    assert outcome.seconds >= 0.1


def test_arrivals_are_the_same_for_the_same_seed() -> None:
    """As many as the rate asks for, on average, all within the time."""
    arrivals = poisson_arrivals(100, 50, seed=3)
    assert arrivals == poisson_arrivals(100, 50, seed=3) != poisson_arrivals(100, 50, seed=4)
    assert arrivals == sorted(arrivals)
    assert arrivals[0] > 0
    assert arrivals[-1] < 50
    assert len(arrivals) == pytest.approx(5000, rel=0.1)


def test_figures_are_of_good_answers() -> None:
    """A refusal, however fast, counts neither in latency nor in throughput."""
    outcomes = [Outcome(0, 0.1, 200), Outcome(1, 1.0, 200), Outcome(0, 0.001, 429)]
    assert quantile_ms(outcomes, 1) == pytest.approx(1000)
    assert throughput(outcomes) == pytest.approx(1)
    assert math.isnan(quantile_ms(outcomes[2:], 0.5))
    assert throughput(outcomes[2:]) == 0
