"""Builds the service's parts from the settings. Importing this loads the models' libraries."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2

from svgai.arms import Arm
from svgai.convert.conversion import ConversionOptions
from svgai.decode.limits import ImageLimits
from svgai.model_files.model_pair import ArmContents, Models, ModelSource
from svgai.outcomes.spool import Spool
from svgai.outcomes.spool_place import spool_folder
from svgai.processors import usable_processors
from svgai.serve.ai_runtime import AiRuntime
from svgai.serve.ai_status import AiStatusReport
from svgai.serve.ai_switch import AiSwitch
from svgai.serve.cache.conversion_cache import ConversionCache, NoCache, StoredConversions
from svgai.serve.cache.memory_store import MemoryStore
from svgai.serve.conversion_requests import Conversions
from svgai.serve.decoding.decode_pool import DecodePool
from svgai.serve.default_tracings import DefaultTracings
from svgai.serve.experiments.live_experiment import Arms, LiveExperiment, NoExperiment
from svgai.serve.experiments.shadow import LOWEST_PRIORITY, PATIENCE, NoShadow, Shadow, ShadowQueue
from svgai.serve.image_requests import ImageRequests
from svgai.serve.inference import Inference
from svgai.serve.monitoring.metrics import Metrics, NoMetrics, PrometheusMetrics, Totals, conversion_totals
from svgai.serve.monitoring.recent_quality import RecentQuality
from svgai.serve.monitoring.service_metrics import NoServiceMetrics, PrometheusServiceMetrics, ServiceMetrics
from svgai.serve.outcomes.feedback_requests import Feedback
from svgai.serve.outcomes.input_watch import InputWatch
from svgai.serve.outcomes.quality_store import NoQualityStore, QualityStore
from svgai.serve.outcomes.recorder import NoRecorder, Recorder, SpoolingRecorder
from svgai.serve.worker_life.code_identity import code_digest
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import set_up
from svgai.settings import Settings

TRIALS_SHARE = 0.6
"""Share of AI_INFERENCE_TIMEOUT after which no further tracing is started, so that the last one ends in time."""

BATCH_THREADS = 2
"""Threads that prepare the plain images of a batch, at most one per core. A third would only wait for a lock."""


@dataclass(frozen=True, eq=False)
class Serving:
    """The parts that the endpoints call."""

    runtime: AiRuntime
    images: ImageRequests
    conversions: Conversions
    default_tracings: DefaultTracings
    feedback: Feedback
    store: QualityStore | NoQualityStore
    cache: ConversionCache
    status_report: AiStatusReport
    recent_quality: RecentQuality
    service_metrics: ServiceMetrics
    experiment: Arms
    shadow: Shadow
    inputs: InputWatch

    async def reload(self) -> None:
        """Reload the models from their folder, if they are valid."""
        if await self.runtime.reload():
            self.shadow.renew()

    async def close(self) -> None:
        """
        Close all parts, even if one fails; the quality store last, which accepts rows until then.

        Raises:
            Exception: of the last part that failed to close.
        """
        async with AsyncExitStack() as ending:  # from the last line to the first
            ending.push_async_callback(self.store.close)
            ending.push_async_callback(self.cache.close)
            ending.push_async_callback(asyncio.to_thread, self.runtime.close)
            ending.callback(self.inputs.close)
            ending.callback(self.shadow.close)
            ending.callback(self.experiment.close)


Folders = tuple[Path, Path]
"""Of a classifier and an optimizer."""


def build_serving(
    settings: Settings, bundled: Folders | None, challenger: Folders | None = None, bento: str = "none"
) -> Serving:
    """
    Build the parts; nothing is loaded yet.

    Args:
        settings: the settings.
        bundled: the folders of the Bento's own models, where it has them; MODEL_DIR takes precedence.
        challenger: the folders of the challenger's models, if the Bento has any.
        bento: what is served, for the metrics.
    """
    cv2.setNumThreads(1)  # the pool's processes already use all cores
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

    def equipment(arms: ArmContents) -> Sequence[object]:
        return arms, limits, settings.model_cache_size

    def open_pool(arms: ArmContents) -> ConversionPool:
        return ConversionPool(
            workers=settings.ai_max_workers,
            timeout_s=settings.ai_inference_timeout,
            setup=set_up,
            setup_args=equipment(arms),
            largest_image=limits.max_bytes,
            metrics=service_metrics,
        )

    def make_inference(models: Models) -> Inference:
        return Inference(
            models,
            promise=options.promise,
            metrics=metrics,
            threads=min(BATCH_THREADS, usable_processors()),
        )

    beside: list[Arm] = []

    def open_shadow() -> ConversionPool:
        return ConversionPool(
            workers=1,
            timeout_s=PATIENCE * settings.ai_inference_timeout,
            setup=set_up,
            setup_args=({arm: runtime.arms[arm] for arm in beside if arm in runtime.arms}, limits, len(beside)),
            largest_image=limits.max_bytes,
            niceness=LOWEST_PRIORITY,
        )

    recorder, store = _quality_store(settings, metrics)
    experiment: Arms = NoExperiment()
    shadow: Shadow = NoShadow()
    if settings.model_dir is not None or not settings.ab_testing_enabled:
        challenger = None
    if challenger is not None:
        experiment = LiveExperiment(settings.ab_mode, settings.ab_test_traffic_split, store.look_at, metrics)
        beside.append("challenger")
    if settings.online_learning_enabled:
        beside.append("champion")
    if beside:
        shadow = ShadowQueue(open_shadow, metrics)
    decoder = DecodePool(limits, replaced=service_metrics.process_replaced)
    runtime = AiRuntime(
        _source(settings, bundled),
        ModelSource(*challenger) if challenger else None,
        enabled=settings.ai_enhanced,
        switch=AiSwitch(settings.ai_switch_file),
        load_timeout_s=settings.model_timeout,
        open_pool=open_pool,
        equipment=equipment,
        decoder=decoder,
        make_inference=make_inference,
        experiment=experiment,
        metrics=metrics,
        service_metrics=service_metrics,
    )
    cache = _cache(settings, metrics)
    conversions = Conversions(
        lambda: runtime.pool,
        check=decoder.check,
        recorder=recorder,
        options=options,
        cache=cache,
        models=runtime.converts_with,
        uses_models=lambda: runtime.uses_models,
        code=code_digest(),
        metrics=metrics,
        compare=settings.ai_metrics_enabled and settings.model_performance_tracking,
        experiment=experiment,
        shadow=shadow,
        explore=settings.online_learning_enabled and settings.ai_enhanced,
    )
    images = ImageRequests(
        decoder, require_models=lambda: runtime.inference, max_pixels=settings.max_pixels, metrics=metrics
    )
    recent = RecentQuality(conversion_totals if settings.ai_metrics_enabled else lambda: Totals(0.0, 0))
    return Serving(
        runtime,
        images,
        conversions,
        DefaultTracings(lambda: runtime.pool, check=decoder.check, measured_side=settings.measured_side),
        Feedback(recorder, store),
        store,
        cache,
        AiStatusReport(runtime, recent, settings.ai_quality_threshold),
        recent,
        service_metrics,
        experiment,
        shadow,
        InputWatch(store, lambda: runtime.inputs, metrics),
    )


def _quality_store(settings: Settings, metrics: Metrics) -> tuple[Recorder, QualityStore | NoQualityStore]:
    if not settings.quality_tracking_enabled:
        return NoRecorder(), NoQualityStore()
    folder = settings.quality_spool or spool_folder(settings.quality_db_url)
    spool = Spool(folder, settings.quality_spool_bytes)
    return SpoolingRecorder(spool, metrics), QualityStore(spool, folder, settings.quality_db_url, metrics)


def _service_metrics(settings: Settings, bento: str) -> ServiceMetrics:
    if not settings.ai_metrics_enabled:
        return NoServiceMetrics()
    return PrometheusServiceMetrics(
        bento=bento, code=code_digest()[:12], quality_threshold=settings.ai_quality_threshold
    )


def _cache(settings: Settings, metrics: Metrics) -> ConversionCache:
    if settings.cache_url is not None:
        from svgai.serve.cache.redis_store import RedisStore  # noqa: PLC0415 - redis-py is loaded where it is used

        password = settings.cache_password.get_secret_value() if settings.cache_password else None
        return StoredConversions(RedisStore(settings.cache_url.get_secret_value(), password), metrics)
    return StoredConversions(MemoryStore(settings.cache_bytes), metrics) if settings.cache_bytes else NoCache()


def _source(settings: Settings, bundled: tuple[Path, Path] | None) -> ModelSource | None:
    if settings.model_dir is not None:
        return ModelSource(settings.model_dir, settings.model_dir, settings.classifier_model, settings.optimizer_model)
    return ModelSource(*bundled) if bundled else None
