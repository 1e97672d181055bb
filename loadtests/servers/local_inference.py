"""The work of classify and optimize in this process: images decoded, then answered in a batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2

from svgai.api.schemas.answers import ClassifyAnswer, ItemFault, OptimizeAnswer
from svgai.api.schemas.image_forms import ClassifyItem, ImageItem, OptimizeItem
from svgai.convert.conversion import ConversionOptions
from svgai.decode.limits import ImageLimits
from svgai.errors import ModelFault, SvgAiError
from svgai.model_files.model_pair import ModelSource
from svgai.serve.decoding.image_data import image_bytes, see_image
from svgai.serve.inference import Inference
from svgai.serve.monitoring.metrics import NoMetrics
from svgai.serve.worker_life.garbage_collection import freeze_garbage_collector
from svgai.settings import Settings, load_settings


@dataclass(frozen=True)
class LocalInference:
    """Images (n,), given as bytes or in base64, to their answers; one that cannot be decoded fails alone."""

    inference: Inference
    limits: ImageLimits

    def classify(self, images: Sequence[str | bytes]) -> list[ClassifyAnswer | ItemFault]:
        return self._answered(images, ClassifyItem, self.inference.classify)

    def optimize(self, images: Sequence[str | bytes]) -> list[OptimizeAnswer | ItemFault]:
        return self._answered(images, OptimizeItem, self.inference.optimize)

    def _answered(
        self, images: Sequence[str | bytes], kind: type[ImageItem], answer: Callable[[list[Any]], list[Any]]
    ) -> list[Any]:
        seen = [self._item(image, kind) for image in images]
        items = [one for one in seen if isinstance(one, ImageItem)]
        answers = iter(answer(items) if items else ())
        return [one if isinstance(one, ItemFault) else next(answers) for one in seen]

    def _item(self, image: str | bytes, kind: type[ImageItem]) -> ImageItem | ItemFault:
        try:
            _, seen = see_image(image_bytes(image), self.limits)
        except SvgAiError as fault:
            return ItemFault.of(fault)
        assert seen is not None
        return kind(picture=seen.picture.tobytes(), features=seen.features.tobytes())


def local_inference(settings: Settings, source: ModelSource) -> LocalInference:
    """
    The service's inference with these models.

    Raises:
        ModelFault: A model is missing or damaged.
    """
    cv2.setNumThreads(1)
    inference = Inference(
        source.load(),
        promise=ConversionOptions(settings.targets, settings.max_delta_e, settings.min_worst).promise,
        metrics=NoMetrics(),
    )
    return LocalInference(inference, ImageLimits(settings.max_body_bytes, settings.max_pixels))


def peer_inference() -> LocalInference:
    """
    The same for another server's process: the models of MODEL_DIR, and garbage collection as the service sets it.

    Raises:
        ModelFault: MODEL_DIR is not set, or a model in it is missing or damaged.
        InvalidSettings: A setting in the environment is invalid.
    """
    settings = load_settings()
    if settings.model_dir is None:
        raise ModelFault("MODEL_DIR names no folder of models")
    files = settings.classifier_model, settings.optimizer_model
    inference = local_inference(settings, ModelSource(settings.model_dir, settings.model_dir, *files))
    freeze_garbage_collector()
    return inference
