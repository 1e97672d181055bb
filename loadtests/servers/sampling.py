"""What is looked at again and again in the background, while something else goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Sample = TypeVar("Sample")


@contextmanager
def sampled(look: Callable[[float], Sample], every_s: float) -> Iterator[list[Sample]]:
    """
    What `look` gives, called at once and then every so many seconds while the block runs; the list grows meanwhile.

    Args:
        look: Is given the seconds since the block began.
        every_s: Seconds between two looks.
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
