"""
Shadow conversions, whose results only go to the quality store: a challenger's, or exploratory ones.

One process makes them, with the lowest priority, one after the other. When the queue is full, images are dropped.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from svgai.arms import Arm
from svgai.convert.conversion import Conversion, ConversionOptions
from svgai.errors import SvgAiError
from svgai.serve.monitoring.metrics import Metrics
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import convert_image

QUEUE = 32
"""Images that may wait."""

QUEUE_BYTES = 20_000_000
"""Most bytes of all queued images together."""

LOWEST_PRIORITY = 19

PATIENCE = 8
"""
Factor on the time limit: beside ordinary conversions Linux gives these an eighth of the processor, and running out of
time would count against the challenger.
"""

IDLE_S = 60.0
"""Seconds without an image after which the process is ended: the A/B test may be over."""

logger = logging.getLogger("svgai.experiment")


@dataclass(frozen=True, eq=False)
class ShadowTask:
    """
    An image to be converted in another way.

    Attributes:
        done: Called with the result, or the fault.
        arm: Whose models convert it.
        work: The conversion, in its process.
    """

    image: bytes
    options: ConversionOptions
    done: Callable[[Conversion | SvgAiError], None]
    arm: Arm = "challenger"
    work: Callable[[bytes, ConversionOptions, Arm], Conversion] = convert_image


class Shadow(Protocol):
    """What converts, too."""

    def offer(self, task: ShadowTask) -> bool:
        """Queue an image; False if the queue is full."""

    def renew(self) -> None:
        """Use the models that are loaded now, from the next image on."""

    def close(self) -> None:
        """Convert no more."""


class NoShadow:
    """Converts nothing."""

    def offer(self, task: ShadowTask) -> bool:  # noqa: ARG002
        return False

    def renew(self) -> None: ...

    def close(self) -> None: ...


class ShadowQueue:
    """
    The queue of images.

    Args:
        open_pool: opens the pool of one process with the first image, and again after it was ended.
        idle_s: seconds without an image after which it is ended.
    """

    def __init__(self, open_pool: Callable[[], ConversionPool], metrics: Metrics, idle_s: float = IDLE_S) -> None:
        self._open_pool = open_pool
        self._metrics = metrics
        self._idle_s = idle_s
        self._pool: ConversionPool | None = None
        self._outdated = False
        self._queue: asyncio.Queue[ShadowTask] = asyncio.Queue(QUEUE)
        self._bytes = 0
        self._working: asyncio.Task[None] | None = None

    def offer(self, task: ShadowTask) -> bool:
        if self._queue.full() or self._bytes + len(task.image) > QUEUE_BYTES:
            return False
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        self._bytes += len(task.image)
        self._queue.put_nowait(task)
        if task.arm == "challenger":
            self._metrics.assigned("challenger")
        return True

    def renew(self) -> None:
        self._outdated = True

    def close(self) -> None:
        if self._working is not None:
            self._working.cancel()
        self._end_pool()

    def _current_pool(self) -> ConversionPool:
        if self._outdated:
            self._end_pool()
        if self._pool is None:
            self._pool, self._outdated = self._open_pool(), False
        return self._pool

    def _end_pool(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    async def _work(self) -> None:
        while (task := await self._next()) is not None:
            pool = self._current_pool()
            options = replace(task.options, time_limit_s=PATIENCE * task.options.time_limit_s)
            try:
                try:
                    made: Conversion | SvgAiError = await pool.run(task.work, task.image, options, task.arm)
                except SvgAiError as fault:
                    made = fault
                task.done(made)
            except Exception:
                # Any exception: nobody waits for the result, and the next image may succeed.
                logger.exception("a conversion in shadow failed")
        self._end_pool()
        self._working = None

    async def _next(self) -> ShadowTask | None:
        """The next image; None if none arrives for a while."""
        try:
            async with asyncio.timeout(self._idle_s):
                task = await self._queue.get()
        except TimeoutError:
            if self._queue.empty():
                return None
            task = self._queue.get_nowait()
        self._bytes -= len(task.image)
        return task
