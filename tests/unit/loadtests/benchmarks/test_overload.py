"""When a service is overloaded, and when it is itself again."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from loadtests.benchmarks.overload import measure_overload, recovery
from loadtests.servers.traffic import Outcome
from svgai.errors import SvgAiError
from tests.fakes.load_cases import stand_in


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


def test_a_service_without_good_answers_cannot_be_overloaded(tmp_path: Path) -> None:
    """Three times nothing is nothing."""
    with stand_in(tmp_path) as server, pytest.raises(SvgAiError, match="classify gave no good answer to 32 clients"):
        measure_overload(replace(server, url=f"{server.url}/nowhere"), [b"PNG"], 0.1, lambda _done, _total: None)
