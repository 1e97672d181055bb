"""Values in this process's memory, with LRU eviction."""

from cachetools import LRUCache

_OVERHEAD = 300
"""Overhead of an entry in bytes, beside its key and value."""


class MemoryStore:
    """
    A store of at most `capacity` bytes.

    A value that takes more than a quarter of it is not stored: it would evict too many others.
    """

    def __init__(self, capacity: int) -> None:
        self._largest = capacity // 4
        self._values: LRUCache[str, bytes] = LRUCache(capacity, getsizeof=lambda value: len(value) + _OVERHEAD)

    @property
    def size(self) -> int:
        """Bytes in use."""
        return int(self._values.currsize)

    async def get(self, key: str) -> bytes | None:
        """The value of a key, if there is one."""
        return self._values.get(key)

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value."""
        if len(value) + _OVERHEAD <= self._largest:
            self._values[key] = value

    async def close(self) -> None:
        """Nothing is open."""
