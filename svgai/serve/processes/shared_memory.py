"""Memory that this process and one that works for it both see: images and answers go through no pipe."""

import mmap
import os
from collections.abc import Callable
from multiprocessing.reduction import DupFd

_KEPT_BYTES = 1_000_000
"""What a message leaves in memory; more is given back to the system."""


class SharedMemory:
    """
    One message at a time, of at most `capacity` bytes. It takes what the messages in it take, not its capacity.

    It has no name that another process could open, and ends with those that hold it.

    Raises:
        OSError: there is no file or no address space for it.
    """

    def __init__(self, capacity: int, descriptor: int | None = None) -> None:
        self.capacity = capacity
        if descriptor is None:
            descriptor = os.memfd_create("svgai-messages")
            os.ftruncate(descriptor, capacity)
        self.descriptor = descriptor
        try:
            self._memory = mmap.mmap(descriptor, capacity)
        except OSError:
            os.close(descriptor)
            raise

    def write(self, message: bytes) -> None:
        """
        Put a message in.

        Raises:
            ValueError: it has more bytes than there is room for.
        """
        if len(message) > self.capacity:
            raise ValueError(f"a message of {len(message):,} bytes, for which there is no room")
        self._memory[: len(message)] = message

    def read(self, size: int) -> bytes:
        """A copy of the first bytes."""
        return self._memory[: min(size, self.capacity)]

    def forget(self, size: int) -> None:
        """Give back what a large message of this size took."""
        if size > _KEPT_BYTES:
            start = _KEPT_BYTES // mmap.PAGESIZE * mmap.PAGESIZE
            self._memory.madvise(mmap.MADV_REMOVE, start, min(size, self.capacity) - start)

    def close(self) -> None:
        """Let go of it here."""
        self._memory.close()
        os.close(self.descriptor)

    def __reduce__(self) -> "tuple[Callable[[object, int], SharedMemory], tuple[object, int]]":
        # Only while a process is being started: the descriptor goes to it.
        return _received, (DupFd(self.descriptor), self.capacity)


def _received(descriptor: object, capacity: int) -> SharedMemory:
    return SharedMemory(capacity, descriptor.detach())  # type: ignore[attr-defined]
