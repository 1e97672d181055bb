"""
Simulates a fleet behind one address, scaled by its metrics, under a sudden burst of load.

A gauge is scraped every SCRAPE_S; the autoscaler sees the maximum of the last two scrapes, as `autoscaling-hpa` queries
it. CPU utilization is that of conversions. Removed replicas finish their requests.
"""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import simpy

from loadtests.scaling.autoscaler import SYNC_S, Autoscaler, ScalingRule
from loadtests.scaling.queue_model import Answer, SimulatedService, Steps
from svgai.serve.workers.conversion_pool import LONGEST_WAIT_S

SCRAPE_S = 15.0
_SCRAPES = 2


@dataclass(frozen=True)
class Burst:
    """
    A burst load: conversions a second before and after, and during the burst.

    Attributes:
        usual: A second.
        within: A second, between `begins_s` and `ends_s`.
        lasts_s: Total seconds.
    """

    usual: float
    within: float
    begins_s: float = 600.0
    ends_s: float = 1_200.0
    lasts_s: float = 2_400.0

    def arrivals(self, rng: random.Random) -> list[float]:
        """Arrival times of independent clients: those of the higher rate, thinned (Lewis and Shedler, 1979)."""
        most = max(self.usual, self.within)
        found, due = [], rng.expovariate(most)
        while due < self.lasts_s:
            rate = self.within if self.begins_s <= due < self.ends_s else self.usual
            if rng.random() * most < rate:
                found.append(due)
            due += rng.expovariate(most)
        return found


@dataclass(frozen=True)
class FleetSettings:
    """
    Settings of a fleet.

    Attributes:
        workers: Concurrent conversions of one service: its cores.
        rule: The autoscaler's; None: always `begun` services.
        begun: Services at the start.
        start_s: Seconds from the scaling decision until a service answers.
        least_busy: Whether a request goes to the less busy of two, or to a random one.
        longest_wait_s: A conversion with a longer expected wait at its service is rejected.
    """

    workers: int = 2
    rule: ScalingRule | None = None
    begun: int = 2
    start_s: float = 10.0
    least_busy: bool = False
    longest_wait_s: float = LONGEST_WAIT_S


@dataclass(frozen=True)
class FleetRun:
    """The result; `sizes` are times, and the number of paid services from then on."""

    answers: tuple[Answer, ...]
    sizes: tuple[tuple[float, int], ...]
    lasts_s: float

    def mean_size(self) -> float:
        """Services, the mean over time."""
        ends = [at for at, _ in self.sizes[1:]] + [self.lasts_s]
        return sum(size * (end - at) for (at, size), end in zip(self.sizes, ends, strict=True)) / self.lasts_s


class Fleet:
    """The changing services of a simulation."""

    def __init__(self, env: simpy.Environment, settings: FleetSettings, rng: random.Random) -> None:
        self.ready = [self._service(env, settings) for _ in range(settings.begun)]
        self.sizes = [(0.0, settings.begun)]
        self._env = env
        self._settings = settings
        self._rng = rng
        self._wanted = settings.begun
        self._seen: dict[SimulatedService, deque[tuple[int, float]]] = {}
        if settings.rule:
            env.process(self._scaled(Autoscaler(settings.rule)))

    def chosen(self) -> SimulatedService:
        """The service that the next request goes to."""
        if not self._settings.least_busy:
            return self._rng.choice(self.ready)
        return min(self._rng.choices(self.ready, k=2), key=lambda service: service.inside)

    @staticmethod
    def _service(env: simpy.Environment, settings: FleetSettings) -> SimulatedService:
        return SimulatedService(env, settings.workers, settings.longest_wait_s)

    def _scaled(self, autoscaler: Autoscaler) -> Steps:
        while True:
            yield self._env.timeout(SYNC_S)
            self._scrape()
            replicas, self._wanted = self._wanted, autoscaler.wanted(self._env.now, self._wanted, self._sums())
            for _ in range(self._wanted - replicas):
                self._env.process(self._start())
            del self.ready[self._wanted :]
            if self._wanted != replicas:
                self.sizes.append((self._env.now, self._wanted))

    def _start(self) -> Steps:
        yield self._env.timeout(self._settings.start_s)
        if len(self.ready) < self._wanted:
            self.ready.append(self._service(self._env, self._settings))

    def _scrape(self) -> None:
        for service in self.ready:
            seen = self._seen.setdefault(service, deque(maxlen=_SCRAPES + 1))
            seen.append((service.waiting, service.worked_s()))

    def _sums(self) -> dict[str, float]:
        seen = [self._seen[service] for service in self.ready]
        waiting = sum(max(waiting for waiting, _ in list(one)[-_SCRAPES:]) for one in seen)
        worked = sum((one[-1][1] - one[0][1]) / max(1, len(one) - 1) for one in seen)
        return {"waiting": waiting, "processor": worked / (SCRAPE_S * self._settings.workers)}


def simulate_fleet(burst: Burst, conversions: Sequence[float], settings: FleetSettings, seed: int) -> FleetRun:
    """A fleet under a burst of conversions, with durations sampled from `conversions`."""
    env, rng = simpy.Environment(), random.Random(seed)  # noqa: S311 - a simulation
    fleet = Fleet(env, settings, rng)
    answers: list[Answer] = []

    def clients() -> Steps:
        for due in burst.arrivals(rng):
            yield env.timeout(due - env.now)
            env.process(fleet.chosen().answer(rng.choice(conversions), answers))

    env.process(clients())
    env.run(until=burst.lasts_s)
    return FleetRun(tuple(answers), tuple(fleet.sizes), burst.lasts_s)
