"""A small comparison of three peers in two rounds, and servers that answer as they are told."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from aiohttp import web

from loadtests.peers.comparison import CLIENTS, Comparison, rates
from loadtests.peers.visits import Measured, Stage, Visit
from loadtests.servers.local_server import LocalServer, local_server
from rollout.ports import free_port

CONVERSION_S, CONVERTERS = 0.4, 2
"""How long the stand-in of a service converts, and how many images at once."""

STAND_IN = """
import sys, threading, time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = "bentoml_service_adaptive_batch_size"
port, conversion_s, converters = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
asked, converting = Counter(), threading.BoundedSemaphore(converters)

class Server(ThreadingHTTPServer):
    request_queue_size = 128

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet

    def do_GET(self):
        parts = [(api, *part) for api in asked for part in (("count", asked[api]), ("sum", 2 * asked[api]))]
        lines = [f'{NAME}_{part}{{method_name="{api}"}} {value}' for api, part, value in parts]
        self.answer(200, "\\n".join([f"# TYPE {NAME} histogram", *lines, ""]))

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        api = self.path.rpartition("/")[2]
        asked[api] += 1
        if self.path.startswith("/nowhere"):
            self.answer(404, "{}")
        elif api != "convert":
            self.answer(200, '{"type": "text"}')
        elif converting.acquire(blocking=False):
            time.sleep(conversion_s)
            converting.release()
            self.answer(200, "{}")
        else:
            self.answer(429, "{}")

    def answer(self, status, body):
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass

Server(("127.0.0.1", port), Handler).serve_forever()
"""

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


@contextmanager
def stand_in(folder: Path) -> Iterator[LocalServer]:
    """
    A server of the standard library that answers as the service does: every image is text, and batches hold two.

    It converts CONVERTERS images at once and refuses others; below /nowhere it knows nothing.
    """
    port = free_port()
    command = [sys.executable, "-c", STAND_IN, str(port), str(CONVERSION_S), str(CONVERTERS)]
    log = folder / "server.log"
    with local_server(command, port=port, ready_path="/", folder=folder, environment={}, log=log) as server:
        yield server


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
