"""
Metrics of the service itself: load, restarts of its processes, versions.

Gauges are of living processes: those of a killed one are removed by the next (`dead_gauges`).
"""

from collections.abc import Mapping
from typing import Literal, Protocol, get_args

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

Cause = Literal["died", "stopped"]
"""Cause of a process's end: by itself, or killed by the service because of a timeout or a disconnected client."""

PROCESSES = ("convert", "decode", "decode-slow")
APIS = ("classify", "optimize")
MODELS = ("classifier", "optimizer")

_WAITS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class ServiceMetrics(Protocol):
    """Observer of the service."""

    def line_changed(self, waiting: int, expected_s: float) -> None:
        """The number of conversions that wait for a process, and the expected wait of a new one in seconds."""

    def batch_waited(self, api: str, seconds: float) -> None:
        """A request waited this long for its first batch."""

    def process_replaced(self, kind: str, cause: Cause) -> None:
        """A process that was ready has ended and is replaced."""

    def readiness(self, ready: bool) -> None:
        """What /readyz says."""

    def models_loaded(self, versions: Mapping[str, str]) -> None:
        """The versions of the models in use, by kind; empty without models."""


class NoServiceMetrics:
    """Tells nothing (AI_METRICS_ENABLED=false)."""

    def line_changed(self, waiting: int, expected_s: float) -> None: ...

    def batch_waited(self, api: str, seconds: float) -> None: ...

    def process_replaced(self, kind: str, cause: Cause) -> None: ...

    def readiness(self, ready: bool) -> None: ...

    def models_loaded(self, versions: Mapping[str, str]) -> None: ...


class PrometheusServiceMetrics:
    """
    Publishes to Prometheus; make one per registry.

    Args:
        bento: the Bento that is served.
        code: a digest of the code, to detect replicas that differ.
        quality_threshold: AI_QUALITY_THRESHOLD, so that an alert can compare with what is in force.
    """

    def __init__(
        self, *, bento: str, code: str, quality_threshold: float, registry: CollectorRegistry = REGISTRY
    ) -> None:
        self._waiting = Gauge(
            "svgai_conversions_waiting",
            "Conversions that wait for a process",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._expected = Gauge(
            "svgai_conversion_expected_wait_seconds",
            "Expected wait of a new conversion",
            multiprocess_mode="livemax",
            registry=registry,
        )
        self._batches = Histogram(
            "svgai_batch_wait_seconds",
            "Time that a request waited for its first batch",
            ("api",),
            buckets=_WAITS,
            registry=registry,
        )
        self._replaced = Counter(
            "svgai_process_restarts_total", "Processes that were replaced", ("process", "cause"), registry=registry
        )
        self._ready = Gauge("svgai_ready", "1 while /readyz is 200", multiprocess_mode="livemin", registry=registry)
        self._models = Gauge(
            "svgai_models_info", "1 for the models in use", MODELS, multiprocess_mode="livemax", registry=registry
        )
        self._shown: tuple[str, ...] | None = None
        built = Gauge(
            "svgai_build_info",
            "1 for what is served",
            ("bento", "code"),
            multiprocess_mode="livemax",
            registry=registry,
        )
        threshold = Gauge(
            "svgai_quality_threshold", "AI_QUALITY_THRESHOLD", multiprocess_mode="livemax", registry=registry
        )
        built.labels(bento, code).set(1)
        threshold.set(quality_threshold)
        self._ready.set(0)
        self._waiting.set(0)
        self._expected.set(0)
        self.models_loaded({})
        for api in APIS:
            self._batches.labels(api)
        for process in PROCESSES:
            for cause in get_args(Cause):
                self._replaced.labels(process, cause)

    def line_changed(self, waiting: int, expected_s: float) -> None:
        self._waiting.set(waiting)
        self._expected.set(expected_s)

    def batch_waited(self, api: str, seconds: float) -> None:
        self._batches.labels(api).observe(seconds)

    def process_replaced(self, kind: str, cause: Cause) -> None:
        self._replaced.labels(kind, cause).inc()

    def readiness(self, ready: bool) -> None:
        self._ready.set(int(ready))

    def models_loaded(self, versions: Mapping[str, str]) -> None:
        if self._shown is not None:
            self._models.labels(*self._shown).set(0)
        self._shown = tuple(versions.get(kind, "none") for kind in MODELS)
        self._models.labels(*self._shown).set(1)
