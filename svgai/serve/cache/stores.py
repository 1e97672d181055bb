"""What keeps values: the seam between the cache and where they are."""

from typing import Protocol


class StoreFault(Exception):
    """A store cannot be asked; it says why."""


class Store(Protocol):
    """Values by key. Whatever comes back is not trusted."""

    async def get(self, key: str) -> bytes | None:
        """
        The value of a key, if there is one.

        Raises:
            StoreFault: the store cannot be asked.
        """

    async def put(self, key: str, value: bytes) -> None:
        """
        Keep a value, or not: where there is no room, that is no fault.

        Raises:
            StoreFault: the store cannot be asked.
        """

    async def close(self) -> None:
        """Give up what is open."""
