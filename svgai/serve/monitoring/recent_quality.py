"""The mean ssim of recent conversions, over all processes that count them."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from svgai.serve.monitoring.metrics import Totals

WINDOW_S = 900.0
"""How far back recent goes."""

SAMPLED_EVERY_S = 30.0
LEAST_CONVERSIONS = 20
"""Least conversions for a mean."""

logger = logging.getLogger("svgai.quality")


@dataclass(frozen=True)
class Recent:
    """The number of conversions, and their mean ssim; None if there were too few."""

    conversions: int
    ssim: float | None


class RecentQuality:
    """
    Compares the present totals with earlier ones.

    The totals are those of the metrics, summed over all processes, including killed ones; a new process counts from its
    start.

    Args:
        totals: reads the sum of ssim and the number of conversions.
    """

    def __init__(self, totals: Callable[[], Totals], clock: Callable[[], float] = time.monotonic) -> None:
        self._totals = totals
        self._clock = clock
        self._samples: deque[tuple[float, Totals]] = deque()

    async def keep(self) -> None:
        """Sample for ever."""
        while True:
            try:
                self.sample()
            except (OSError, ValueError):  # the file of a process that is just being removed
                logger.warning("the totals could not be read", exc_info=True)
            await asyncio.sleep(SAMPLED_EVERY_S)

    def sample(self) -> None:
        """Store the present totals, and drop those before the window."""
        now = self._clock()
        self._samples.append((now, self._totals()))
        while len(self._samples) > 1 and self._samples[1][0] <= now - WINDOW_S:
            self._samples.popleft()

    def read(self) -> Recent:
        """What was converted since the oldest sample."""
        if not self._samples:
            return Recent(0, None)
        before, now = self._samples[0][1], self._totals()
        count = now.count - before.count
        if count < LEAST_CONVERSIONS:
            return Recent(max(0, count), None)
        return Recent(count, (now.ssim - before.ssim) / count)
