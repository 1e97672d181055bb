"""POST /api/vtracer inside the service: an image traced by VTracer's default parameters, for comparison."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from svgai.api.schemas.answers import DefaultAnswer, MeasuredQuality
from svgai.api.schemas.image_forms import DefaultForm
from svgai.serve.decoding.image_data import image_bytes
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import trace_default


class DefaultTracings:
    """
    Traces by defaults, in the conversion processes: a tracing that takes too long is killed with its process.

    Args:
        pool: returns the pool; raises NotReady while there is none.
        check: raises SvgAiError for an invalid image, by a short check in another process.
        measured_side: longest side, in pixels, at which it is compared with its image.
    """

    def __init__(
        self, pool: Callable[[], ConversionPool], *, check: Callable[[bytes], Awaitable[None]], measured_side: int
    ) -> None:
        self._pool = pool
        self._check = check
        self._measured_side = measured_side
        self._version = version("vtracer")

    async def trace(self, form: DefaultForm) -> DefaultAnswer:
        """
        Trace one image; nothing is stored.

        Raises:
            SvgAiError: the image is not valid, VTracer gives up on it or writes too much, or the pool did not answer.
        """
        image = await asyncio.to_thread(image_bytes, form.image)
        await self._check(image)
        traced = await self._pool().run(trace_default, image, form.background, self._measured_side)
        return DefaultAnswer(
            svg=traced.svg,
            quality=MeasuredQuality.of(traced.quality, traced.measured_px),
            vtracer_version=self._version,
        )
