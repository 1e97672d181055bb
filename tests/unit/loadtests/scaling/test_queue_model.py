"""A simulated service waits and refuses as theory says, and as the real one's rule does."""

import random

import pytest

from loadtests.scaling.queue_model import simulate_service
from svgai.serve.workers.conversion_pool import QUEUE_PER_WORKER

FOR_EVER = float("inf")


def poisson(rate: float, count: int, seed: int = 1) -> list[float]:
    rng, due = random.Random(seed), 0.0
    return [due := due + rng.expovariate(rate) for _ in range(count)]


def test_a_lone_request_takes_its_conversion_and_what_is_beside() -> None:
    """No wait, no refusal; in the order of the requests."""
    answers = simulate_service([0.0, 10.0], [0.5, 0.25], workers=1, beside_s=0.01)
    assert [answer.due for answer in answers] == [0.0, 10.0]
    assert [answer.seconds for answer in answers] == pytest.approx([0.51, 0.26])
    assert not any(answer.refused for answer in answers)


def test_requests_wait_for_their_turn() -> None:
    """Three at once for two processes: the third waits for the first that is free."""
    answers = simulate_service([0.0, 0.0, 0.0], [1.0, 2.0, 3.0], workers=2)
    assert sorted(answer.seconds for answer in answers) == pytest.approx([1.0, 2.0, 4.0])


@pytest.mark.slow
@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_a_bounded_queue_refuses_as_many_as_theory_says(load: float) -> None:
    """The loss of M/M/1/K: (1 - r) r^K / (1 - r^(K+1)), or 1 / (K+1) at r = 1."""
    places = 1 + QUEUE_PER_WORKER
    expected = 1 / (places + 1) if load == 1 else (1 - load) * load**places / (1 - load ** (places + 1))
    rng = random.Random(2)
    arrivals = poisson(load, 60_000)
    conversions = [rng.expovariate(1) for _ in arrivals]
    answers = simulate_service(arrivals, conversions, workers=1, longest_wait_s=FOR_EVER)
    refused = sum(answer.refused for answer in answers) / len(answers)
    assert refused == pytest.approx(expected, abs=0.01)


def test_a_conversion_that_would_wait_long_is_refused() -> None:
    """As soon as the service knows how long conversions take, and one waits for each process already."""
    begun = [0.0, 10.0, 10.1, 10.2]
    answers = simulate_service(begun, [2.0], workers=1, longest_wait_s=1.5)
    assert [answer.refused for answer in answers] == [False, False, False, True]
    assert answers[-1].seconds == 0
    patient = simulate_service(begun, [2.0], workers=1, longest_wait_s=10)
    assert not any(answer.refused for answer in patient)
