"""Waiting until something is so."""

import pytest

from rollout.waiting import wait_until


def test_it_looks_until_it_is_so() -> None:
    """The seconds are those of the looks between."""
    looks = iter([False, False, True])
    assert 0.02 <= wait_until(lambda: next(looks), within_s=5, every_s=0.01) < 5
    assert next(looks, None) is None


def test_what_is_so_already_takes_no_time() -> None:
    """It is looked at before any time has passed, also where there is none."""
    assert wait_until(lambda: True, within_s=0, every_s=60) < 1


def test_what_is_not_so_in_time_is_told() -> None:
    """With the time that it had."""
    with pytest.raises(TimeoutError, match=r"not within 0\.05 s"):
        wait_until(lambda: False, within_s=0.05, every_s=0.01)


def test_a_fault_ends_the_waiting() -> None:
    """It is the looker's own, and no more looks follow."""
    looks: list[int] = []

    def break_off() -> bool:
        looks.append(1)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        wait_until(break_off, within_s=5, every_s=0.01)
    assert looks == [1]
