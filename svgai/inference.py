"""
What classify and optimize answer to a batch of images, in the service's own process.

Each image of a batch fails alone: its fault takes the place of its answer.
"""

import base64
import binascii
import time
from collections.abc import Callable, Sequence

import numpy as np

from svgai.conversion_worker import ImageLimits
from svgai.errors import InvalidImage, SvgAiError
from svgai.images import Pixels, decode_image
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.metrics import Metrics
from svgai.models import Analysis, Models
from svgai.optimizer import Candidate, Prediction, choose, pareto_front
from svgai.schemas import (
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

PIXELS_AT_ONCE = 33_000_000
"""Pixels that are held decoded at once; a batch of large images is worked on in parts."""


class Inference:
    """The models applied to batches of items. `target_quality` gives the default target ssim of a type."""

    def __init__(
        self,
        models: Models,
        *,
        limits: ImageLimits,
        target_quality: Callable[[LogoType], float],
        max_delta_e: float,
        metrics: Metrics,
        pixels_at_once: int = PIXELS_AT_ONCE,
    ) -> None:
        self._models = models
        self._limits = limits
        self._target_quality = target_quality
        self._max_delta_e = max_delta_e
        self._metrics = metrics
        self._pixels_at_once = pixels_at_once

    def classify(self, items: Sequence[ClassifyItem]) -> list[ClassifyAnswer | ItemFault]:
        """The type of each image, in order."""
        return [seen if isinstance(seen, ItemFault) else self._classified(seen) for seen in self._analyse(items)]

    def optimize(self, items: Sequence[OptimizeItem]) -> list[OptimizeAnswer | ItemFault]:
        """The proposed tracing of each image, in order."""
        analyses = self._analyse(items)
        predictions = iter(self._predict([seen for seen in analyses if isinstance(seen, Analysis)]))
        return [
            seen if isinstance(seen, ItemFault) else self._optimized(item, seen.logo_type, next(predictions).candidates)
            for item, seen in zip(items, analyses, strict=True)
        ]

    def _analyse(self, items: Sequence[ImageItem]) -> list[Analysis | ItemFault]:
        """Decode and classify, holding no more decoded pixels at once than the limit, or one image."""
        results: dict[int, Analysis | ItemFault] = {}
        held: dict[int, Pixels] = {}
        for place, item in enumerate(items):
            try:
                rgba = decode_image(
                    image_bytes(item.image), max_bytes=self._limits.max_bytes, max_pixels=self._limits.max_pixels
                ).rgba
            except SvgAiError as fault:
                results[place] = ItemFault.of(fault)
                continue
            if held and sum(other.size for other in held.values()) + rgba.size > 4 * self._pixels_at_once:
                results.update(self._analyse_pixels(held))
                held = {}
            held[place] = rgba
        results.update(self._analyse_pixels(held))
        return [results[place] for place in range(len(items))]

    def _analyse_pixels(self, images: dict[int, Pixels]) -> dict[int, Analysis]:
        started = time.perf_counter()
        analyses = self._models.analyse(list(images.values()))
        if analyses:
            self._metrics.inference("classifier", "batch", time.perf_counter() - started)
        return dict(zip(images, analyses, strict=True))

    def _predict(self, analyses: Sequence[Analysis]) -> list[Prediction]:
        if not analyses:
            return []
        started = time.perf_counter()
        features = np.stack([seen.features for seen in analyses])
        predictions = self._models.optimizer.predict(features, [seen.logo_type for seen in analyses])
        self._metrics.inference("optimizer", "batch", time.perf_counter() - started)
        return predictions

    def _classified(self, seen: Analysis) -> ClassifyAnswer:
        self._metrics.classified(seen.logo_type, seen.confidence)
        return ClassifyAnswer(
            type=seen.logo_type,
            confidence=seen.confidence,
            probabilities=Probabilities(**dict(zip(LOGO_TYPES, seen.probabilities, strict=True))),
            model_version=self._models.version,
        )

    def _optimized(self, item: OptimizeItem, logo_type: LogoType, candidates: Sequence[Candidate]) -> OptimizeAnswer:
        target = self._target_quality(logo_type) if item.target_quality is None else item.target_quality
        chosen = choose(candidates, target, self._max_delta_e, item.max_bytes)
        return OptimizeAnswer(
            type=logo_type,
            target_quality=target,
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
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidImage("the image is not base64") from None


def _predicted(candidate: Candidate) -> PredictedQuality:
    return PredictedQuality(
        ssim=candidate.ssim,
        ssim_low=candidate.ssim_low,
        edge_ssim=candidate.edge_ssim,
        delta_e=candidate.delta_e,
        bytes=candidate.bytes,
        seconds=candidate.seconds,
    )
