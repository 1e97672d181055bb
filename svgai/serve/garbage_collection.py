"""Garbage collection in a process that answers requests."""

import gc


def freeze_garbage_collector() -> None:
    """Take what is loaded by now out of garbage collection: full collections of it are what made latencies jump."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
