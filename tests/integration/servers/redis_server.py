"""A real Redis server for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loadtests.servers import redis_server as real
from loadtests.servers.redis_server import PASSWORD, RedisServer
from tests.integration.servers.viewers import program

__all__ = ["PASSWORD", "RedisServer", "redis_server"]


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """A server that runs inside the block. Without redis-server the test is skipped, but fails where CI is set."""
    program("redis-server")
    with real.redis_server(folder) as server:
        yield server
