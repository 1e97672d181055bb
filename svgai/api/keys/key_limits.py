"""Limits of one API key: requests a second, and concurrent requests."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from svgai.errors import Overloaded


class KeyLimits:
    """
    A token bucket and a number of places for each key.

    A bucket holds the tokens of one second, at least one, which is the burst after a pause. It is stored as the time at
    which it will be full again, one number for each key.

    Args:
        rate: requests a second; 0: any number.
        concurrency: requests in progress at once; 0: any number.
        clock: monotonic, in seconds.
    """

    def __init__(self, rate: float, concurrency: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._concurrency, self._clock = rate, concurrency, clock
        self._full_at: dict[str, float] = {}
        self._in_progress: Counter[str] = Counter()

    @contextmanager
    def place(self, key: str | None) -> Iterator[None]:
        """
        Hold a place for a request until it is answered. Requests without a key are not limited here.

        Raises:
            Overloaded: the key has used up its rate, or its places.
        """
        if key is None:
            yield
            return
        if self._concurrency and self._in_progress[key] >= self._concurrency:
            raise Overloaded(f"{self._concurrency} requests with this key are in progress; wait for one to end")
        self._take_token(key)
        self._in_progress[key] += 1
        try:
            yield
        finally:
            self._in_progress[key] -= 1

    def _take_token(self, key: str) -> None:
        if not self._rate:
            return
        token_s, now = 1 / self._rate, self._clock()
        full_at = max(self._full_at.get(key, now), now) + token_s
        late_s = full_at - now - max(1.0, token_s)
        # Sums of times are rounded: a request sent exactly after Retry-After must not be rejected because of that.
        if late_s > 1e-6:
            raise Overloaded(f"this key may send {self._rate:g} requests a second", max(1, math.ceil(late_s)))
        self._full_at[key] = full_at
