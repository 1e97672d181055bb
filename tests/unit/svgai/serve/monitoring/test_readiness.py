"""What is shown of /readyz, without anybody asking there."""

import asyncio
from contextlib import suppress

from prometheus_client import CollectorRegistry

from svgai.serve.monitoring.readiness import show_readiness
from svgai.serve.monitoring.service_metrics import PrometheusServiceMetrics


def test_it_is_shown_when_it_changes() -> None:
    """0 from the start, 1 once ready, and 0 again while processes are missing."""
    registry = CollectorRegistry()
    metrics = PrometheusServiceMetrics(bento="b", code="c", quality_threshold=0.85, registry=registry)
    shown: list[float | None] = []
    states = iter([False, True, True, False])

    def ready() -> bool:
        shown.append(registry.get_sample_value("svgai_ready"))
        try:
            return next(states)
        except StopIteration:
            raise asyncio.CancelledError from None

    async def look() -> None:
        await asyncio.wait_for(show_readiness(ready, metrics.readiness, every_s=0), 10)

    with suppress(asyncio.CancelledError):
        asyncio.run(look())
    assert shown == [0, 0, 1, 1, 0]
