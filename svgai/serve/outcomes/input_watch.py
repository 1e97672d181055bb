"""Publishes input drift periodically, from the quality database shared by all services."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Mapping

from svgai.errors import QualityStoreFault
from svgai.model_files.input_reference import InputReference
from svgai.serve.monitoring.metrics import Metrics
from svgai.serve.outcomes.quality_store import NoQualityStore, QualityStore

LOOK_EVERY_S = 60.0

logger = logging.getLogger("svgai.drift")


class InputWatch:
    """
    Runs in an event loop; the work is done by the process that writes to the database.

    Args:
        reference: of the loaded models; None if their metadata has none.
    """

    def __init__(
        self,
        store: QualityStore | NoQualityStore,
        reference: Callable[[], InputReference | None],
        metrics: Metrics,
        every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._store = store
        self._reference = reference
        self._metrics = metrics
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None
        self._compared: InputReference | None = None
        self._drifted: frozenset[str] = frozenset()

    def start(self) -> None:
        """Start with the models loaded: all features at 0."""
        if self._store.kept:
            self._compare_with(self._reference())
            self._task = asyncio.create_task(self._watch())

    def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            reference = self._reference()
            if reference != self._compared:  # other models were loaded
                self._compare_with(reference)
            if reference is None:
                continue
            try:
                self._publish(await self._store.drift_from(reference))
            except QualityStoreFault as fault:  # the writer logs that the database is unavailable
                logger.debug("the images could not be looked at", extra={"fault": fault.message})

    def _compare_with(self, reference: InputReference | None) -> None:
        """Start with another reference: its features, and those that only the one before had, are at 0."""
        known = [one.histograms for one in (self._compared, reference) if one is not None]
        self._compared = reference
        self._publish(dict.fromkeys(itertools.chain(*known), 0.0))

    def _publish(self, indices: Mapping[str, float]) -> None:
        for name, index in indices.items():
            self._metrics.drifted(name, index)
        drifted = frozenset(name for name, index in indices.items() if index)
        if drifted - self._drifted:
            logger.warning("the images have changed", extra={"features": sorted(drifted)})
        self._drifted = drifted
