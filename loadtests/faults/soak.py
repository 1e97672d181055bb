"""Hours of mixed load with a share of hostile images: resources, latency, and rejections."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from loadtests.benchmarks.takeover import mixed
from loadtests.faults.hostile_images import HOSTILE
from loadtests.servers.local_server import LocalServer
from loadtests.servers.sampling import sampled
from loadtests.servers.traffic import Call, Outcome, quantile_ms, under_load
from svgai.errors import SvgAiError

RATE = 8.0
"""Requests a second: half of what two cores sustain of the mix, so that a slower service shows in its times."""

HOSTILE_EVERY = 100
"""Every hundredth request has a hostile image."""

QUARTERS = 4
SAMPLE_S = 10.0


@dataclass(frozen=True)
class HoldingSample:
    """
    Resources of all processes of the service at one moment.

    Attributes:
        second: Seconds after the start of the load.
        megabytes: Memory with shared memory divided among the processes (PSS), in MB.
        descriptors: Open files and connections.
        threads: Threads.
        temporary: Files in the service's folder for temporary files.
    """

    second: float
    megabytes: float
    descriptors: int
    threads: int
    temporary: int


@dataclass(frozen=True)
class SoakQuarter:
    """One quarter of the time: mean resources, and the 99th percentile of good answers to good images in ms."""

    megabytes: float
    descriptors: float
    threads: float
    temporary: float
    p99_ms: float


@dataclass(frozen=True)
class Soak:
    """
    What was measured.

    Attributes:
        quarters: The four in order.
        good: Answers to good images by status; 0: none came.
        hostile: Answers to hostile images by status.
    """

    quarters: tuple[SoakQuarter, ...]
    good: dict[int, int]
    hostile: dict[int, int]


def soak(
    server: LocalServer, temporary: Path, images: Sequence[bytes], seconds: float, progress: Callable[[int, int], None]
) -> Soak:
    """
    Load a service for a time.

    Args:
        server: The service.
        temporary: Its folder for temporary files.
        images: Good images, the same for all calls.
        seconds: Duration.
        progress: Called at each sample with the seconds passed and the total.

    Raises:
        SvgAiError: the time is too short for a sample in each quarter.
    """
    if seconds < QUARTERS * SAMPLE_S:
        raise SvgAiError(f"a soak takes at least {QUARTERS * SAMPLE_S:g} s: each quarter needs a sample")
    calls = _calls(server.url, images)
    holding = sampled(lambda second: _sample(server, temporary, second), SAMPLE_S)
    with holding as samples, under_load(calls, RATE) as load:
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            progress(int(passed), int(seconds))
            time.sleep(min(SAMPLE_S, seconds - passed))
    progress(int(seconds), int(seconds))
    return _summary(samples, load.result(), len(calls), seconds)


def _calls(url: str, images: Sequence[bytes]) -> list[Call]:
    """Good calls with a hostile one at every HOSTILE_EVERY-th position, cycling through all kinds and APIs."""
    good, hostile = mixed(url, images), mixed(url, [make() for make in HOSTILE.values()])
    count = HOSTILE_EVERY * len(hostile)
    return [
        hostile[number // HOSTILE_EVERY] if _is_hostile(number) else good[number % len(good)] for number in range(count)
    ]


def _is_hostile(number: int) -> bool:
    return number % HOSTILE_EVERY == HOSTILE_EVERY - 1


def _sample(server: LocalServer, temporary: Path, second: float) -> HoldingSample:
    descriptors = threads = 0
    for process in server.processes():
        with suppress(psutil.NoSuchProcess):
            descriptors += process.num_fds()
            threads += process.num_threads()
    files = sum(1 for path in temporary.rglob("*") if path.is_file())
    return HoldingSample(second, server.proportional_mb(), descriptors, threads, files)


def _summary(samples: Sequence[HoldingSample], outcomes: Sequence[Outcome], calls: int, seconds: float) -> Soak:
    good = [outcome for number, outcome in enumerate(outcomes) if not _is_hostile(number % calls)]
    hostile = [outcome for number, outcome in enumerate(outcomes) if _is_hostile(number % calls)]
    return Soak(
        tuple(_quarter(number, samples, good, seconds / QUARTERS) for number in range(QUARTERS)),
        _by_status(good),
        _by_status(hostile),
    )


def _quarter(number: int, samples: Sequence[HoldingSample], outcomes: Sequence[Outcome], length: float) -> SoakQuarter:
    def within(second: float) -> bool:
        return number == min(QUARTERS - 1, int(second / length))

    held = [sample for sample in samples if within(sample.second)]
    count = len(held)
    return SoakQuarter(
        megabytes=sum(sample.megabytes for sample in held) / count,
        descriptors=sum(sample.descriptors for sample in held) / count,
        threads=sum(sample.threads for sample in held) / count,
        temporary=sum(sample.temporary for sample in held) / count,
        p99_ms=quantile_ms([outcome for outcome in outcomes if within(outcome.due)], 0.99),
    )


def _by_status(outcomes: Sequence[Outcome]) -> dict[int, int]:
    return dict(sorted(Counter(outcome.status for outcome in outcomes).items()))
