"""
Requests at a steady rate, each of which is remembered with what came of it.

One that is put off with 429, as a busy machine does, is sent again when the answer says, as any good client does.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

_TIMES = 5
_MOST_AT_ONCE = 32
"""Fewer than one address may have in progress: where all wait, requests come later than the rate says."""


@dataclass(frozen=True)
class Told:
    """
    One request.

    Attributes:
        began: When it was sent first, in seconds of the monotonic clock.
        seconds: Until the last answer.
        came_of: The last answer's status, or the fault.
        put_off: How often it was answered 429 before.
        version: Of the models that it was answered by; empty where the answer does not tell.
    """

    began: float
    seconds: float
    came_of: str
    put_off: int
    version: str


@dataclass
class SteadyLoad:
    """What was asked so far."""

    told: list[Told] = field(default_factory=list)

    def failures(self, since: float = 0.0) -> list[str]:
        """What came of requests that were sent from then on and not answered 200."""
        return [one.came_of for one in self.told if one.began >= since and one.came_of != "200"]


@contextmanager
def steady_load(
    client: Callable[[], httpx.Client], requests: list[tuple[str, dict[str, object]]], per_second: float
) -> Iterator[SteadyLoad]:
    """Send these requests one after the other, again and again, at a rate, inside the block; all are waited for."""
    load, ended = SteadyLoad(), threading.Event()

    def ask(number: int) -> None:
        path, body = requests[number % len(requests)]
        began, put_off, version = time.monotonic(), 0, ""
        try:
            with client() as one:
                answer = one.post(path, json=body)
                while answer.status_code == httpx.codes.TOO_MANY_REQUESTS and put_off < _TIMES:
                    put_off += 1
                    time.sleep(float(answer.headers.get("Retry-After", "1")))
                    answer = one.post(path, json=body)
            came_of = str(answer.status_code)
            version = answer.json().get("model_version", "")
        except (httpx.HTTPError, ValueError) as fault:
            came_of = repr(fault)
        load.told.append(Told(began, time.monotonic() - began, came_of, put_off, version))

    with ThreadPoolExecutor(_MOST_AT_ONCE, "load") as pool:

        def keep_asking() -> None:
            number, next_at = 0, time.monotonic()
            while not ended.wait(max(0.0, next_at - time.monotonic())):
                pool.submit(ask, number)
                number, next_at = number + 1, next_at + 1 / per_second

        asking = threading.Thread(target=keep_asking)
        asking.start()
        try:
            yield load
        finally:
            ended.set()
            asking.join()
