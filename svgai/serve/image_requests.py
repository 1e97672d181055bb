"""POST /api/classify and /api/optimize inside the service: images decoded elsewhere, then answered in batches."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from svgai.api.schemas import ClassifyAnswer, ImageItem, ImagesForm, ItemFault, OptimizeAnswer
from svgai.errors import SvgAiError
from svgai.serve.decoding.preparation import Decoder, prepare
from svgai.serve.metrics import Metrics

Answer = ClassifyAnswer | OptimizeAnswer
Infer = Callable[[list[ImageItem]], Awaitable[Sequence[Answer]]]
"""Answers items in batches, in order."""


class ImageRequests:
    """
    Answers the images of one request.

    Args:
        decoder: decodes them.
        require_models: raises NotReady or AiDisabled where nothing can be answered.
        max_pixels: of the images of one request together.
    """

    def __init__(
        self, decoder: Decoder, *, require_models: Callable[[], object], max_pixels: int, metrics: Metrics
    ) -> None:
        self._decoder = decoder
        self._require_models = require_models
        self._max_pixels = max_pixels
        self._metrics = metrics

    async def answer(self, form: ImagesForm[Any], infer: Infer) -> list[Answer | ItemFault]:
        """
        The answer to each image, or the fault that takes its place, in order.

        Raises:
            NotReady, AiDisabled: there are no models.
            TooLarge: there are too many images.
            Overloaded: no image can be decoded now, or no batch was free in time.
        """
        self._require_models()
        began = time.perf_counter()
        seen = await prepare(form.image_data(), self._decoder, self._max_pixels)
        self._metrics.inference("classifier", "prepare", time.perf_counter() - began)
        items = [
            form.item(one.picture.tobytes(), one.features.tobytes()) for one in seen if not isinstance(one, SvgAiError)
        ]
        answers = iter(await infer(items) if items else ())
        return [ItemFault.of(one) if isinstance(one, SvgAiError) else next(answers) for one in seen]
