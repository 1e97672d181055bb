"""What one key may send: so many a second, so many at once."""

from contextlib import ExitStack

import pytest

from svgai.api.keys.key_limits import KeyLimits
from svgai.errors import Overloaded


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _sent(limits: KeyLimits, key: str | None, times: int) -> int:
    """How many of so many requests, one after the other, are let in."""
    let_in = 0
    for _ in range(times):
        try:
            with limits.place(key):
                let_in += 1
        except Overloaded:
            continue
    return let_in


def test_a_second_s_worth_may_come_at_once() -> None:
    """Then as many a second as the rate says, for as long as one likes."""
    clock = Clock()
    limits = KeyLimits(5, 0, clock)
    assert _sent(limits, "shop", 50) == 5
    for _ in range(100):
        clock.now += 0.2
        assert _sent(limits, "shop", 3) == 1


def test_a_rate_below_one_lets_one_in() -> None:
    """And says after how many seconds the next one."""
    clock = Clock()
    limits = KeyLimits(0.25, 0, clock)
    assert _sent(limits, "shop", 2) == 1
    clock.now += 1
    with pytest.raises(Overloaded, match="may send 0") as fault, limits.place("shop"):
        pass
    assert fault.value.retry_after_s == 3
    clock.now += 3
    assert _sent(limits, "shop", 2) == 1


def test_keys_do_not_share() -> None:
    """What one key sends takes nothing from another, and requests without a key are not limited."""
    limits = KeyLimits(1, 1, Clock())
    assert (_sent(limits, "shop", 3), _sent(limits, "other", 3), _sent(limits, None, 3)) == (1, 1, 3)


def test_a_key_has_so_many_places() -> None:
    """A place is free again when its request has ended, also by a fault; a refused request uses no token."""
    limits = KeyLimits(0, 2, Clock())
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(limits.place("shop"))
        assert _sent(limits, "shop", 3) == 0
        assert _sent(limits, "other", 3) == 3
    with pytest.raises(LookupError), limits.place("shop"):
        raise LookupError
    assert _sent(limits, "shop", 3) == 3


def test_nothing_is_limited_by_default() -> None:
    """Zero is any number."""
    assert _sent(KeyLimits(0, 0), "shop", 1000) == 1000
