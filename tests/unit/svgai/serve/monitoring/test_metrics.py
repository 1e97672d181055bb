"""The metrics: their names, and labels that no client can multiply."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.measure.quality import Quality
from svgai.serve.monitoring.metrics import NoMetrics, PrometheusMetrics
from tests.fakes.serving_fakes import conversion

NAMES = (
    "ai_model_inference_seconds",
    "ai_classifications_total",
    "ai_optimization_iterations",
    "ai_quality_improvement_percent",
    "ai_model_memory_mb",
    "ai_features_enabled",
    "svgai_conversion_seconds",
    "svgai_conversion_ssim",
    "svgai_conversion_worst",
    "svgai_conversion_bytes",
    "svgai_target_met_total",
    "svgai_cache_requests_total",
    "svgai_outcomes_spool_bytes",
)


def _feed(metrics: PrometheusMetrics | NoMetrics, target: float = 0.9) -> None:
    metrics.inference("classifier", "batch", 0.01)
    metrics.classified("text", 0.7)
    quality = Quality(ssim=0.95, worst=0.85, edge_ssim=0.9, delta_e=0.5, bytes=1000, paths=3)
    metrics.converted("text", quality, target=target, trials=2, met=True, seconds=0.1)
    metrics.improved(None, 3.5)
    metrics.model_memory("all", 20)
    metrics.ai_enabled(True)


def test_every_metric_is_published() -> None:
    """Each metric has its documented name."""
    registry = CollectorRegistry()
    _feed(PrometheusMetrics(registry))
    text = generate_latest(registry).decode()
    assert [name for name in NAMES if f"\n{name}" not in text] == []


def test_without_metrics_nothing_fails() -> None:
    """The null object takes the same calls."""
    _feed(NoMetrics())


def test_confidence_is_one_of_three_levels() -> None:
    """Confidence is counted as high, medium or low."""
    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    for confidence in (0.99, 0.9, 0.75, 0.3):
        metrics.classified("simple", confidence)
    counts = [
        registry.get_sample_value("ai_classifications_total", {"predicted_type": "simple", "confidence_level": level})
        for level in ("high", "medium", "low")
    ]
    assert counts == [2, 1, 1]


def test_sums_never_fall() -> None:
    """Noise measures below zero, or below the default tracing; Prometheus would take a sum that falls for a restart."""
    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    noise = Quality(ssim=-0.2, worst=-0.5, edge_ssim=-0.1, delta_e=30, bytes=1000, paths=3)
    metrics.converted(None, noise, target=0.9, trials=1, met=False, seconds=0.1)
    metrics.improved(None, -3.5)
    labels = {"image_type": "unknown"}
    histograms = ("svgai_conversion_ssim", "svgai_conversion_worst", "ai_quality_improvement_percent")
    assert [registry.get_sample_value(f"{name}_sum", labels) for name in histograms] == [0, 0, 0]
    assert [registry.get_sample_value(f"{name}_count", labels) for name in histograms] == [1, 1, 1]


@pytest.mark.slow
@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_targets_fall_into_few_bands(targets: list[float]) -> None:
    """Whatever targets clients choose, at most six label values appear."""
    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    for target in targets:
        _feed(metrics, target)
    bands = {
        sample.labels["target_quality"]
        for family in registry.collect()
        for sample in family.samples
        if "target_quality" in sample.labels
    }
    assert bands <= {"0.00", "0.70", "0.80", "0.90", "0.95", "0.98"}


def series(registry: CollectorRegistry) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every series and its value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_no_event_makes_a_new_series() -> None:
    """All are there with 0, so that a rate sees the first event."""
    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    before = series(registry)
    assert set(before.values()) == {0}
    quality = Quality(ssim=0.95, worst=0.85, edge_ssim=0.9, delta_e=0.5, bytes=1000, paths=3)
    kinds: tuple[LogoType | None, ...] = (*LOGO_TYPES, None)
    for kind, target, met in product(kinds, (0.0, 0.5, 0.7, 0.85, 0.9, 0.97, 0.98, 1.0), (True, False)):
        metrics.converted(kind, quality, target=target, trials=2, met=met, seconds=0.1)
        metrics.improved(kind, 3.5)
        metrics.classified(kind or "text", target)
    for stage in conversion().seconds:
        metrics.inference(stage, "convert", 0.1)
    for model, operation in (("classifier", "prepare"), ("classifier", "decode"), ("classifier", "batch")):
        metrics.inference(model, operation, 0.1)
    metrics.inference("optimizer", "batch", 0.1)
    metrics.model_memory("all", 20)
    metrics.ai_enabled(True)
    metrics.cache_asked("hit")
    after = series(registry)
    assert after.keys() == before.keys()
    assert all(value for (name, _), value in after.items() if name.endswith("_count"))
