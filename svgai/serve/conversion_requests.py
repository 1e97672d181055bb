"""POST /api/convert inside the service: options from the form, the work in the pool, the answer, the metrics."""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace

from svgai.api.schemas import ConvertAnswer, ConvertForm, MeasuredQuality
from svgai.convert.conversion import Conversion, ConversionOptions
from svgai.convert.finishing.finish import finish_of
from svgai.errors import SvgAiError
from svgai.serve.cache.cache_keys import cache_key
from svgai.serve.cache.conversion_cache import ConversionCache, Found
from svgai.serve.decoding.image_data import image_bytes
from svgai.serve.metrics import Metrics
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import convert_image, measure_default

logger = logging.getLogger("svgai.conversions")

COMPARED_SHARE = 0.05
"""Share of conversions that are compared with the default tracing, when nothing else waits."""


class Conversions:
    """
    Converts images in a pool.

    Args:
        pool: gives the pool; raises NotReady while there is none.
        check: raises SvgAiError for the bytes of an image that can be seen to be wrong without a conversion; elsewhere.
        options: what holds where a client says nothing.
        cache: knows conversions that were made for others.
        models: names the models that conversions use; None while there are none yet.
        code: names the code, for the cache.
        compare: whether a share of the conversions is compared with the default tracing.
        chance: gives numbers in [0, 1) that decide which.
    """

    def __init__(
        self,
        pool: Callable[[], ConversionPool],
        *,
        check: Callable[[bytes], Awaitable[None]],
        options: ConversionOptions,
        cache: ConversionCache,
        models: Callable[[], str | None],
        code: str,
        metrics: Metrics,
        compare: bool,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._pool = pool
        self._check = check
        self._options = options
        self._cache = cache
        self._models = models
        self._code = code
        self._metrics = metrics
        self._compare = compare
        self._chance = chance
        self._comparisons: set[asyncio.Task[None]] = set()

    async def convert(self, form: ConvertForm) -> ConvertAnswer:
        """
        Convert one image, or give what an equal request got.

        Raises:
            SvgAiError: the image is not valid, or the pool did not answer it.
        """
        started = time.perf_counter()
        options = self._options_of(form)
        # Megabytes of base64 do not hold up everybody else.
        image, key = await asyncio.to_thread(self._read, form, options)

        async def convert() -> Conversion:
            # A wrong image does not wait for its turn to be told so.
            await self._check(image)
            return await self._pool().run(convert_image, image, options)

        found = Found(await convert(), cached=False) if key is None else await self._cache.find(key, convert)
        if not found.cached:
            self._after(form, image, found.conversion, time.perf_counter() - started)
        return _answer(found)

    def _read(self, form: ConvertForm, options: ConversionOptions) -> tuple[bytes, str | None]:
        """The image file, and the key by which the cache may be asked."""
        image = image_bytes(form.image)
        models = self._models() if form.cache else None
        return image, None if models is None else cache_key(image, options, models, self._code)

    def _after(self, form: ConvertForm, image: bytes, conversion: Conversion, seconds: float) -> None:
        """Count a conversion that was made, and compare a share of them."""
        self._count(conversion, seconds)
        coloured = form.monochrome is None  # the default knows nothing of inks
        if coloured and self._compare and self._chance() < COMPARED_SHARE and self._pool().idle:
            comparison = asyncio.create_task(self._compare_with_default(image, form.background, conversion))
            self._comparisons.add(comparison)
            comparison.add_done_callback(self._comparisons.discard)

    def _options_of(self, form: ConvertForm) -> ConversionOptions:
        options = replace(
            self._options,
            target_quality=form.target_quality,
            max_bytes=form.max_bytes,
            parameters=form.parameters,
            strokes=form.strokes,
            background=form.background,
            units=form.units,
            monochrome=form.monochrome,
            finish=finish_of(form.precision, form.palette, form.monochrome, pretty=form.pretty),
        )
        if form.min_worst is not None:
            options = replace(options, min_worst=form.min_worst)
        return options if form.max_trials is None else replace(options, max_trials=form.max_trials)

    def _count(self, conversion: Conversion, seconds: float) -> None:
        for stage, stage_seconds in conversion.seconds.items():
            self._metrics.inference(stage, "convert", stage_seconds)
        self._metrics.converted(
            conversion.logo_type,
            conversion.quality,
            target=conversion.promise.target,
            trials=conversion.trials,
            met=not conversion.missed,
            seconds=seconds,
        )

    async def _compare_with_default(self, image: bytes, background: str, conversion: Conversion) -> None:
        try:
            default = await self._pool().run(measure_default, image, background, self._options.measured_side)
        except SvgAiError as fault:
            logger.warning("a conversion could not be compared with the default", extra={"fault": fault.message})
            return
        if default.ssim > 0:
            percent = 100 * (conversion.quality.ssim - default.ssim) / default.ssim
            self._metrics.improved(conversion.logo_type, percent)


def _answer(found: Found) -> ConvertAnswer:
    conversion = found.conversion
    quality = conversion.quality
    return ConvertAnswer(
        svg=conversion.svg,
        parameters=conversion.parameters,
        quality=MeasuredQuality(
            ssim=quality.ssim,
            worst=quality.worst,
            edge_ssim=quality.edge_ssim,
            delta_e=quality.delta_e,
            bytes=quality.bytes,
            paths=quality.paths,
            measured_px=conversion.measured_px,
        ),
        target_quality=conversion.promise.target,
        min_worst=conversion.promise.min_worst,
        met_target=not conversion.missed,
        missed=list(conversion.missed),
        trials=conversion.trials,
        type=conversion.logo_type,
        ai="used" if conversion.logo_type else "disabled",
        cached=found.cached,
        conversion_id=uuid.uuid4().hex,
        model_version=conversion.model_version,
    )
