"""Who may wait."""

from contextlib import ExitStack

import pytest

from svgai.errors import Overloaded
from svgai.serve.processes.waiting_line import WaitingLine


def admitted(line: WaitingLine, stack: ExitStack) -> tuple[int, Overloaded]:
    """How many tasks are let in before one is refused, and the refusal; they leave with the stack."""
    for count in range(1000):
        try:
            stack.enter_context(line.place())
        except Overloaded as refusal:
            return count, refusal
    raise AssertionError("nothing was refused")


def test_the_line_has_an_end_before_anything_is_known() -> None:
    """As many tasks wait as may at most, and the next is told to come again after a second."""
    with ExitStack() as stack:
        count, refusal = admitted(WaitingLine(2, 16, 1.5), stack)
    assert (count, refusal.retry_after_s) == (18, 1)


@pytest.mark.parametrize("task_s, count, retry_after", [(0.1, 18, 1), (0.5, 8, 2), (2.0, 4, 3), (60.0, 4, 90)])
def test_slow_tasks_make_a_short_line(task_s: float, count: int, retry_after: int) -> None:
    """Nobody waits longer than may be, but one for each worker; refusals tell when the line should be worked off."""
    line = WaitingLine(2, 16, 1.5)
    line.learn(task_s)
    with ExitStack() as stack:
        let_in, refusal = admitted(line, stack)
    assert (let_in, refusal.retry_after_s) == (count, retry_after)


def test_whoever_watches_knows_who_waits_and_how_long() -> None:
    """At every change; what is being worked on does not wait, and where a worker is free nobody does."""
    told: list[tuple[int, float]] = []
    line = WaitingLine(2, 16, 1.5, lambda waiting, seconds: told.append((waiting, round(seconds, 9))))
    with line.place(), line.place():
        assert told == [(0, 0), (0, 0)]
        line.learn(0.4)
        assert told[-1] == (0, 0.2)
        with line.place():
            assert told[-1] == (1, 0.4)
    assert [waiting for waiting, _ in told] == [0, 0, 0, 1, 0, 0, 0]
    assert told[-1] == (0, 0)


def test_places_are_given_back() -> None:
    """Also by tasks that fail."""
    line = WaitingLine(1, 0, 1.5)
    with pytest.raises(ValueError, match="bad"), line.place():
        raise ValueError("bad")
    assert line.empty
    with line.place():
        assert not line.empty


def test_the_mean_follows_what_tasks_take() -> None:
    """After slow times quick tasks make the line long again."""
    line = WaitingLine(1, 8, 1.5)
    line.learn(10.0)
    for _ in range(60):
        line.learn(0.01)
    with ExitStack() as stack:
        assert admitted(line, stack)[0] == 9
