"""The cache of conversions: an equal request gets an earlier one's result; concurrent ones share the work."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from svgai.convert.conversion import Conversion
from svgai.serve.cache.cached_values import LARGEST_VALUE, from_bytes, to_bytes
from svgai.serve.cache.single_flight import SingleFlight
from svgai.serve.cache.stores import Store, StoreFault
from svgai.serve.monitoring.metrics import CacheResult, Metrics

logger = logging.getLogger("svgai.cache")

Convert = Callable[[], Awaitable[Conversion]]
"""Makes a conversion that is not cached."""

Holds = Callable[[], bool]
"""Whether a key still matches the models in use."""


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Found:
    """A conversion, and whether it was made for another request."""

    conversion: Conversion
    cached: bool


@dataclass
class _Landed:
    """A shared result; `given`: a waiting request has taken it as its own. The one that started may have left."""

    found: Found
    given: bool = False


class ConversionCache(Protocol):
    """Gives conversions by their key."""

    async def find(self, key: str, convert: Convert, holds: Holds = _always) -> Found:
        """
        The conversion of a key, made by `convert` if it is not cached; exceptions of that pass through.

        `holds` is checked afterwards: if the key is no longer valid, the result is not cached.
        """

    async def close(self) -> None:
        """Close open connections."""


class NoCache:
    """Knows nothing (CACHE_BYTES=0)."""

    async def find(self, key: str, convert: Convert, holds: Holds = _always) -> Found:  # noqa: ARG002
        return Found(await convert(), cached=False)

    async def close(self) -> None: ...


class StoredConversions:
    """
    A cache over a store.

    A failing store counts as empty. Errors and conversions cut short by time are not cached: the next attempt may
    succeed, or have more time.
    """

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._flights: SingleFlight[_Landed] = SingleFlight()

    async def find(self, key: str, convert: Convert, holds: Holds = _always) -> Found:
        joined = key in self._flights

        async def work() -> _Landed:
            return _Landed(await self._found_or_made(key, convert, holds))

        landed = await self._flights.result(key, work)
        found = replace(landed.found, cached=landed.given or landed.found.cached)
        landed.given = True
        if joined:
            self._metrics.cache_asked("hit" if found.cached else "miss")
        return found

    async def close(self) -> None:
        await self._store.close()

    async def _found_or_made(self, key: str, convert: Convert, holds: Holds) -> Found:
        result: CacheResult = "miss"
        try:
            value = await self._store.get(key)
            if value is not None and (kept := from_bytes(value)) is not None:
                self._metrics.cache_asked("hit")
                return Found(kept, cached=True)
        except StoreFault as fault:
            result = "error"
            logger.debug("the cache could not be asked", extra={"fault": str(fault)})
        self._metrics.cache_asked(result)
        made = await convert()
        if not made.cut_short and result == "miss" and holds():
            await self._keep(key, made)
        return Found(made, cached=False)

    async def _keep(self, key: str, made: Conversion) -> None:
        value = to_bytes(made)
        if len(value) > LARGEST_VALUE:
            return
        try:
            await self._store.put(key, value)
        except StoreFault as fault:
            logger.debug("a conversion could not be kept", extra={"fault": str(fault)})
