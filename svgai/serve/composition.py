"""What answers requests, built from the settings. Importing this loads the models' libraries."""

import os
from dataclasses import dataclass
from pathlib import Path

import cv2

from svgai.convert.conversion import ConversionOptions
from svgai.decode.limits import ImageLimits
from svgai.model_files.model_pair import ModelContents, Models, ModelSource
from svgai.serve.ai_runtime import AiRuntime
from svgai.serve.ai_status import AiStatusReport
from svgai.serve.cache.conversion_cache import ConversionCache, NoCache, StoredConversions
from svgai.serve.cache.memory_store import MemoryStore
from svgai.serve.code_identity import code_digest
from svgai.serve.conversion_requests import Conversions
from svgai.serve.decoding.decode_pool import DecodePool
from svgai.serve.image_requests import ImageRequests
from svgai.serve.inference import Inference
from svgai.serve.metrics import Metrics, NoMetrics, PrometheusMetrics, Totals, conversion_totals
from svgai.serve.recent_quality import RecentQuality
from svgai.serve.service_metrics import NoServiceMetrics, PrometheusServiceMetrics, ServiceMetrics
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import set_up
from svgai.settings import Settings

TRIALS_SHARE = 0.6
"""Share of AI_INFERENCE_TIMEOUT after which no further tracing is begun, so that the last one ends in time."""

BATCH_THREADS = 2
"""Threads that prepare the plain images of a batch, where there are as many cores. A third only waits for a lock."""


@dataclass(frozen=True, eq=False)
class Serving:
    """The parts that the endpoints call."""

    runtime: AiRuntime
    images: ImageRequests
    conversions: Conversions
    cache: ConversionCache
    status_report: AiStatusReport
    recent_quality: RecentQuality
    service_metrics: ServiceMetrics


def build_serving(settings: Settings, bundled: tuple[Path, Path] | None, bento: str = "none") -> Serving:
    """
    Put the parts together; nothing is loaded yet.

    Args:
        settings: the settings.
        bundled: the folders of the Bento's own classifier and optimizer, where it has them; MODEL_DIR goes first.
        bento: what is served, for the metrics.
    """
    cv2.setNumThreads(1)  # the processes of the pool share the cores already
    metrics = PrometheusMetrics() if settings.ai_metrics_enabled else NoMetrics()
    service_metrics = _service_metrics(settings, bento)
    limits = ImageLimits(settings.max_body_bytes, settings.max_pixels)
    options = ConversionOptions(
        settings.targets,
        max_delta_e=settings.max_delta_e,
        min_worst=settings.min_worst,
        measured_side=settings.measured_side,
        time_limit_s=TRIALS_SHARE * settings.ai_inference_timeout,
    )

    def open_pool(models: ModelContents | None) -> ConversionPool:
        return ConversionPool(
            workers=settings.ai_max_workers,
            timeout_s=settings.ai_inference_timeout,
            setup=set_up,
            setup_args=(models, limits),
            metrics=service_metrics,
        )

    def make_inference(models: Models) -> Inference:
        return Inference(
            models,
            promise=options.promise,
            metrics=metrics,
            threads=min(BATCH_THREADS, len(os.sched_getaffinity(0))),
        )

    decoder = DecodePool(limits, replaced=service_metrics.process_replaced)
    runtime = AiRuntime(
        _source(settings, bundled),
        enabled=settings.ai_enhanced,
        load_timeout_s=settings.model_timeout,
        open_pool=open_pool,
        decoder=decoder,
        make_inference=make_inference,
        metrics=metrics,
        service_metrics=service_metrics,
    )
    cache = _cache(settings, metrics)
    conversions = Conversions(
        lambda: runtime.pool,
        check=decoder.check,
        options=options,
        cache=cache,
        models=lambda: runtime.converts_with,
        code=code_digest(),
        metrics=metrics,
        compare=settings.ai_metrics_enabled and settings.model_performance_tracking,
    )
    images = ImageRequests(
        decoder, require_models=lambda: runtime.inference, max_pixels=settings.max_pixels, metrics=metrics
    )
    recent = RecentQuality(conversion_totals if settings.ai_metrics_enabled else lambda: Totals(0.0, 0))
    status = AiStatusReport(runtime, recent, settings.ai_quality_threshold)
    return Serving(runtime, images, conversions, cache, status, recent, service_metrics)


def _service_metrics(settings: Settings, bento: str) -> ServiceMetrics:
    if not settings.ai_metrics_enabled:
        return NoServiceMetrics()
    return PrometheusServiceMetrics(
        bento=bento, code=code_digest()[:12], quality_threshold=settings.ai_quality_threshold
    )


def _cache(settings: Settings, metrics: Metrics) -> ConversionCache:
    if settings.cache_url is not None:
        from svgai.serve.cache.redis_store import RedisStore  # noqa: PLC0415 - redis-py is loaded where it is used

        return StoredConversions(RedisStore(settings.cache_url.get_secret_value()), metrics)
    return StoredConversions(MemoryStore(settings.cache_bytes), metrics) if settings.cache_bytes else NoCache()


def _source(settings: Settings, bundled: tuple[Path, Path] | None) -> ModelSource | None:
    if settings.model_dir is not None:
        return ModelSource(settings.model_dir, settings.model_dir, settings.classifier_model, settings.optimizer_model)
    return ModelSource(*bundled) if bundled else None
