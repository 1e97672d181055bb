"""A small comparison of three peers in two rounds, and a server that answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from loadtests.comparison import CLIENTS, Comparison, rates
from loadtests.visits import Measured, Stage, Visit

CAPACITIES = {"svgai": 200.0, "fastapi": 150.0, "mlflow": 100.0}

Handler = Callable[[web.Request], Awaitable[web.Response]]


def measured(amount: float, throughput: float, p99_ms: float = 40, answered: int = 100) -> Measured:
    """A load of 100 requests."""
    return Measured(amount, 100, answered, throughput, p50_ms=p99_ms / 4, p99_ms=p99_ms, cpu_ms=1000 / throughput)


def visit(peer: str, stage: Stage, number: int, planned: tuple[float, ...]) -> Visit:
    """A peer of a known capacity, one request a second more in each round; overloaded beyond it."""
    most = CAPACITIES[peer] + number
    if stage == "capacity":
        loads = [measured(planned[0], most - 10), measured(planned[1], most)]
    else:
        loads = [
            measured(rate, rate, p99_ms=1000 * rate / most, answered=100 if rate <= most else 90) for rate in planned
        ]
    return Visit(stage, number, peer, planned, ready_s=1.0 + number, memory_mb=300.0, loads=tuple(loads))


def comparison() -> Comparison:
    """Two rounds of three peers."""
    planned = rates([most + 0.5 for most in CAPACITIES.values()])
    plans: tuple[tuple[Stage, tuple[float, ...]], ...] = (("capacity", CLIENTS), ("latency", planned))
    visits = [visit(peer, stage, number, plan) for stage, plan in plans for number in (0, 1) for peer in CAPACITIES]
    return Comparison(tuple(visits), planned[0], {"mlserver": "it would not start"})


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[str]:
    """A server on a free port of this machine; gives its URL."""
    app = web.Application()
    app.router.add_route("*", "/", handler)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/"
    finally:
        await runner.cleanup()


def one_at_a_time(seconds: float) -> Handler:
    """A handler that works on each request alone for so long; the others wait."""
    turn = asyncio.Lock()

    async def handle(request: web.Request) -> web.Response:
        await request.read()
        async with turn:
            await asyncio.sleep(seconds)
        return web.json_response({"type": "simple"})

    return handle
