"""The interface between the cache and its storage."""

from typing import Protocol


class StoreFault(Exception):
    """A store cannot be used; the message says why."""


class Store(Protocol):
    """Values by key. They are not trusted."""

    async def get(self, key: str) -> bytes | None:
        """
        The value of a key, if there is one.

        Raises:
            StoreFault: the store cannot be asked.
        """

    async def put(self, key: str, value: bytes) -> None:
        """
        Store a value, or not: a lack of room is no error.

        Raises:
            StoreFault: the store cannot be asked.
        """

    async def close(self) -> None:
        """Close open connections."""
