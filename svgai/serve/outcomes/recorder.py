"""Recording on the path of a request: into the spool, or not at all."""

import logging
from typing import Protocol

from svgai.outcomes.outcome import Outcome, Rating
from svgai.outcomes.spool import Spool
from svgai.serve.monitoring.metrics import Metrics
from svgai.stages import stage

logger = logging.getLogger("svgai.outcomes")


class Recorder(Protocol):
    """What keeps records."""

    def record(self, record: Outcome | Rating) -> None:
        """Record one; never raises."""


class NoRecorder:
    """Keeps nothing (QUALITY_TRACKING_ENABLED=false)."""

    def record(self, record: Outcome | Rating) -> None: ...


class SpoolingRecorder:
    """
    Appends records to a spool: takes tens of microseconds, and survives a kill of the process.

    Records that do not fit are counted, and logged once.
    """

    def __init__(self, spool: Spool, metrics: Metrics) -> None:
        self._spool = spool
        self._metrics = metrics
        self._fault = ""

    @stage("store")
    def record(self, record: Outcome | Rating) -> None:
        try:
            self._spool.append(record)
            self._fault = ""
        except OSError as fault:
            self._metrics.outcomes_dropped(1)
            reason = fault.strerror or str(fault)
            if reason != self._fault:
                self._fault = reason
                logger.warning("outcomes are lost", extra={"fault": reason})
