"""Time to readiness, and memory of the service's processes under sustained load."""

import re
import statistics
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from loadtests.servers.local_server import LocalServer, svgai_service
from loadtests.servers.sampling import sampled
from svgai.errors import SvgAiError

SAMPLE_S = 5.0

FEWEST = 4
"""Least number of samples, so that each quarter has one."""

_LOADED = re.compile(r'"message": "models loaded", "seconds": ([\d.]+)')


@dataclass(frozen=True)
class Start:
    """Medians of several starts, in seconds: until /readyz answers 200, and loading the models."""

    ready_s: float
    models_s: float
    slowest_ready_s: float


@dataclass(frozen=True)
class MemorySample:
    """
    Memory of all processes of the service, in MB.

    Attributes:
        second: Seconds after the first sample.
        resident_mb: Resident memory; shared memory is counted in each process.
        proportional_mb: The same with shared memory divided among the processes (PSS).
    """

    second: float
    resident_mb: float
    proportional_mb: float


@dataclass(frozen=True)
class MemoryFigures:
    """
    Memory under load, in MB.

    Attributes:
        minutes: Duration.
        peak_mb: Maximum resident memory.
        end_mb: Resident memory in the last tenth of the time.
        end_proportional_mb: The same with shared memory divided.
        growth: Ratio of mean resident memory of the last quarter to that of the third quarter, minus one.
    """

    minutes: float
    peak_mb: float
    end_mb: float
    end_proportional_mb: float
    growth: float


def measure_start(log: Path, times: int, progress: Callable[[int, int], None]) -> Start:
    """
    Start and stop the service several times.

    Raises:
        SvgAiError: It did not become ready, or only without models.
    """
    ready: list[float] = []
    loaded: list[float] = []
    for done in range(1, times + 1):
        with svgai_service(log, LOG_FORMAT="json", LOG_LEVEL="INFO") as server:
            ready.append(server.ready_s)
        found = [float(seconds) for seconds in _LOADED.findall(log.read_text())]
        if not found:
            raise SvgAiError("the service got ready without models: `make serve` trains them")
        loaded += found
        progress(done, times)
    return Start(statistics.median(ready), statistics.median(loaded), max(ready))


def watched(server: LocalServer, every_s: float = SAMPLE_S) -> AbstractContextManager[list[MemorySample]]:
    """The memory of a service, sampled in the background while the block runs; the list grows meanwhile."""
    return sampled(lambda second: MemorySample(second, server.resident_mb(), server.proportional_mb()), every_s)


def memory_figures(samples: Sequence[MemorySample]) -> MemoryFigures:
    """
    Summarise samples at equal distances.

    Raises:
        SvgAiError: They are too few to measure growth.
    """
    if len(samples) < FEWEST:
        raise SvgAiError(f"memory was sampled {len(samples)} times only: load the service for longer")
    resident = [sample.resident_mb for sample in samples]
    half, last_quarter, end = len(samples) // 2, 3 * len(samples) // 4, 9 * len(samples) // 10
    return MemoryFigures(
        minutes=samples[-1].second / 60,
        peak_mb=max(resident),
        end_mb=statistics.fmean(resident[end:]),
        end_proportional_mb=statistics.fmean(sample.proportional_mb for sample in samples[end:]),
        growth=statistics.fmean(resident[last_quarter:]) / statistics.fmean(resident[half:last_quarter]) - 1,
    )
