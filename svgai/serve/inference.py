"""
What classify and optimize answer to a batch of images, in the service's own process.

Each image of a batch fails alone: its fault takes the place of its answer.
"""

import base64
import binascii
import string
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from svgai.api.schemas import (
    ClassifyAnswer,
    ClassifyItem,
    ImageItem,
    ItemFault,
    OptimizeAnswer,
    OptimizeItem,
    PredictedCandidate,
    PredictedQuality,
    Probabilities,
)
from svgai.choose.optimizer import Candidate, Prediction, choose, pareto_front
from svgai.decode.image_files import decode_image
from svgai.decode.limits import ImageLimits
from svgai.errors import InvalidImage, SvgAiError
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.measure.promise import Promise
from svgai.model_files.model_pair import Analysis, ModelInput, Models, model_input
from svgai.serve.metrics import Metrics

_BLANKS = string.whitespace.encode()


class Inference:
    """
    The models applied to batches of items.

    Args:
        promise: Gives what is promised for a type where a client says nothing.
        threads: Threads that decode the images of a batch and compute their features.
    """

    def __init__(
        self,
        models: Models,
        *,
        limits: ImageLimits,
        promise: Callable[[LogoType], Promise],
        metrics: Metrics,
        threads: int = 1,
    ) -> None:
        self._models = models
        self._limits = limits
        self._promise = promise
        self._metrics = metrics
        self._map = map if threads == 1 else ThreadPoolExecutor(threads, "prepare").map

    def classify(self, items: Sequence[ClassifyItem]) -> list[ClassifyAnswer | ItemFault]:
        """The type of each image, in order."""
        return [seen if isinstance(seen, ItemFault) else self._classified(seen) for seen in self._analyse(items)]

    def optimize(self, items: Sequence[OptimizeItem]) -> list[OptimizeAnswer | ItemFault]:
        """The proposed tracing of each image, in order."""
        analyses = self._analyse(items)
        predictions = iter(self._predict([seen for seen in analyses if isinstance(seen, Analysis)]))
        return [
            seen if isinstance(seen, ItemFault) else self._optimized(item, seen.logo_type, next(predictions))
            for item, seen in zip(items, analyses, strict=True)
        ]

    def _analyse(self, items: Sequence[ImageItem]) -> list[Analysis | ItemFault]:
        with self._timed("classifier", "prepare"):
            seen = list(self._map(self._see, items)) if len(items) > 1 else [self._see(item) for item in items]
        inputs = [one for one in seen if isinstance(one, ModelInput)]
        if not inputs:
            return [one for one in seen if isinstance(one, ItemFault)]
        with self._timed("classifier", "batch"):
            analyses = iter(self._models.analyse(inputs))
        return [one if isinstance(one, ItemFault) else next(analyses) for one in seen]

    def _see(self, item: ImageItem) -> ModelInput | ItemFault:
        """What the models see of an image; its pixels, which may be many, are let go."""
        try:
            raster = decode_image(
                image_bytes(item.image), max_bytes=self._limits.max_bytes, max_pixels=self._limits.max_pixels
            )
        except SvgAiError as fault:
            return ItemFault.of(fault)
        return model_input(raster.rgba)

    def _predict(self, analyses: Sequence[Analysis]) -> list[Prediction]:
        if not analyses:
            return []
        features = np.stack([seen.features for seen in analyses])
        with self._timed("optimizer", "batch"):
            return self._models.optimizer.predict(features, [seen.logo_type for seen in analyses])

    @contextmanager
    def _timed(self, model: str, operation: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._metrics.inference(model, operation, time.perf_counter() - began)

    def _classified(self, seen: Analysis) -> ClassifyAnswer:
        self._metrics.classified(seen.logo_type, seen.confidence)
        return ClassifyAnswer(
            type=seen.logo_type,
            confidence=seen.confidence,
            probabilities=Probabilities(**dict(zip(LOGO_TYPES, seen.probabilities, strict=True))),
            model_version=self._models.version,
        )

    def _optimized(self, item: OptimizeItem, logo_type: LogoType, prediction: Prediction) -> OptimizeAnswer:
        promise = replace(self._promise(logo_type), max_bytes=item.max_bytes)
        if item.target_quality is not None:
            promise = replace(promise, target=item.target_quality)
        candidates = prediction.for_promise(promise).candidates
        chosen = choose(candidates, promise)
        return OptimizeAnswer(
            type=logo_type,
            target_quality=promise.target,
            parameters=chosen.parameters,
            predicted=_predicted(chosen),
            candidates=[
                PredictedCandidate(parameters=candidate.parameters, predicted=_predicted(candidate))
                for candidate in pareto_front(candidates)
            ],
            model_version=self._models.version,
        )


def image_bytes(image: str | bytes) -> bytes:
    """
    The bytes of an image given as such, or in base64 (line breaks and a data: prefix are fine).

    Raises:
        InvalidImage: the text is not base64.
    """
    if isinstance(image, bytes):
        return image
    text = image.partition(",")[2] if image.startswith("data:") else image
    try:
        # Not split(): of text with a blank after every letter it would make millions of pieces.
        return base64.b64decode(text.encode("ascii").translate(None, _BLANKS), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidImage("the image is not base64") from None


def _predicted(candidate: Candidate) -> PredictedQuality:
    return PredictedQuality(
        ssim=candidate.ssim,
        ssim_low=candidate.ssim_low,
        worst=candidate.worst,
        edge_ssim=candidate.edge_ssim,
        delta_e=candidate.delta_e,
        bytes=candidate.bytes,
        seconds=candidate.seconds,
    )
