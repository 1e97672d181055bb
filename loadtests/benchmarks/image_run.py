"""A running image: time to readiness, memory of its processes, and requests during a stop."""

import asyncio
import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from containers.engine import CommandEngine
from containers.running import Container, running
from loadtests.objectives.locust_process import LocustRun, Progress, run_locust
from loadtests.objectives.stages import USER_RATE, steady
from loadtests.servers.local_server import LocalServer, wait_until_ready
from loadtests.servers.service_calls import api_calls
from loadtests.servers.traffic import open_loop
from rollout.ports import free_port
from svgai.errors import SvgAiError

RATE = 10.0
"""Requests a second of the mix."""

_UNDER_WAY_S = 0.3
"""Seconds between the requests and the stop: all have arrived by then, and few are answered."""


@dataclass(frozen=True)
class Starts:
    """Seconds from the engine's call until /readyz answers 200: median and largest."""

    ready_s: float
    slowest_ready_s: float


@dataclass(frozen=True)
class Held:
    """Memory of all processes in MB, shared memory counted once: when ready, and after a mix of requests."""

    start_mb: float
    loaded_mb: float
    requests: int
    failed: int


@dataclass(frozen=True)
class Stop:
    """
    A stop with conversions in progress.

    Attributes:
        under_way: Conversions without an answer at the stop.
        answered: Number of them that were answered well.
        seconds: From the call to the container's end.
        exit_code: The container's.
    """

    under_way: int
    answered: int
    seconds: float
    exit_code: int


def measure_starts(engine: CommandEngine, image: str, times: int, progress: Callable[[int, int], None]) -> Starts:
    """Start containers one after the other."""
    ready = []
    for done in range(1, times + 1):
        with _ready(engine, image) as (server, _):
            ready.append(server.ready_s)
        progress(done, times)
    return Starts(statistics.median(ready), max(ready))


def measure_held(engine: CommandEngine, image: str, images: Path, requests: int, progress: Progress) -> Held:
    """
    Load a new container with Locust's mix at RATE, with about the given number of requests.

    Raises:
        SvgAiError: Ctrl-C ended the load early, or this user may not see the container's memory.
    """
    with _ready(engine, image) as (server, _):
        start = server.proportional_mb()
        stages = steady(RATE, requests / RATE)
        load = run_locust(LocustRun(server.url, stages, math.ceil(RATE / USER_RATE), images), progress)
        if load.stopped:
            raise SvgAiError("the load was stopped before its time")
        endpoints = load.figures.endpoints
        sent = sum(endpoint.answered + endpoint.refused for endpoint in endpoints)
        failed = sum(endpoint.failed for endpoint in endpoints)
        return Held(start, server.proportional_mb(), sent, failed)


def measure_stop(engine: CommandEngine, image: str, files: Sequence[bytes]) -> Stop:
    """Request all images concurrently, and stop the container during that."""
    with _ready(engine, image) as (server, container), ThreadPoolExecutor(1) as sender:
        calls = api_calls(server.url, "convert", files)
        sent = sender.submit(asyncio.run, open_loop(calls, [0.0] * len(calls)))
        time.sleep(_UNDER_WAY_S)
        began = time.perf_counter()
        exit_code = container.stop()
        seconds = time.perf_counter() - began
        late = [one for one in sent.result() if one.seconds > _UNDER_WAY_S]
        return Stop(len(late), sum(one.ok for one in late), seconds, exit_code)


@contextmanager
def _ready(engine: CommandEngine, image: str) -> Iterator[tuple[LocalServer, Container]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    with running(engine, image, port) as container:
        wait_until_ready(f"{url}/readyz", container.exit_code, container.output)
        yield LocalServer(url, container.pid, time.perf_counter() - began), container
