"""
Keeps records without making anybody wait: into the spool at once, into the database by a thread of its own.

Neither a database that is slow, locked, full or gone nor a full disk fails a request: records wait in the spool, and
what finds no room there is counted.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from svgai.errors import QualityStoreFault, RecordRefused
from svgai.outcomes.outcome import Outcome, Rating
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.spool import Spool

WRITTEN_EVERY_S = 1.0
RETRY_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Pauses after a database has refused once, twice, and so on."""

logger = logging.getLogger("svgai.outcomes")


class Recorder(Protocol):
    """What keeps outcomes."""

    def record(self, record: Outcome | Rating) -> None:
        """Keep a record."""

    def close(self) -> None:
        """Hand over what can be handed over, and stop."""


class NoRecorder:
    """Keeps nothing (QUALITY_TRACKING_ENABLED=false)."""

    def record(self, record: Outcome | Rating) -> None: ...

    def close(self) -> None: ...


class SpoolingRecorder:
    """
    Keeps records in a database, by way of a spool.

    Args:
        spool: where they wait.
        database: where they go; its tables are made or brought up to date before the first of them.
        dropped: told how many records are lost.
    """

    def __init__(self, spool: Spool, database: QualityDatabase, dropped: Callable[[int], None]) -> None:
        self._spool = spool
        self._database = database
        self._dropped = dropped
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._told = ""
        self._migrated = False
        self._refused = 0
        self._thread = threading.Thread(target=self._work, name="outcomes", daemon=True)
        self._thread.start()

    def record(self, record: Outcome | Rating) -> None:
        try:
            with self._lock:
                self._spool.append(record)
        except OSError as fault:
            self._dropped(1)
            self._tell(f"the spool: {fault.strerror or fault}")

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        with self._lock:
            self._spool.close_file()
        self._hand_over()
        self._database.close()

    def _work(self) -> None:
        while not self._over.wait(self._pause()):
            with self._lock:
                self._spool.close_file()
            self._hand_over()

    def _pause(self) -> float:
        return RETRY_S[min(self._refused, len(RETRY_S)) - 1] if self._refused else WRITTEN_EVERY_S

    def _hand_over(self) -> None:
        try:
            for file in self._spool.closed_files():
                if not self._migrated:
                    self._database.migrate()
                    self._migrated = True
                self._write(file.records)
                # Killed before this line, the next process writes it again, which changes nothing.
                file.path.unlink(missing_ok=True)
                if file.damaged:
                    self._dropped(file.damaged)
                if self._refused:
                    logger.info("outcomes are written again")
                self._refused, self._told = 0, ""
        except (QualityStoreFault, OSError) as fault:
            self._refused += 1
            self._tell(str(fault))
        except Exception:
            self._refused += 1
            logger.exception("outcomes could not be written")

    def _write(self, records: Sequence[Outcome | Rating]) -> None:
        try:
            self._database.write(records)
        except RecordRefused:
            for record in records:
                try:
                    self._database.write([record])
                except RecordRefused as fault:
                    self._dropped(1)
                    self._tell(str(fault))

    def _tell(self, fault: str) -> None:
        """A line in the log, once for each new fault."""
        if fault != self._told:
            self._told = fault
            logger.warning("outcomes are not written", extra={"fault": fault})
