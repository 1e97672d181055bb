"""Figures of real and of simulated answers, which are the same figures."""

import math

from loadtests.scaling.queue_check import QueueFigures, figures_of
from loadtests.scaling.queue_model import Answer
from loadtests.servers.traffic import Outcome


def test_real_and_simulated_answers_have_the_same_figures() -> None:
    """Refusals are a share of all; times are of the others."""
    real = [Outcome(0, 1.0, 200), Outcome(1, 3.0, 200), Outcome(2, 0.0, 429, "1"), Outcome(3, 0.0, 429, "1")]
    simulated = [Answer(0, 1.0, False), Answer(1, 3.0, False), Answer(2, 0.0, True), Answer(3, 0.0, True)]
    assert figures_of(real) == figures_of(simulated)
    assert figures_of(real) == QueueFigures(0.5, 2.0, 2.9)


def test_without_an_answer_there_is_no_time() -> None:
    """All were refused."""
    figures = figures_of([Answer(0, 0.0, True)])
    assert figures.refused == 1
    assert math.isnan(figures.p50_s)
    assert math.isnan(figures.p95_s)
