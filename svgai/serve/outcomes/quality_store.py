"""
The quality store of the service: a spool that it appends to, and a process that empties it.

If the database is slow, locked, full or unavailable, records wait in the spool, and requests are not affected.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from svgai.arms import Experiment, Switch
from svgai.errors import QualityStoreFault
from svgai.model_files.input_reference import InputReference
from svgai.outcomes.handed_over import HandedOver
from svgai.outcomes.spool import Spool
from svgai.serve.monitoring.metrics import Metrics
from svgai.serve.outcomes.writer_process import (
    MESSAGE_BYTES,
    Known,
    conversion_asked,
    drift_asked,
    hand_over_asked,
    read_drift,
    read_handed_over,
    read_known,
    read_switch,
    set_up,
    set_up_migration,
    switch_asked,
)
from svgai.serve.processes.process_group import NoProcess, ProcessGroup
from svgai.serve.processes.worker_process import ProcessDied, ProcessFault
from svgai.serve.processes.working_process import Work

logger = logging.getLogger("svgai.outcomes")

WRITTEN_EVERY_S = 1.0
RETRY_S = (1.0, 2.0, 5.0, 10.0)
"""Pauses after the first failure of the database, the second, and so on."""

WRITE_LIMIT_S = 60.0
"""Seconds after which a process that is stuck with a file is replaced."""

MIGRATION_LIMIT_S = 600.0
LOOK_UP_S = 1.0
"""Timeout of a look-up in seconds, for a database that does not answer."""

LAST_WRITE_S = 3.0
NICENESS = 10


class NoQualityStore:
    """Keeps nothing (QUALITY_TRACKING_ENABLED=false)."""

    kept = False

    def start(self) -> None: ...

    async def close(self) -> None: ...

    async def knows(self, _conversion_id: str) -> Known:
        return Known.NO

    async def drift_from(self, _reference: InputReference) -> Mapping[str, float]:
        return {}

    async def look_at(self, _experiment: Experiment) -> Switch:
        return Switch(on=False, reason="nothing is kept, by QUALITY_TRACKING_ENABLED")


class QualityStore:
    """
    Empties a spool into a database, in a separate process. It belongs to one event loop.

    Args:
        folder: of the spool, to which `spool` writes.
        url: of the database.
    """

    kept = True

    def __init__(self, spool: Spool, folder: Path, url: str, metrics: Metrics) -> None:
        self._spool = spool
        self._metrics = metrics
        self._url = url
        self._group = ProcessGroup(Work("outcomes", set_up, (folder, url), MESSAGE_BYTES, NICENESS), 1)
        self._tasks: list[asyncio.Task[None]] = []
        self._refused = 0
        self._fault = ""

    @property
    def processes(self) -> set[int]:
        """The ids of the processes that write."""
        return self._group.processes

    def start(self) -> None:
        """Start to write, beginning with what an earlier service left."""
        self._group.start()
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._show_spool())]

    async def close(self) -> None:
        """Write what can be written in a few seconds; the rest waits for the next service."""
        if not self._tasks:
            return
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WRITE_S):
                await self._empty_spool()
        self._group.close()

    async def knows(self, conversion_id: str) -> Known:
        """Whether the spool or the database has this conversion; unknown if the database does not answer."""
        otherwise = Known.NO
        try:
            if await asyncio.to_thread(self._spool.holds, conversion_id):
                return Known.YES
        except OSError:
            otherwise = Known.CANNOT_SAY
        try:
            async with asyncio.timeout(LOOK_UP_S):
                found = read_known(await self._group.ask(conversion_asked(conversion_id), LOOK_UP_S, finish=True))
        except (TimeoutError, NoProcess, ProcessDied, ProcessFault):
            return Known.CANNOT_SAY
        return found or otherwise

    async def look_at(self, experiment: Experiment) -> Switch:
        """
        Record an A/B test, and return whether it is on.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        try:
            return read_switch(await self._group.ask(switch_asked(experiment), WRITE_LIMIT_S, finish=True))
        except (TimeoutError, NoProcess, ProcessDied, ProcessFault) as fault:
            raise QualityStoreFault(str(fault) or "the process that reads it does not answer") from None

    async def drift_from(self, reference: InputReference) -> Mapping[str, float]:
        """
        The drift of the images from a reference, by feature: 0 where it is not significant.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        try:
            return read_drift(await self._group.ask(drift_asked(reference), WRITE_LIMIT_S, finish=True))
        except (TimeoutError, NoProcess, ProcessDied, ProcessFault) as fault:
            raise QualityStoreFault(str(fault) or "the process that reads it does not answer") from None

    async def _write(self) -> None:
        await self._hand_over()  # also without records: the tables are created or migrated at the start
        while True:
            await asyncio.sleep(RETRY_S[min(self._refused, len(RETRY_S)) - 1] if self._refused else WRITTEN_EVERY_S)
            await self._empty_spool()

    async def _show_spool(self) -> None:
        """Publish the spool's size for ever: by itself, as a hand-over may wait for a database for a minute."""
        while True:
            with suppress(OSError):  # a folder that cannot be read is logged where records are written
                self._metrics.outcomes_waiting(self._spool.size)
            await asyncio.sleep(WRITTEN_EVERY_S)

    async def _empty_spool(self) -> None:
        try:
            self._spool.close_file()
            while not self._spool.empty and await self._hand_over():
                pass
        except Exception:
            # Any exception: rows wait, and the next attempt may succeed.
            logger.exception("outcomes could not be written")

    async def _hand_over(self) -> bool:
        """Whether there may be another file to move; a failure is logged once."""
        try:
            done = read_handed_over(await self._group.ask(hand_over_asked(), WRITE_LIMIT_S, finish=True))
            if done.outdated:
                fault = await self._migrate()
                done = HandedOver(more=not fault, fault=fault)
        except (TimeoutError, NoProcess, ProcessDied, ProcessFault) as fault:
            done = HandedOver(fault=f"the process that writes them: {fault or type(fault).__name__}")
        self._tell(done)
        return done.more

    async def _migrate(self) -> str:
        """Create or migrate the tables, in a process that exits afterwards, to free Alembic's memory."""
        group = ProcessGroup(Work("migrations", set_up_migration, (self._url,), MESSAGE_BYTES, NICENESS), 1)
        try:
            return (await group.ask(b"", MIGRATION_LIMIT_S)).decode()
        finally:
            group.close()

    def _tell(self, done: HandedOver) -> None:
        if done.dropped:
            self._metrics.outcomes_dropped(done.dropped)
            logger.warning(
                "outcomes are lost", extra={"fault": done.fault or "they cannot be read", "lost": done.dropped}
            )
        waits = bool(done.fault) and not done.more
        self._metrics.database_down(waits)
        if waits and done.fault != self._fault:
            logger.warning("outcomes are not written; they wait in the spool", extra={"fault": done.fault})
        if self._fault and not waits:
            logger.warning("outcomes are written again")
        self._refused = self._refused + 1 if waits else 0
        self._fault = done.fault if waits else ""
