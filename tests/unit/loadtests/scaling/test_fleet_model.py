"""Many services under a burst."""

import random

import pytest

from loadtests.scaling.autoscaler import ScalingRule
from loadtests.scaling.fleet_model import Burst, FleetRun, FleetSettings, simulate_fleet

CONVERSIONS = [0.1, 0.2, 0.3]
BURST = Burst(usual=10, within=60, begins_s=200, ends_s=400, lasts_s=1_500)
SCALED = FleetSettings(rule=ScalingRule({"waiting": 2.0, "processor": 0.6}), begun=2, least_busy=True)


def refused(run: FleetRun) -> float:
    return sum(answer.refused for answer in run.answers) / len(run.answers)


def test_a_burst_brings_its_rates() -> None:
    """Before, within and after."""
    arrivals = BURST.arrivals(random.Random(1))
    assert arrivals == sorted(arrivals)
    counts = [sum(begin <= due < end for due in arrivals) for begin, end in ((0, 200), (200, 400), (400, 1_500))]
    assert counts == [pytest.approx(expected, rel=0.1) for expected in (2_000, 12_000, 11_000)]


@pytest.mark.slow
def test_enough_services_refuse_nothing() -> None:
    """And every request has its answer, but for those of the last moments."""
    run = simulate_fleet(BURST, CONVERSIONS, FleetSettings(begun=12, least_busy=True), seed=1)
    assert refused(run) == 0
    assert run.mean_size() == 12
    assert len(run.answers) == pytest.approx(25_000, rel=0.05)


@pytest.mark.slow
def test_services_come_with_the_burst_and_go_after_it() -> None:
    """With fewer refusals than the few that were there, for fewer services than the burst needs."""
    few = simulate_fleet(BURST, CONVERSIONS, FleetSettings(begun=2, least_busy=True), seed=1)
    run = simulate_fleet(BURST, CONVERSIONS, SCALED, seed=1)
    sizes = [size for _, size in run.sizes]
    assert max(sizes) >= 60 * 0.2 / 2
    assert sizes[0] == sizes[-1] == 2
    assert refused(run) < refused(few) / 2
    assert run.mean_size() < max(sizes) / 1.5


@pytest.mark.slow
def test_a_slow_start_costs_answers() -> None:
    """Two minutes until a service answers, instead of ten seconds."""
    slow = FleetSettings(rule=SCALED.rule, begun=2, least_busy=True, start_s=120)
    assert refused(simulate_fleet(BURST, CONVERSIONS, slow, 1)) > refused(simulate_fleet(BURST, CONVERSIONS, SCALED, 1))


@pytest.mark.slow
def test_busy_services_refuse_what_idle_ones_could_do() -> None:
    """Unless a request goes to the less busy of two."""
    steady = Burst(45, 45, lasts_s=400)
    runs = (simulate_fleet(steady, CONVERSIONS, FleetSettings(begun=5, least_busy=busy), 1) for busy in (False, True))
    at_random, chosen = (refused(run) for run in runs)
    assert chosen < at_random / 2


def test_the_mean_size_is_over_time() -> None:
    """Two services for a quarter of it, six for the rest."""
    assert FleetRun((), ((0.0, 2), (100.0, 6)), 400.0).mean_size() == pytest.approx(5)
