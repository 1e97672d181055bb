"""
Conversions by the challenger beside the champion's, for nobody to see but the quality store.

One process does them, with the lowest priority, one after the other. What finds no room in the queue is not converted.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from svgai.convert.conversion import Conversion, ConversionOptions
from svgai.errors import SvgAiError
from svgai.serve.metrics import Metrics
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import convert_image

QUEUE = 32
"""Images that may wait."""

QUEUE_BYTES = 20_000_000
"""Bytes that they may have together."""

LOWEST_PRIORITY = 19

logger = logging.getLogger("svgai.experiment")


@dataclass(frozen=True, eq=False)
class ShadowTask:
    """
    What the champion has converted.

    Attributes:
        done: Told what the challenger made of it, or its fault.
    """

    image: bytes
    options: ConversionOptions
    done: Callable[[Conversion | SvgAiError], None]


class Shadow(Protocol):
    """What has the challenger convert, too."""

    def offer(self, task: ShadowTask) -> bool:
        """Have an image converted some time; False where there is no room."""

    def close(self) -> None:
        """Convert no more."""


class NoShadow:
    """Converts nothing."""

    def offer(self, task: ShadowTask) -> bool:  # noqa: ARG002
        return False

    def close(self) -> None: ...


class ShadowQueue:
    """
    Images that wait for the challenger.

    Args:
        open_pool: makes the pool of one process when the first image comes.
    """

    def __init__(self, open_pool: Callable[[], ConversionPool], metrics: Metrics) -> None:
        self._open_pool = open_pool
        self._metrics = metrics
        self._pool: ConversionPool | None = None
        self._queue: asyncio.Queue[ShadowTask] = asyncio.Queue(QUEUE)
        self._bytes = 0
        self._working: asyncio.Task[None] | None = None

    def offer(self, task: ShadowTask) -> bool:
        if self._queue.full() or self._bytes + len(task.image) > QUEUE_BYTES:
            return False
        if self._working is None:
            self._pool = self._open_pool()
            self._working = asyncio.create_task(self._work(self._pool))
        self._bytes += len(task.image)
        self._queue.put_nowait(task)
        self._metrics.assigned("challenger")
        return True

    def close(self) -> None:
        if self._working is not None:
            self._working.cancel()
        if self._pool is not None:
            self._pool.close()

    async def _work(self, pool: ConversionPool) -> None:
        while True:
            task = await self._queue.get()
            self._bytes -= len(task.image)
            try:
                made: Conversion | SvgAiError = await pool.run(convert_image, task.image, task.options, "challenger")
            except SvgAiError as fault:
                made = fault
            except Exception:
                # Whatever it is: nobody waits for it, and the next image may do better.
                logger.exception("a conversion in shadow failed")
                continue
            task.done(made)
