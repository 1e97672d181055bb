"""POST /api/classify and /api/optimize inside the service: all but plain images are decoded in other processes."""

import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext
from typing import Any, Protocol, TypeVar

from svgai.api.schemas.answers import ClassifyAnswer, ItemFault, OptimizeAnswer
from svgai.api.schemas.image_forms import ImageItem, ImagesForm
from svgai.decode.formats.plain_png import pixels_of
from svgai.errors import SvgAiError
from svgai.model_files.model_pair import ModelInput
from svgai.serve.decoding.image_data import plain_png_of
from svgai.serve.decoding.preparation import Decoder, prepare_list, prepare_one
from svgai.serve.monitoring.metrics import Metrics
from svgai.stages import stage

T = TypeVar("T")
Answer = ClassifyAnswer | OptimizeAnswer | ItemFault
Infer = Callable[[list[ImageItem]], Coroutine[Any, Any, Sequence[Answer]]]
"""Answers items in batches, in order."""


class Attendance(Protocol):
    """Runs longer work, and cancels it when its client disconnects."""

    async def __call__(self, work: Coroutine[Any, Any, T], /) -> T: ...


async def unattended(work: Coroutine[Any, Any, T]) -> T:
    """The work alone."""
    return await work


class ImageRequests:
    """
    Answers the images of one request.

    Args:
        decoder: decodes them.
        require_models: raises NotReady or AiDisabled if there are no models.
        max_pixels: of the images of one request together.
    """

    def __init__(
        self, decoder: Decoder, *, require_models: Callable[[], object], max_pixels: int, metrics: Metrics
    ) -> None:
        self._decoder = decoder
        self._require_models = require_models
        self._max_pixels = max_pixels
        self._metrics = metrics

    async def answer(self, form: ImagesForm[Any], infer: Infer, attended: Attendance = unattended) -> list[Answer]:
        """
        The answer to each image, or its fault, in order.

        Raises:
            NotReady, AiDisabled: there are no models.
            TooLarge: there are too many images.
            Overloaded: the only image cannot be decoded now, or no batch was free in time.
        """
        self._require_models()
        began = time.perf_counter()
        images = form.image_data()
        plain, taken = self._plain_ones(images)
        others = [image for image, data in zip(images, plain, strict=True) if data is None]
        with stage("decode") if others else nullcontext():
            seen = iter(await attended(self._decoded(others, taken, is_list=form.is_list)) if others else ())
        if others:
            self._metrics.inference("classifier", "decode", time.perf_counter() - began)
        found = [next(seen) if data is None else form.item(plain=data) for data in plain]
        items = [
            _item(form, one) if isinstance(one, ModelInput) else one for one in found if not isinstance(one, SvgAiError)
        ]
        # A single image takes one place in one batch: watching its client would cost more than it saves.
        answers = iter(await (infer(items) if len(items) == 1 else attended(infer(items))) if items else ())
        return [ItemFault.of(one) if isinstance(one, SvgAiError) else next(answers) for one in found]

    def _plain_ones(self, images: Sequence[str | bytes]) -> tuple[list[bytes | None], int]:
        """Those that need no process to decode them, in the places of the images, and the pixels that they have."""
        plain, taken = [], 0
        for image in images:
            data = plain_png_of(image, self._max_pixels - taken)
            plain.append(data)
            taken += pixels_of(data) if data else 0
        return plain, taken

    async def _decoded(
        self, images: Sequence[str | bytes], taken: int, *, is_list: bool
    ) -> list[ModelInput | SvgAiError]:
        if is_list:
            return await prepare_list(images, self._decoder, self._max_pixels, taken)
        (image,) = images
        return [await prepare_one(image, self._decoder)]


def _item(form: ImagesForm[Any], seen: ModelInput) -> ImageItem:
    item: ImageItem = form.item(picture=seen.picture.tobytes(), features=seen.features.tobytes())
    return item
