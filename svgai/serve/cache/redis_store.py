"""
Values in a Redis server that several services share.

A server that is dead, or does not answer in time, costs the first request that notices a tenth of a second and every
later one nothing: until the server answers a PING in the background again, it is not asked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer

from svgai.serve.cache.cached_values import LARGEST_VALUE
from svgai.serve.cache.stores import StoreFault

ANSWER_WITHIN_S = 0.1
"""Seconds that the server may take for one command, connecting included."""

LOOKED_AT_EVERY_S = 0.5
"""Seconds between questions to a server that did not answer."""

KEPT_S = 7 * 24 * 3600
"""Seconds that a value is kept: what a version of the models made is of no use for long after the next one came."""

_PREFIX = "svgai:conversion:"
_LONGEST_FAULT = 200

T = TypeVar("T")

logger = logging.getLogger("svgai.cache")


class RedisStore:
    """
    Values in the server of a URL, which may hold a user and a password: it is not logged.

    `password` counts where the URL has none.

    Nothing is connected before the first command. It belongs to one event loop.
    """

    def __init__(self, url: str, password: str | None = None) -> None:
        self._redis = Redis.from_url(
            url,
            password=password,
            socket_timeout=ANSWER_WITHIN_S,
            socket_connect_timeout=ANSWER_WITHIN_S,
            # Of a server that was restarted, the connections of before are dead.
            retry=Retry(NoBackoff(), 1),
            client_name="svgai",
        )
        self._waiting: asyncio.Task[None] | None = None

    @property
    def able(self) -> bool:
        """Whether the server is asked: it answered the last time."""
        return self._waiting is None

    async def get(self, key: str) -> bytes | None:
        """
        The value of a key, if there is one; of one that is longer than any of ours a part.

        Raises:
            StoreFault: the server cannot be asked, or refuses.
        """
        # An empty value is not one of ours. GET would read whatever length somebody has put there.
        value = await self._asked(lambda: self._redis.getrange(_PREFIX + key, 0, LARGEST_VALUE))
        return cast("bytes", value) or None  # text only where it is asked for

    async def put(self, key: str, value: bytes) -> None:
        """
        Keep a value.

        Raises:
            StoreFault: the server cannot be asked, or refuses, for want of memory say.
        """
        await self._asked(lambda: self._redis.set(_PREFIX + key, value, ex=KEPT_S))

    async def close(self) -> None:
        """Give up the connections."""
        if self._waiting is not None:
            self._waiting.cancel()
        await self._redis.aclose()

    async def _asked(self, command: Callable[[], Awaitable[T]]) -> T:
        if not self.able:
            raise StoreFault("the server did not answer, and has not come back")
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await command()
        except (NoConnection, NoAnswer, TimeoutError, OSError) as fault:
            self._wait_for_it(fault)
            raise StoreFault("the server does not answer") from None
        except RedisError as fault:
            raise StoreFault(_words(fault)) from None

    def _wait_for_it(self, fault: Exception) -> None:
        if self._waiting is None:
            logger.warning("the cache is not used until its server answers", extra={"fault": _words(fault)})
            self._waiting = asyncio.create_task(self._wait())

    async def _wait(self) -> None:
        while True:
            await asyncio.sleep(LOOKED_AT_EVERY_S)
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    await self._redis.ping()
            except (RedisError, TimeoutError, OSError):
                continue
            break
        self._waiting = None
        logger.info("the cache's server answers again")


def _words(fault: Exception) -> str:
    """What a fault says, in ASCII on one line; redis-py names host and port there, never a password."""
    return ascii(f"{type(fault).__name__}: {fault}")[1:-1][:_LONGEST_FAULT]
