"""The mean of what was converted recently."""

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from svgai.measure.quality import Quality
from svgai.serve.monitoring.metrics import PrometheusMetrics, Totals, conversion_totals
from svgai.serve.monitoring.recent_quality import LEAST_CONVERSIONS, SAMPLED_EVERY_S, WINDOW_S, Recent, RecentQuality


class Service:
    """Conversions and a clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ssim: list[tuple[float, float]] = []
        self.fault: Exception | None = None
        self.recent = RecentQuality(self.totals, lambda: self.now)

    def totals(self) -> Totals:
        if self.fault:
            raise self.fault
        return Totals(math.fsum(value for _, value in self.ssim), len(self.ssim))

    def convert(self, ssim: float, count: int = 1) -> None:
        self.ssim += [(self.now, ssim)] * count

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.recent.sample()
            self.now += SAMPLED_EVERY_S


def shown(service: Service) -> tuple[int, float]:
    recent = service.recent.read()
    return recent.conversions, round(recent.ssim or 0.0, 9)


def test_what_was_before_does_not_count() -> None:
    """A service that was good for a day is not good by that, and one that was bad is not bad by that."""
    service = Service()
    service.convert(0.99, 10_000)
    service.wait(WINDOW_S + 60)
    service.convert(0.7, 50)
    service.wait(60)
    assert shown(service) == (50, 0.7)
    service.wait(WINDOW_S)
    service.convert(0.9, 30)
    assert shown(service) == (30, 0.9)


def test_few_conversions_say_nothing() -> None:
    """One bad picture is no bad service; a process that has just begun knows nothing of before."""
    service = Service()
    assert service.recent.read() == Recent(0, None)
    service.convert(0.1, 1000)
    service.wait(SAMPLED_EVERY_S)
    service.convert(0.1, LEAST_CONVERSIONS - 1)
    assert service.recent.read() == Recent(LEAST_CONVERSIONS - 1, None)
    service.convert(0.1)
    assert shown(service) == (LEAST_CONVERSIONS, 0.1)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 300)), min_size=1, max_size=80))
def test_it_is_the_mean_of_the_window(events: list[tuple[float, float]]) -> None:
    """Of what came since the oldest sample, which is as old as the window, or a sample older."""
    service = Service()
    service.recent.sample()
    for ssim, pause in events:
        service.convert(ssim)
        service.wait(pause)
    read = service.recent.read()
    certain = [value for at, value in service.ssim if at > service.now - WINDOW_S]
    possible = [value for at, value in service.ssim if at >= service.now - WINDOW_S - 2 * SAMPLED_EVERY_S]
    assert len(certain) <= read.conversions <= len(possible)
    if read.ssim is not None:
        assert min(possible) - 1e-9 <= read.ssim <= max(possible) + 1e-9


def test_totals_that_cannot_be_read_end_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """It is tried again; the log says so."""
    service = Service()
    service.fault = OSError("gone")

    async def work() -> None:
        keeping = asyncio.create_task(service.recent.keep())
        await asyncio.sleep(0.01)
        assert not keeping.done()
        keeping.cancel()

    asyncio.run(work())
    assert [record.message for record in caplog.records] == ["the totals could not be read"]


def test_the_totals_are_those_of_the_metrics() -> None:
    """Of all types together."""
    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    assert conversion_totals(registry) == Totals(0, 0)
    for kind, ssim in (("text", 0.9), (None, 0.5), ("text", 0.7)):
        quality = Quality(ssim=ssim, worst=0.8, edge_ssim=0.9, delta_e=1, bytes=100, paths=1)
        metrics.converted(kind, quality, target=0.9, trials=1, met=True, seconds=0.1)
    totals = conversion_totals(registry)
    assert (round(totals.ssim, 9), totals.count) == (2.1, 3)
