"""
The service's own metrics, for Prometheus.

No label takes a value chosen by a client: targets are counted by band. The exporter sums processes that share
PROMETHEUS_MULTIPROC_DIR; a gauge shows the latest value.
"""

import os
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, Protocol, get_args

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from svgai.arms import Arm
from svgai.logo_types import LOGO_TYPES
from svgai.measure.quality import Quality

UNKNOWN_TYPE = "unknown"

CacheResult = Literal["hit", "miss", "error"]
"""Result of a cache look-up: hit, miss, or the cache is unavailable."""

_TARGET_BANDS = (0.98, 0.95, 0.9, 0.8, 0.7)
_CONFIDENCES = ((0.9, "high"), (0.6, "medium"))
_LEVELS = (*(name for _, name in _CONFIDENCES), "low")
_TYPES = (*LOGO_TYPES, UNKNOWN_TYPE)
_WORK = (
    *(("classifier", operation) for operation in ("prepare", "decode", "batch", "convert")),
    *(("optimizer", operation) for operation in ("batch", "convert")),
    ("tracing", "convert"),
)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
_TRIALS = (1, 2, 3, 4, 6, 8, 12, 16)
_SSIM = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99)
_WORST = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.78, 0.8, 0.82, 0.85, 0.9, 0.95)
_BYTES = (500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 512_000, 2_000_000)
_PERCENT = (0, 0.5, 1, 2, 3, 5, 8, 12, 20, 40)  # from 0: with a negative bucket no sum is published


class Metrics(Protocol):
    """What the service counts."""

    def inference(self, model: str, operation: str, seconds: float) -> None:
        """A model processed a batch, or one image of a conversion."""

    def classified(self, logo_type: str, confidence: float) -> None:
        """An image was classified."""

    def converted(
        self, logo_type: str | None, quality: Quality, *, target: float, trials: int, met: bool, seconds: float
    ) -> None:
        """An image was converted."""

    def improved(self, logo_type: str | None, percent: float) -> None:
        """
        The improvement of a conversion's ssim over the default tracing's, in percent of the latter.

        Counts as 0 where it is below.
        """

    def assigned(self, arm: Arm) -> None:
        """An image was assigned to an arm of an A/B test."""

    def model_memory(self, model: str, megabytes: float) -> None:
        """Resident memory that loading a model took."""

    def ai_enabled(self, enabled: bool) -> None:
        """Whether the models are in use."""

    def outcomes_dropped(self, count: int) -> None:
        """Records that will never reach the quality database."""

    def outcomes_waiting(self, size: int) -> None:
        """Bytes of the records that wait for the quality database."""

    def database_down(self, down: bool) -> None:
        """Whether records wait because the quality database does not accept them."""

    def challenger_switched_off(self, off: bool) -> None:
        """Whether this service's challenger was switched off."""

    def cache_asked(self, result: CacheResult) -> None:
        """A conversion was looked up."""

    def drifted(self, feature: str, index: float) -> None:
        """The drift of a feature of the images, if it is significant; else 0."""


class NoMetrics:
    """Counts nothing (AI_METRICS_ENABLED=false)."""

    def inference(self, model: str, operation: str, seconds: float) -> None: ...

    def classified(self, logo_type: str, confidence: float) -> None: ...

    def converted(
        self, logo_type: str | None, quality: Quality, *, target: float, trials: int, met: bool, seconds: float
    ) -> None: ...

    def improved(self, logo_type: str | None, percent: float) -> None: ...

    def assigned(self, arm: Arm) -> None: ...

    def model_memory(self, model: str, megabytes: float) -> None: ...

    def ai_enabled(self, enabled: bool) -> None: ...

    def outcomes_dropped(self, count: int) -> None: ...

    def outcomes_waiting(self, size: int) -> None: ...

    def database_down(self, down: bool) -> None: ...

    def challenger_switched_off(self, off: bool) -> None: ...

    def cache_asked(self, result: CacheResult) -> None: ...

    def drifted(self, feature: str, index: float) -> None: ...


class PrometheusMetrics:
    """Counts for Prometheus; make one per registry."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        def histogram(name: str, about: str, labels: tuple[str, ...], buckets: tuple[float, ...]) -> Histogram:
            return Histogram(name, about, labels, buckets=buckets, registry=registry)

        def gauge(name: str, about: str, labels: tuple[str, ...] = ()) -> Gauge:
            return Gauge(name, about, labels, multiprocess_mode="mostrecent", registry=registry)

        by_type = ("image_type",)
        self._inference = histogram(
            "ai_model_inference_seconds", "Processing time of a model", ("model_name", "operation"), _SECONDS
        )
        self._classifications = Counter(
            "ai_classifications_total", "Images classified", ("predicted_type", "confidence_level"), registry=registry
        )
        self._iterations = histogram(
            "ai_optimization_iterations", "Tracings tried per conversion", ("image_type", "target_quality"), _TRIALS
        )
        self._improvement = histogram(
            "ai_quality_improvement_percent", "ssim above the default tracing, on a sample", by_type, _PERCENT
        )
        self._memory = gauge("ai_model_memory_mb", "Memory that loading a model took", ("model_name",))
        self._enabled = gauge("ai_features_enabled", "1 while the models are in use")
        self._seconds = histogram("svgai_conversion_seconds", "Time that a conversion took", by_type, _SECONDS)
        self._ssim = histogram("svgai_conversion_ssim", "Measured ssim of conversions", by_type, _SSIM)
        self._worst = histogram("svgai_conversion_worst", "Lowest local ssim of conversions", by_type, _WORST)
        self._bytes = histogram("svgai_conversion_bytes", "Size of converted SVGs", by_type, _BYTES)
        self._met = Counter(
            "svgai_target_met_total",
            "Conversions by whether they met the target",
            ("image_type", "met"),
            registry=registry,
        )
        self._dropped = Counter(
            "svgai_outcomes_dropped_total",
            "Records that were lost on their way to the quality database",
            registry=registry,
        )
        self._spool = gauge("svgai_outcomes_spool_bytes", "Size of the records that wait for the quality database")
        self._database = gauge("svgai_quality_database_down", "1 while the quality database does not accept outcomes")
        self._switched_off = gauge(
            "svgai_challenger_switched_off", "1 while the challenger of this service is switched off"
        )
        self._drift = gauge(
            "svgai_input_drift", "Population stability index of a feature with significant drift", ("feature",)
        )
        self._assignments = Counter(
            "svgai_ab_assignments_total", "Conversions by the arm of the A/B test", ("arm",), registry=registry
        )
        self._cache = Counter(
            "svgai_cache_requests_total", "Conversions looked up in the cache", ("result",), registry=registry
        )
        self._begin()

    def _begin(self) -> None:
        """Create every series at the start: one that appears with its first event has no rate before the second."""
        for work in _WORK:
            self._inference.labels(*work)
        for logo_type, level in product(LOGO_TYPES, _LEVELS):
            self._classifications.labels(logo_type, level)
        for kind in _TYPES:
            for histogram in (self._improvement, self._seconds, self._ssim, self._worst, self._bytes):
                histogram.labels(kind)
            for band in (*_TARGET_BANDS, 0.0):
                self._iterations.labels(kind, _band(band))
            for met in ("yes", "no"):
                self._met.labels(kind, met)
        for arm in get_args(Arm):
            self._assignments.labels(arm)
        for result in get_args(CacheResult):
            self._cache.labels(result)
        self._memory.labels("all").set(0)
        self._spool.set(0)
        self._database.set(0)
        self._switched_off.set(0)

    def inference(self, model: str, operation: str, seconds: float) -> None:
        self._inference.labels(model, operation).observe(seconds)

    def classified(self, logo_type: str, confidence: float) -> None:
        level = next((name for bound, name in _CONFIDENCES if confidence >= bound), "low")
        self._classifications.labels(logo_type, level).inc()

    def converted(
        self, logo_type: str | None, quality: Quality, *, target: float, trials: int, met: bool, seconds: float
    ) -> None:
        label = logo_type or UNKNOWN_TYPE
        self._iterations.labels(label, _band(target)).observe(trials)
        _observe_from_nought(self._ssim.labels(label), quality.ssim)
        _observe_from_nought(self._worst.labels(label), quality.worst)
        self._bytes.labels(label).observe(quality.bytes)
        self._met.labels(label, "yes" if met else "no").inc()
        self._seconds.labels(label).observe(seconds)

    def improved(self, logo_type: str | None, percent: float) -> None:
        _observe_from_nought(self._improvement.labels(logo_type or UNKNOWN_TYPE), percent)

    def assigned(self, arm: Arm) -> None:
        self._assignments.labels(arm).inc()

    def model_memory(self, model: str, megabytes: float) -> None:
        self._memory.labels(model).set(megabytes)

    def ai_enabled(self, enabled: bool) -> None:
        self._enabled.set(int(enabled))

    def outcomes_dropped(self, count: int) -> None:
        self._dropped.inc(count)

    def outcomes_waiting(self, size: int) -> None:
        self._spool.set(size)

    def database_down(self, down: bool) -> None:
        self._database.set(int(down))

    def challenger_switched_off(self, off: bool) -> None:
        self._switched_off.set(int(off))

    def cache_asked(self, result: CacheResult) -> None:
        self._cache.labels(result).inc()

    def drifted(self, feature: str, index: float) -> None:
        self._drift.labels(feature).set(index)


def _band(target: float) -> str:
    return f"{next((bound for bound in _TARGET_BANDS if target >= bound), 0.0):.2f}"


def _observe_from_nought(histogram: Histogram, value: float) -> None:
    """Count a value that may be negative: Prometheus takes a sum that falls for a restart."""
    histogram.observe(max(0.0, value))


@dataclass(frozen=True)
class Totals:
    """The sum of ssim of all counted conversions, and their number."""

    ssim: float
    count: int


def conversion_totals(registry: CollectorRegistry = REGISTRY) -> Totals:
    """
    The totals of all processes that share PROMETHEUS_MULTIPROC_DIR, ended ones too; without it, of this one.

    Raises:
        OSError, ValueError: a file of theirs cannot be read.
    """
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder:
        files = [str(file) for file in Path(folder).glob("histogram_*.db")]
        families = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
    else:
        families = registry.collect()
    found = dict.fromkeys(("svgai_conversion_ssim_sum", "svgai_conversion_ssim_count"), 0.0)
    for family in families:
        for sample in family.samples:
            if sample.name in found:
                found[sample.name] += sample.value
    ssim, count = found.values()
    return Totals(ssim, int(count))
