"""Shows Prometheus what /readyz says, which BentoML asks for when somebody asks it, and never else."""

import asyncio
from collections.abc import Callable

LOOK_EVERY_S = 1.0


async def show_readiness(
    ready: Callable[[], bool], show: Callable[[bool], None], every_s: float = LOOK_EVERY_S
) -> None:
    """Look for ever, and show what is seen."""
    while True:
        show(ready())
        await asyncio.sleep(every_s)
