import time

import pytest

from rollout.waiting import wait_until


def test_polling_ends_when_the_condition_holds() -> None:
    """At the third call here, long before the time is over."""
    answers = iter([False, False, True])
    assert wait_until(lambda: next(answers), within_s=60, every_s=0.001)
    assert not list(answers)


def test_a_condition_that_never_holds_ends_with_the_time() -> None:
    """The result is False, not an exception."""
    began = time.monotonic()
    assert not wait_until(lambda: False, within_s=0.05, every_s=0.01)
    assert time.monotonic() - began >= 0.04


def test_the_condition_is_checked_once_even_without_time() -> None:
    """One that holds already is never reported as late."""
    assert wait_until(lambda: True, within_s=0)


def test_exceptions_of_the_condition_pass_through() -> None:
    """They are not retried."""
    calls = []

    def fails() -> bool:
        calls.append(1)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        wait_until(fails, within_s=60)
    assert len(calls) == 1
