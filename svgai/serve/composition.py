"""What answers requests, built from the settings. Importing this loads the models' libraries."""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2

from svgai.convert.conversion import ConversionOptions
from svgai.decode.limits import ImageLimits
from svgai.decode.quick_check import check_image
from svgai.model_files.model_pair import Models, ModelSource
from svgai.serve.ai_runtime import AiRuntime
from svgai.serve.ai_status import AiStatusReport
from svgai.serve.conversion_requests import Conversions
from svgai.serve.inference import Inference
from svgai.serve.metrics import NoMetrics, PrometheusMetrics
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import set_up
from svgai.settings import Settings

TRIALS_SHARE = 0.6
"""Share of AI_INFERENCE_TIMEOUT after which no further tracing is begun, so that the last one ends in time."""


BATCH_THREADS = 2
"""Threads that prepare the images of a batch, where there are as many cores. A third only waits for a lock."""


@dataclass(frozen=True, eq=False)
class Serving:
    """The parts that the endpoints call."""

    runtime: AiRuntime
    conversions: Conversions
    status_report: AiStatusReport


def build_serving(settings: Settings, bundled: tuple[Path, Path] | None) -> Serving:
    """
    Put the parts together; nothing is loaded yet.

    Args:
        settings: the settings.
        bundled: the folders of the Bento's own classifier and optimizer, where it has them; MODEL_DIR goes first.
    """
    cv2.setNumThreads(1)  # the processes of the pool share the cores already
    metrics = PrometheusMetrics() if settings.ai_metrics_enabled else NoMetrics()
    limits = ImageLimits(settings.max_body_bytes, settings.max_pixels)
    options = ConversionOptions(
        settings.targets,
        max_delta_e=settings.max_delta_e,
        min_worst=settings.min_worst,
        measured_side=settings.measured_side,
        time_limit_s=TRIALS_SHARE * settings.ai_inference_timeout,
    )

    def open_pool(source: ModelSource | None) -> ConversionPool:
        return ConversionPool(
            workers=settings.ai_max_workers,
            timeout_s=settings.ai_inference_timeout,
            setup=set_up,
            setup_args=(source, limits),
        )

    def make_inference(models: Models) -> Inference:
        return Inference(
            models,
            limits=limits,
            promise=options.promise,
            metrics=metrics,
            threads=min(BATCH_THREADS, len(os.sched_getaffinity(0))),
        )

    runtime = AiRuntime(
        _source(settings, bundled),
        enabled=settings.ai_enhanced,
        load_timeout_s=settings.model_timeout,
        open_pool=open_pool,
        make_inference=make_inference,
        metrics=metrics,
    )
    conversions = Conversions(
        lambda: runtime.pool,
        check=partial(check_image, limits=limits),
        options=options,
        metrics=metrics,
        compare=settings.ai_metrics_enabled and settings.model_performance_tracking,
    )
    return Serving(runtime, conversions, AiStatusReport(runtime))


def _source(settings: Settings, bundled: tuple[Path, Path] | None) -> ModelSource | None:
    if settings.model_dir is not None:
        return ModelSource(settings.model_dir, settings.model_dir, settings.classifier_model, settings.optimizer_model)
    return ModelSource(*bundled) if bundled else None
