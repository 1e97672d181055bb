"""
The limit of one core: the work of classify and optimize in this process, without a server.

Image by image, and in batches as the service makes them. It is the denominator of every figure of served throughput.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from loadtests.servers.local_inference import LocalInference


@dataclass(frozen=True)
class Limit:
    """Images a second and core: by CPU time, which other load on the machine affects less than wall time."""

    classify_single: float
    classify_batched: float
    optimize_single: float
    optimize_batched: float


def measure_limit(inference: LocalInference, images: Sequence[bytes], batch: int, seconds: float) -> Limit:
    """
    Process the images repeatedly for some seconds with each call, one by one and in batches.

    A batch holds `batch` images, or all where there are fewer. Each is processed once at least.
    """
    batch = min(batch, len(images))
    return Limit(
        _rate(inference.classify, images, 1, seconds),
        _rate(inference.classify, images, batch, seconds),
        _rate(inference.optimize, images, 1, seconds),
        _rate(inference.optimize, images, batch, seconds),
    )


def median_limit(limits: Sequence[Limit]) -> Limit:
    """The median of each figure."""
    return Limit(**{name: statistics.median(getattr(one, name) for one in limits) for name in asdict(limits[0])})


def _rate(work: Callable[[Sequence[bytes]], object], images: Sequence[bytes], batch: int, seconds: float) -> float:
    batches = [images[start : start + batch] for start in range(0, len(images) - batch + 1, batch)]
    for images_of_one in batches:  # the first round fills caches
        work(images_of_one)
    done, began, cpu = 0, time.perf_counter(), time.thread_time()
    while not done or time.perf_counter() - began < seconds:
        for images_of_one in batches:
            work(images_of_one)
            done += batch
    return done / (time.thread_time() - cpu)
