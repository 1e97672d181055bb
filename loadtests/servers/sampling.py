"""Periodic sampling in the background."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Sample = TypeVar("Sample")


@contextmanager
def sampled(look: Callable[[float], Sample], every_s: float) -> Iterator[list[Sample]]:
    """
    The results of `look`, called at once and then periodically while the block runs; the list grows meanwhile.

    Args:
        look: Called with the seconds since the block began.
        every_s: Seconds between two calls.
    """
    samples: list[Sample] = []
    over = threading.Event()
    began = time.monotonic()

    def watch() -> None:
        while not over.is_set():
            samples.append(look(time.monotonic() - began))
            over.wait(every_s)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield samples
    finally:
        over.set()
        watcher.join()
