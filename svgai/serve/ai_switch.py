"""The switch that takes the models out of use while the service runs, and back: a file that says `off`."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

LOOK_AGAIN_S = 0.25
"""Seconds between checks of the file."""

_LONGEST = 16

logger = logging.getLogger("svgai.switch")


class AiSwitch:
    """
    On, unless a file says `off`. If the file is missing or cannot be read, it is on, the default.

    Args:
        file: AI_SWITCH_FILE; None: it is always on.
        every_s: between checks.
    """

    def __init__(self, file: Path | None = None, every_s: float = LOOK_AGAIN_S) -> None:
        self._file, self._every_s = file, every_s
        self.on = self._look()

    async def keep(self, changed: Callable[[bool], None]) -> None:
        """Poll the file, and call `changed` with each new state; returns at once if there is no file."""
        while self._file is not None:
            await asyncio.sleep(self._every_s)
            # A file on a machine that is away may take a minute to say so: requests are answered meanwhile.
            on = await asyncio.to_thread(self._look)
            if on != self.on:
                self.on = on
                logger.info("the models are switched", extra={"on": on})
                changed(on)

    def _look(self) -> bool:
        if self._file is None:
            return True
        try:
            with self._file.open("rb") as file:
                return file.read(_LONGEST).strip().lower() != b"off"
        except OSError:
            return True
