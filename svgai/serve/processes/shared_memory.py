"""Memory shared with a child process: images and answers are not sent through a pipe."""

import mmap
import os
from collections.abc import Callable
from multiprocessing.reduction import DupFd

_KEPT_BYTES = 1_000_000
"""Memory kept after a message; the rest is returned to the system."""


class SharedMemory:
    """
    One message at a time, of at most `capacity` bytes. It only uses the memory of the messages in it, not its capacity.

    It has no name that another process could open, and is freed with the processes that hold it.

    Raises:
        OSError: there is no file descriptor or address space for it.
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
        """Return the memory of a large message of this size."""
        if size > _KEPT_BYTES:
            start = _KEPT_BYTES // mmap.PAGESIZE * mmap.PAGESIZE
            self._memory.madvise(mmap.MADV_REMOVE, start, min(size, self.capacity) - start)

    def close(self) -> None:
        """Release it in this process."""
        self._memory.close()
        os.close(self.descriptor)

    def __reduce__(self) -> "tuple[Callable[[object, int], SharedMemory], tuple[object, int]]":
        # Only possible while a process is being started: the descriptor is passed to it.
        return _received, (DupFd(self.descriptor), self.capacity)


def _received(descriptor: object, capacity: int) -> SharedMemory:
    return SharedMemory(capacity, descriptor.detach())  # type: ignore[attr-defined]
