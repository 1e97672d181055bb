"""Garbage collection in a process that answers requests, and what it gives back to the system."""

import ctypes
import gc


def freeze_garbage_collector() -> None:
    """Take what is loaded by now out of garbage collection: full collections of it are what made latencies jump."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def return_free_memory() -> None:
    """Give memory that is free back to the system, where the C library can: glibc keeps what large arrays took."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
