"""
The cost of images of one size: processor time and memory.

Processor time depends less than rates on other load of the machine: waiting for a core does not count, but caches are
shared. The rate of a core is its inverse.
"""

import asyncio
import statistics
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from loadtests.scaling.kept_conversions import conversion_times
from loadtests.servers.local_server import LocalServer, svgai_service
from loadtests.servers.sampling import sampled
from loadtests.servers.service_calls import api_calls, post
from loadtests.servers.traffic import closed_loop
from svgai.errors import SvgAiError

WORKERS = 2
"""Concurrent conversions: the cores of a service in `deploy/kubernetes`."""

CLIENTS = 8
"""Clients of classify and optimize: batches form, as under load."""

PATIENCE_S = 120
"""Time limit of a conversion: large, so that none is cut short on a busy machine, which would lower its cost."""

_LOOK_EVERY_S = 0.25


@dataclass(frozen=True)
class ImageCosts:
    """
    The costs of images of one size.

    Attributes:
        side: Their longest side, in pixels.
        classify_s: Processor time of all processes, in seconds an image.
        optimize_s: The same.
        convert_s: The same.
        conversions: Processor time of each conversion alone, without receiving and answering the request.
        memory_mb: Maximum of all processes with WORKERS concurrent conversions, shared memory counted once.
        sent_bytes: Mean size of a request to convert.
        answered_bytes: Mean size of its answer.
    """

    side: int
    classify_s: float
    optimize_s: float
    convert_s: float
    conversions: tuple[float, ...]
    memory_mb: float
    sent_bytes: float
    answered_bytes: float


def measure_image_costs(side: int, images: Sequence[bytes], log: Path, seconds: float) -> ImageCosts:
    """
    Serve images of one size, each converted once, and classified and optimized for some seconds.

    Args:
        side: Their longest side, in pixels.
        images: PNG files.
        log: File for the service's output; its quality database is created beside it.
        seconds: Duration of classify and of optimize.

    Raises:
        SvgAiError: the service does not start, or gives no good answer.
    """
    with (
        svgai_service(log, AI_MAX_WORKERS=str(WORKERS), AI_INFERENCE_TIMEOUT=str(PATIENCE_S)) as server,
        sampled(lambda _: server.proportional_mb(), _LOOK_EVERY_S) as held,
    ):
        calls = api_calls(server.url, "convert", images)
        patient = partial(post, within_s=PATIENCE_S + 10)
        patient(calls[0])  # the first one loads modules
        before = server.cpu_seconds()
        with ThreadPoolExecutor(WORKERS) as clients:
            answers = list(clients.map(patient, calls))
        convert_s = (server.cpu_seconds() - before) / len(calls)
        classify_s = _batched(server, "classify", images, seconds)
        optimize_s = _batched(server, "optimize", images, seconds)
    return ImageCosts(
        side,
        classify_s,
        optimize_s,
        convert_s,
        conversions=tuple(kept["processor"] for kept in conversion_times(log.with_name("quality.db"))[-len(calls) :]),
        memory_mb=max(held),
        sent_bytes=statistics.fmean(len(call.body) for call in calls),
        answered_bytes=statistics.fmean(len(answer) for answer in answers),
    )


def _batched(server: LocalServer, api: str, images: Sequence[bytes], seconds: float) -> float:
    calls = api_calls(server.url, api, images)
    before = server.cpu_seconds()
    outcomes = asyncio.run(closed_loop(calls, CLIENTS, seconds))
    good = sum(outcome.ok for outcome in outcomes)
    if not good:
        raise SvgAiError(f"{api} gave no good answer")
    return (server.cpu_seconds() - before) / good
