"""
Inference of classify and optimize for a batch of images, in the service's own process.

All but plain ones were decoded in other processes. Each image of a batch fails alone: its fault replaces its answer.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from svgai.api.schemas.answers import (
    ClassifyAnswer,
    ItemFault,
    OptimizeAnswer,
    PredictedCandidate,
    PredictedQuality,
    Probabilities,
)
from svgai.api.schemas.image_forms import ClassifyItem, ImageItem, OptimizeItem
from svgai.choose.optimizer import Candidate, Prediction, choose, pareto_front
from svgai.decode.image_files import decode_image
from svgai.errors import SvgAiError
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.measure.promise import Promise
from svgai.model_files.model_pair import Analysis, ModelInput, Models, model_input
from svgai.serve.decoding.messages import input_from
from svgai.serve.monitoring.metrics import Metrics
from svgai.stages import stage


class Inference:
    """
    The models applied to batches of items.

    Args:
        promise: Returns the default promise for a type.
        threads: Threads that decode plain images of a batch and compute their features.
    """

    def __init__(
        self,
        models: Models,
        *,
        promise: Callable[[LogoType], Promise],
        metrics: Metrics,
        threads: int = 1,
    ) -> None:
        self._models = models
        self._map = map if threads == 1 else ThreadPoolExecutor(threads, "prepare").map
        self._promise = promise
        self._metrics = metrics

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
        with stage("features"), self._timed("classifier", "prepare"):
            seen = list(self._map(self._see, items)) if len(items) > 1 else [self._see(item) for item in items]
        inputs = [one for one in seen if isinstance(one, ModelInput)]
        if not inputs:
            return [one for one in seen if isinstance(one, ItemFault)]
        with stage("classify"), self._timed("classifier", "batch"):
            analyses = iter(self._models.analyse(inputs))
        return [one if isinstance(one, ItemFault) else next(analyses) for one in seen]

    def _see(self, item: ImageItem) -> ModelInput | ItemFault:
        if not item.plain:
            return input_from(item.picture, item.features)
        try:
            return model_input(decode_image(item.plain).rgba)
        except SvgAiError as fault:
            return ItemFault.of(fault)

    def _predict(self, analyses: Sequence[Analysis]) -> list[Prediction]:
        if not analyses:
            return []
        features = np.stack([seen.features for seen in analyses])
        with stage("predict"), self._timed("optimizer", "batch"):
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
