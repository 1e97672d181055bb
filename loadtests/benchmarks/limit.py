"""
What one core could do at best: the work of classify and optimize in this process, without any server.

Image by image, and in batches as the service makes them. It is the denominator of every figure of served throughput.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

from svgai.api.schemas import ClassifyItem, OptimizeItem
from svgai.serve.inference import Inference

ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class Limit:
    """Images a second and core: CPU time, which neighbours on the machine do not stretch as they do wall time."""

    classify_single: float
    classify_batched: float
    optimize_single: float
    optimize_batched: float


def measure_limit(inference: Inference, images: Sequence[bytes], batch: int, seconds: float) -> Limit:
    """
    Work on the images, over and over, for so many seconds with each call, singly and in batches.

    A batch holds `batch` images, or all where there are fewer.
    """
    batch = min(batch, len(images))
    classify = [ClassifyItem(image=image) for image in images]
    optimize = [OptimizeItem(image=image) for image in images]
    return Limit(
        _rate(inference.classify, classify, 1, seconds),
        _rate(inference.classify, classify, batch, seconds),
        _rate(inference.optimize, optimize, 1, seconds),
        _rate(inference.optimize, optimize, batch, seconds),
    )


def median_limit(limits: Sequence[Limit]) -> Limit:
    """The median of each figure."""
    return Limit(**{name: statistics.median(getattr(one, name) for one in limits) for name in asdict(limits[0])})


def _rate(work: Callable[[Sequence[ItemT]], object], items: Sequence[ItemT], batch: int, seconds: float) -> float:
    batches = [items[start : start + batch] for start in range(0, len(items) - batch + 1, batch)]
    for items_of_one in batches:  # the first round fills caches
        work(items_of_one)
    done, began, cpu = 0, time.perf_counter(), time.thread_time()
    while time.perf_counter() - began < seconds:
        for items_of_one in batches:
            work(items_of_one)
            done += batch
    return done / (time.thread_time() - cpu)
