"""The effect on other clients of sending one hostile file repeatedly to all calls."""

import asyncio
import base64
import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from loadtests.servers.service_calls import api_calls
from loadtests.servers.traffic import Call, Outcome, closed_loop, open_loop, poisson_arrivals, quantile_ms

RATE = 20.0
"""Measured requests per second to classify and optimize."""

CONVERT_RATE = 1.0
"""Measured conversions per second."""

SENDERS = 2
"""Clients that send the hostile file in a closed loop."""

PAUSE_S = 0.2
"""Seconds that such a client waits after a rejection: the flood is of expensive images, not of requests."""

SENDERS_NICENESS = 10
"""
Nice value of the process that sends the hostile file: a real flood comes from other machines, and takes no processor
time from the service or the measured clients.
"""

LISTED = 50
"""Copies of the file in one list."""

QUIET = "nothing"


@dataclass(frozen=True)
class FloodRow:
    """
    Measurements during one flood.

    Attributes:
        file: The file sent.
        answers: To the senders, by status; 0: no answer. p50_ms, p99_ms: For good answers to other clients' classify
            and optimize.
        convert_p99_ms: For good answers to other clients' conversions. ratio, convert_ratio: Both p99 relative to the
            quiet period.
        failed: Other clients' requests without a good answer.
    """

    file: str
    answers: dict[int, int]
    p50_ms: float
    p99_ms: float
    ratio: float
    convert_p99_ms: float
    convert_ratio: float
    failed: int


def measure_floods(
    url: str,
    images: Sequence[bytes],
    hostile: Mapping[str, bytes],
    seconds: float,
    progress: Callable[[int, int], None],
) -> list[FloodRow]:
    """
    Measure good images at a steady rate: first alone, then during the flood of each hostile file.

    Args:
        url: The service.
        images: Good images.
        hostile: Files by description.
        seconds: Duration of each flood; the quiet period is three times as long.
        progress: Called after each with the number done and the total.
    """
    rows: list[FloodRow] = []
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh, initializer=os.nice, initargs=(SENDERS_NICENESS,)) as senders:
        senders.submit(_calls, url, images[0]).result()  # it has started and imported before anything is measured
        for number, (name, file) in enumerate([(QUIET, b""), *hostile.items()]):
            flood = _calls(url, file) if file else []
            length = seconds if file else 3 * seconds
            rows.append(_row(name, asyncio.run(_side_by_side(url, images, flood, length, number, senders)), rows))
            progress(number + 1, len(hostile) + 1)
    return rows


_Seen = tuple[list[Outcome], list[Outcome], list[Outcome]]
"""Of classify and optimize, of convert, and of the flood."""


def _send(flood: Sequence[Call], seconds: float) -> list[Outcome]:
    return asyncio.run(closed_loop(flood, SENDERS, seconds, pause_s=PAUSE_S))


async def _side_by_side(
    url: str, images: Sequence[bytes], flood: Sequence[Call], seconds: float, seed: int, senders: Executor
) -> _Seen:
    kinds = [api_calls(url, api, images) for api in ("classify", "optimize")]
    quick = [call for pair in zip(*kinds, strict=True) for call in pair]
    watched = asyncio.gather(
        open_loop(quick, poisson_arrivals(RATE, seconds, seed)),
        open_loop(api_calls(url, "convert", images), poisson_arrivals(CONVERT_RATE, seconds, seed)),
    )
    if not flood:
        return (*await watched, [])
    sending = asyncio.get_running_loop().run_in_executor(senders, _send, flood, seconds)
    (seen, converted), sent = await asyncio.gather(watched, sending)
    return seen, converted, sent


def _calls(url: str, file: bytes) -> list[Call]:
    """The file alone to each call, and many times in a list."""
    alone = [call for api in ("classify", "optimize", "convert") for call in api_calls(url, api, [file])]
    text = base64.b64encode(file).decode()
    listed = max(1, min(LISTED, 5_000_000 // len(text)))
    return [*alone, Call(f"{url}/api/classify", json.dumps({"images": [text] * listed}).encode())]


def _row(name: str, seen: _Seen, before: Sequence[FloodRow]) -> FloodRow:
    quick, converted, sent = seen
    p99, convert_p99 = quantile_ms(quick, 0.99), quantile_ms(converted, 0.99)
    quiet, convert_quiet = (before[0].p99_ms, before[0].convert_p99_ms) if before else (p99, convert_p99)
    return FloodRow(
        name,
        answers=dict(sorted(Counter(outcome.status for outcome in sent).items())),
        p50_ms=quantile_ms(quick, 0.5),
        p99_ms=p99,
        ratio=p99 / quiet,
        convert_p99_ms=convert_p99,
        convert_ratio=convert_p99 / convert_quiet,
        failed=sum(not outcome.ok for outcome in [*quick, *converted]),
    )
