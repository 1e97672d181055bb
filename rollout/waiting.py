"""Waiting for something that takes its time: looking until it is so."""

import operator
import time
from collections.abc import Callable

from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed


def wait_until(done: Callable[[], bool], within_s: float, every_s: float) -> float:
    """
    Look at once and then every `every_s` seconds until it is so; gives the seconds that it took.

    Raises:
        TimeoutError: it was not so within `within_s` seconds. What `done` raises ends the waiting.
    """
    began = time.monotonic()
    patient = Retrying(retry=retry_if_result(operator.not_), stop=stop_after_delay(within_s), wait=wait_fixed(every_s))
    try:
        patient(done)
    except RetryError:
        raise TimeoutError(f"not within {within_s:g} s") from None
    return time.monotonic() - began
