"""
Compares the queue of a real service with its model under the same arrivals.

The model uses the times of the real conversions under that load, which include the effect of other load on the machine.
"""

import asyncio
import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from loadtests.scaling.kept_conversions import conversion_times
from loadtests.scaling.queue_model import Answer, simulate_service
from loadtests.servers.local_server import svgai_service
from loadtests.servers.service_calls import api_calls
from loadtests.servers.traffic import Outcome, closed_loop, open_loop, poisson_arrivals, throughput
from svgai.errors import SvgAiError

_PATIENCE_S = 25
"""Time limit of a conversion: large, so that none is cut short on a busy machine, which the model does not cover."""

_SEEDS = 20
"""Number of simulations, whose medians are used."""


@dataclass(frozen=True)
class QueueFigures:
    """The share of rejected requests; median and 95th percentile of the others' seconds to the answer."""

    refused: float
    p50_s: float
    p95_s: float


@dataclass(frozen=True)
class QueueCheck:
    """
    One load.

    Attributes:
        cores: Of the service, each with a conversion process.
        load: Arrival rate, relative to the closed-loop rate.
        requests: Number sent.
        failed: Number neither answered nor rejected.
        convert_s: Mean time that a conversion occupied its process.
    """

    cores: int
    load: float
    requests: int
    failed: int
    convert_s: float
    real: QueueFigures
    simulated: QueueFigures


def check_queue(cores: int, load: float, images: Sequence[bytes], seconds: float, log: Path) -> QueueCheck:
    """
    Load a service with the given number of cores, and its model.

    Args:
        cores: Number; the first ones of this machine.
        load: Arrival rate, relative to the closed-loop rate.
        images: PNG files, sent repeatedly.
        seconds: Of load.
        log: File for the service's output; its quality database is created beside it.

    Raises:
        SvgAiError: the service does not start, or gives no good answer.
    """
    with ExitStack() as stack:
        with _on_cores(cores):
            settings = {"AI_MAX_WORKERS": str(cores), "AI_INFERENCE_TIMEOUT": str(_PATIENCE_S)}
            server = stack.enter_context(svgai_service(log, **settings))
        calls = api_calls(server.url, "convert", images)
        lone = asyncio.run(closed_loop(calls, 1, seconds / 4))
        waiting = asyncio.run(closed_loop(calls, cores, seconds / 2))
        capacity = throughput(waiting)
        if not capacity:
            raise SvgAiError("no good answer: there is nothing to load")
        arrivals = poisson_arrivals(load * capacity, seconds)
        outcomes = asyncio.run(open_loop(calls, arrivals))
    kept = conversion_times(log.with_name("quality.db"))
    answered = sum(one.ok for one in outcomes)
    taken = [one["worker"] for one in kept[-answered:]]
    beside = statistics.median(one.seconds for one in lone if one.ok) - statistics.median(
        one["worker"] for one in kept[: len(lone)]
    )
    return QueueCheck(
        cores,
        load,
        requests=len(outcomes),
        failed=sum(not one.ok and not one.refused for one in outcomes),
        convert_s=statistics.fmean(taken),
        real=figures_of(outcomes),
        simulated=_simulated(arrivals, taken, cores, max(0.0, beside)),
    )


def figures_of(answers: Sequence[Outcome] | Sequence[Answer]) -> QueueFigures:
    """The figures of real or simulated answers; NaN without any."""
    good = [one.seconds for one in answers if (one.ok if isinstance(one, Outcome) else not one.refused)]
    refused = sum(one.refused for one in answers) / len(answers)
    p50, p95 = np.quantile(good, [0.5, 0.95]) if good else (np.nan, np.nan)
    return QueueFigures(refused, float(p50), float(p95))


def _simulated(arrivals: Sequence[float], taken: Sequence[float], cores: int, beside_s: float) -> QueueFigures:
    rng = np.random.default_rng(1)
    runs = []
    for _ in range(_SEEDS):
        drawn = rng.choice(taken, len(arrivals)).tolist()
        runs.append(figures_of(simulate_service(arrivals, drawn, cores, beside_s=beside_s)))
    return QueueFigures(
        statistics.median(run.refused for run in runs),
        statistics.median(run.p50_s for run in runs),
        statistics.median(run.p95_s for run in runs),
    )


@contextmanager
def _on_cores(count: int) -> Iterator[None]:
    """Processes started inside run on the first cores of this machine, in the given number."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
