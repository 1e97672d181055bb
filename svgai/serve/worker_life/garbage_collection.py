"""Garbage collection in a serving process, and returning memory to the system."""

import ctypes
import gc


def freeze_garbage_collector() -> None:
    """Exclude everything loaded so far from garbage collection: its full collections caused latency spikes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def return_free_memory() -> None:
    """Return free memory to the system, if the C library can: glibc keeps the memory of large arrays."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
