"""Publishes readiness to Prometheus: BentoML only checks it when /readyz is requested."""

import asyncio
from collections.abc import Callable

LOOK_EVERY_S = 1.0


async def show_readiness(
    ready: Callable[[], bool], show: Callable[[bool], None], every_s: float = LOOK_EVERY_S
) -> None:
    """Poll readiness for ever, and publish it."""
    while True:
        show(ready())
        await asyncio.sleep(every_s)
