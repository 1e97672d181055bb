"""When what was promised held, and how it is shown."""

import pytest

from loadtests.faults.drill import BACK_WITHIN_S, Drill
from loadtests.faults.fault_report import fault_table

GOOD = Drill("worker killed", sent=240, failed=((0, 3), (503, 40)), lasted_s=4.2, ready=True)


def test_retryable_failures_for_a_short_time_are_within_the_promise() -> None:
    """The service is ready afterwards, and has nothing in hand."""
    assert GOOD.whole


@pytest.mark.parametrize(
    "broken",
    [
        Drill("it answers 500", failed=((500, 1),), ready=True),
        Drill("it takes too long", failed=((503, 9),), lasted_s=BACK_WITHIN_S + 1, ready=True),
        Drill("it is not ready", ready=False),
        Drill("a gauge stays up", ready=True, busy=2.0),
        Drill("no metrics", ready=True, busy=float("nan")),
        Drill("it was not tried", ready=True, skipped="no disk"),
    ],
    ids=lambda drill: drill.fault,
)
def test_anything_else_breaks_it(broken: Drill) -> None:
    """One of them is enough."""
    assert not broken.whole


def test_the_table_shows_what_failed_and_why_something_was_left_out() -> None:
    """A row for each fault."""
    text = fault_table([GOOD, Drill("clock", skipped="no library")])
    assert "| worker killed | 240 | 0 | 3 x no answer, 40 x 503 | 4.2 | yes | 0 | held |" in text
    assert "| clock | - | - | - | - | - | - | not shown: no library |" in text
