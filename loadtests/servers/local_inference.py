"""What answers batches in the service, in this process instead."""

import cv2

from svgai.convert.conversion import ConversionOptions
from svgai.decode.limits import ImageLimits
from svgai.errors import ModelFault
from svgai.model_files.model_pair import ModelSource
from svgai.serve.garbage_collection import freeze_garbage_collector
from svgai.serve.inference import Inference
from svgai.serve.metrics import NoMetrics
from svgai.settings import Settings, load_settings


def local_inference(settings: Settings, source: ModelSource) -> Inference:
    """
    What answers batches in the service, with these models.

    Raises:
        ModelFault: A model is missing or damaged.
    """
    cv2.setNumThreads(1)
    return Inference(
        source.load(),
        limits=ImageLimits(settings.max_body_bytes, settings.max_pixels),
        promise=ConversionOptions(settings.targets, settings.max_delta_e, settings.min_worst).promise,
        metrics=NoMetrics(),
    )


def peer_inference() -> Inference:
    """
    The same for another server's process: the models of MODEL_DIR, and garbage collection as the service sets it.

    Raises:
        ModelFault: MODEL_DIR is not set, or a model in it is missing or damaged.
        InvalidSettings: A setting in the environment is not valid.
    """
    settings = load_settings()
    if settings.model_dir is None:
        raise ModelFault("MODEL_DIR names no folder of models")
    files = settings.classifier_model, settings.optimizer_model
    inference = local_inference(settings, ModelSource(settings.model_dir, settings.model_dir, *files))
    freeze_garbage_collector()
    return inference
