"""Simulated scenarios: limits of the queue, load balancing, autoscalers."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from loadtests.scaling.autoscaler import ScalingRule
from loadtests.scaling.fleet_model import Burst, FleetRun, FleetSettings, simulate_fleet

LOADS = (0.6, 0.8, 1.0, 1.5)
LONGEST_WAITS_S = (0.5, 1.5, 5.0)
STEADY_SERVICES = 10
STEADY_S = 600.0

SHARE_USED = 0.6
"""Processor use at the usual load, which is also the autoscaler's target."""

WAITING = 1.0
"""
The autoscaler's target of queued conversions per service: half the number of its processes.

Of slow conversions at most one is queued for each process before others are rejected: an autoscaler with that target
would never detect that there are too few services.
"""

TARGETS: Mapping[str, Mapping[str, float]] = {
    "none": {},
    "processor": {"processor": SHARE_USED},
    "waiting": {"waiting": WAITING},
    "waiting and processor": {"waiting": WAITING, "processor": SHARE_USED},
}
STARTS_S = (10.0, 120.0)
"""Seconds from scaling up to the first answer: on an existing machine with the image, and on a new one."""

USUAL_SERVICES = 10
TIMES = 3.0
"""Factor of a burst."""


@dataclass(frozen=True)
class QueueTrial:
    """Services under a steady load, with a wait limit and a load balancing method."""

    least_busy: bool
    longest_wait_s: float
    load: float
    refused: float
    p50_s: float
    p95_s: float


@dataclass(frozen=True)
class AutoscalerTrial:
    """
    One scaling method under a burst; means of some runs.

    Attributes:
        by: The metrics it scales by.
        start_s: Seconds until a requested service answers.
        refused: Share of all requests.
        refused_within: Share of those of the burst.
        p95_s: 95th percentile of the seconds to the answer.
        services: Paid services, mean over time.
        most: Maximum services.
        changes: Number of changes of their number.
    """

    by: str
    start_s: float
    refused: float
    refused_within: float
    p95_s: float
    services: float
    most: float
    changes: float


def try_queues(
    conversions: Sequence[float], seeds: Sequence[int], progress: Callable[[int, int], None]
) -> list[QueueTrial]:
    """Each wait limit, for each load balancing method and each load, relative to the services' capacity."""
    trials = []
    cases = [(busy, wait, load) for busy in (False, True) for wait in LONGEST_WAITS_S for load in LOADS]
    for done, (busy, wait, load) in enumerate(cases, start=1):
        settings = FleetSettings(begun=STEADY_SERVICES, least_busy=busy, longest_wait_s=wait)
        rate = load * _sustained(settings, conversions)
        burst = Burst(rate, rate, lasts_s=STEADY_S)
        runs = [simulate_fleet(burst, conversions, settings, seed) for seed in seeds]
        refused, p50, p95 = _means(runs, _refused, lambda run: _quantile(run, 0.5), lambda run: _quantile(run, 0.95))
        trials.append(QueueTrial(busy, wait, load, refused, p50, p95))
        progress(done, len(cases))
    return trials


def try_autoscalers(
    conversions: Sequence[float], seeds: Sequence[int], progress: Callable[[int, int], None]
) -> list[AutoscalerTrial]:
    """Each scaling method, for each start-up time, under a burst that lasts ten minutes."""
    trials = []
    cases = [(by, start_s) for by in TARGETS for start_s in (STARTS_S if TARGETS[by] else STARTS_S[:1])]
    for done, (by, start_s) in enumerate(cases, start=1):
        rule = ScalingRule(TARGETS[by]) if TARGETS[by] else None
        settings = FleetSettings(rule=rule, begun=USUAL_SERVICES, start_s=start_s, least_busy=True)
        usual = SHARE_USED * _sustained(settings, conversions)
        burst = Burst(usual, TIMES * usual)
        runs = [simulate_fleet(burst, conversions, settings, seed) for seed in seeds]
        figures = _means(
            runs,
            _refused,
            partial(_refused_within, burst=burst),
            lambda run: _quantile(run, 0.95),
            FleetRun.mean_size,
            lambda run: float(max(size for _, size in run.sizes)),
            lambda run: float(len(run.sizes) - 1),
        )
        trials.append(AutoscalerTrial(by, start_s, *figures))
        progress(done, len(cases))
    return trials


def _sustained(settings: FleetSettings, conversions: Sequence[float]) -> float:
    """Conversions a second that would keep every process busy."""
    return settings.begun * settings.workers / statistics.fmean(conversions)


def _refused(run: FleetRun) -> float:
    return statistics.fmean(answer.refused for answer in run.answers)


def _refused_within(run: FleetRun, burst: Burst) -> float:
    return statistics.fmean(one.refused for one in run.answers if burst.begins_s <= one.due < burst.ends_s)


def _quantile(run: FleetRun, share: float) -> float:
    return float(np.quantile([answer.seconds for answer in run.answers if not answer.refused], share))


def _means(runs: Sequence[FleetRun], *figures: Callable[[FleetRun], float]) -> list[float]:
    return [statistics.fmean(figure(run) for run in runs) for figure in figures]
