"""
Values in a Redis server shared by several services.

A dead or slow server costs the first request .1 s and later ones nothing: it is not used until it answers a PING in the
background again.
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
"""Timeout of one command in seconds: a cache that is slower than this is worse than none."""

LOOKED_AT_EVERY_S = 0.5
"""Seconds between PINGs to a server that did not answer."""

KEPT_S = 7 * 24 * 3600
"""Time to live in seconds: results are of little use once the next version of the models is deployed."""

_PREFIX = "svgai:conversion:"
_LONGEST_FAULT = 200

T = TypeVar("T")

logger = logging.getLogger("svgai.cache")


class RedisStore:
    """
    Values in the server of a URL, which may contain a user and a password: it is not logged.

    `password` is used if the URL has none; `answer_within_s` is the timeout of one command, including connecting.

    Connects with the first command. It belongs to one event loop.
    """

    def __init__(self, url: str, password: str | None = None, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self._answer_within_s = answer_within_s
        self._redis = Redis.from_url(
            url,
            password=password,
            socket_timeout=answer_within_s,
            socket_connect_timeout=answer_within_s,
            # After a restart of the server, old connections are dead.
            retry=Retry(NoBackoff(), 1),
            client_name="svgai",
        )
        self._waiting: asyncio.Task[None] | None = None

    @property
    def able(self) -> bool:
        """Whether the server is in use: it answered the last time."""
        return self._waiting is None

    async def get(self, key: str) -> bytes | None:
        """
        The value of a key, if there is one; truncated if it is longer than any of ours.

        Raises:
            StoreFault: the server does not answer, or returns an error.
        """
        # An empty value is not one of ours. GET would read a value of any length that somebody has stored.
        value = await self._asked(lambda: self._redis.getrange(_PREFIX + key, 0, LARGEST_VALUE))
        return cast("bytes", value) or None  # text only where it is asked for

    async def put(self, key: str, value: bytes) -> None:
        """
        Keep a value.

        Raises:
            StoreFault: the server does not answer, or returns an error, for example out of memory.
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
            async with asyncio.timeout(self._answer_within_s):
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
                async with asyncio.timeout(self._answer_within_s):
                    await self._redis.ping()
            except (RedisError, TimeoutError, OSError):
                continue
            break
        self._waiting = None
        logger.info("the cache's server answers again")


def _words(fault: Exception) -> str:
    """The message of an error, in ASCII on one line; redis-py includes host and port there, never a password."""
    return ascii(f"{type(fault).__name__}: {fault}")[1:-1][:_LONGEST_FAULT]
