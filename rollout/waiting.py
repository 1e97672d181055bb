"""Waiting by polling."""

from collections.abc import Callable

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

POLLED_EVERY_S = 0.05


def wait_until(holds: Callable[[], bool], within_s: float, every_s: float = POLLED_EVERY_S) -> bool:
    """Poll until `holds` does, at least once; False if it does not within the time. Its exceptions pass through."""
    polled = Retrying(
        retry=retry_if_result(lambda held: not held),
        stop=stop_after_delay(within_s),
        wait=wait_fixed(every_s),
        retry_error_callback=lambda _: False,
    )
    return polled(holds)
