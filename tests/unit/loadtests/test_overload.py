"""When a service is itself again."""

import math

from loadtests.overload import recovery
from loadtests.traffic import Outcome


def lone(*seconds: float, status: int = 200) -> list[Outcome]:
    """Requests sent one after the other, from second 1 on."""
    return [Outcome(1.0 + place, taken, status) for place, taken in enumerate(seconds)]


def test_a_service_that_was_never_slow_is_back_at_once() -> None:
    """The first request after the load counts."""
    assert recovery(lone(0.01, 0.01, 0.01, 0.01, 0.01), 0.015) == 1.0


def test_slow_answers_put_the_recovery_off() -> None:
    """Until three of five in a row are quick; one slow one among them is chance."""
    assert recovery(lone(0.3, 0.3, 0.3, 0.01, 0.3, 0.01, 0.01, 0.01), 0.015) == 4.0


def test_refusals_are_not_normal() -> None:
    """However fast they come."""
    answers = [*lone(0.001, 0.001, status=429), *lone(0.01, 0.01, 0.01, 0.01, 0.01)]
    assert recovery(answers, 0.015) == answers[2].due


def test_a_service_that_stays_slow_has_not_recovered() -> None:
    """Infinite is what the table then says."""
    assert math.isinf(recovery(lone(*[0.3] * 20), 0.015))
