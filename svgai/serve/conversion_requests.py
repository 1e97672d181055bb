"""POST /api/convert inside the service: options from the form, the work in the pool, the answer, the metrics."""

import asyncio
import hashlib
import logging
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from svgai.api.schemas.answers import ConvertAnswer, MeasuredQuality
from svgai.api.schemas.image_forms import ConvertForm
from svgai.arms import Arm
from svgai.convert.conversion import Conversion, ConversionOptions
from svgai.convert.cutter import cutter_of
from svgai.convert.finishing.finish import finish_of
from svgai.errors import ClientGone, ConversionTimeout, SvgAiError
from svgai.outcomes.outcome import Outcome, explored_id, shadowed_id
from svgai.serve.cache.cache_keys import cache_key
from svgai.serve.cache.conversion_cache import ConversionCache, Found
from svgai.serve.decoding.image_data import image_bytes
from svgai.serve.experiments.live_experiment import Arms, Assignment
from svgai.serve.experiments.shadow import Shadow, ShadowTask
from svgai.serve.monitoring.metrics import Metrics
from svgai.serve.outcomes.conversion_outcomes import FROM_THE_CACHE, figures_of, with_total
from svgai.serve.outcomes.recorder import Recorder
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import convert_image, explore_image, measure_default

logger = logging.getLogger("svgai.conversions")

COMPARED_SHARE = 0.05
"""Share of conversions that are compared with the default tracing when the queue is empty."""

EXPLORED_SHARE = 0.05
"""Share of images for which a tracing drawn from the portfolio is also tried in shadow, for exploration."""


class Conversions:
    """
    Converts images in a pool.

    Args:
        pool: returns the pool; raises NotReady while there is none.
        check: raises SvgAiError for an invalid image, by a short check in another process.
        recorder: stores the outcome of every conversion.
        options: the defaults.
        cache: of conversions for equal requests.
        models: identifies the models of an arm; None while there are none yet.
        uses_models: whether conversions use any.
        code: identifies the code, for the cache.
        experiment: assigns images to arms.
        shadow: runs challenger conversions and exploratory tracings.
        explore: whether exploratory tracings are made.
        compare: whether a share of the conversions is compared with the default tracing.
        chance: returns random numbers in [0, 1).
    """

    def __init__(
        self,
        pool: Callable[[], ConversionPool],
        *,
        check: Callable[[bytes], Awaitable[None]],
        recorder: Recorder,
        options: ConversionOptions,
        cache: ConversionCache,
        models: Callable[[Arm | None], str | None],
        uses_models: Callable[[], bool] = lambda: True,
        code: str,
        metrics: Metrics,
        experiment: Arms,
        shadow: Shadow,
        compare: bool,
        explore: bool = False,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._pool = pool
        self._check = check
        self._recorder = recorder
        self._options = options
        self._cache = cache
        self._models = models
        self._uses_models = uses_models
        self._code = code
        self._metrics = metrics
        self._experiment = experiment
        self._shadow = shadow
        self._compare = compare
        self._explore = explore
        self._chance = chance
        self._comparisons: set[asyncio.Task[None]] = set()

    async def convert(self, form: ConvertForm, key_name: str | None = None) -> ConvertAnswer:
        """
        Convert one image, or answer from the cache, and store the outcome.

        `key_name` is that of the client's API key.

        Raises:
            SvgAiError: the image is not valid, or the pool did not answer it.
        """
        conversion_id, started = uuid.uuid4().hex, time.perf_counter()
        asked: dict[str, object] = {"conversion_id": conversion_id, "key_name": key_name}
        asked |= {"target": form.target_quality, "min_worst": form.min_worst}
        made: Mapping[str, object] = {}
        try:
            # In a thread: megabytes of base64 must not block the event loop.
            image, digest = await asyncio.to_thread(_with_digest, form.image)
            asked["image_sha256"] = digest
            options = self._options_of(form)
            # With given parameters there is nothing for models to choose.
            by_models = self._uses_models()
            compared = by_models and options.parameters is None
            assigned = self._experiment.assign(digest) if compared else Assignment()
            asked |= {"arm": assigned.arm, "experiment": assigned.experiment}
            arm: Arm | None = (assigned.arm or "champion") if by_models else None
            found = await self._find(digest, image, options, arm, cache=form.cache)
            made = {**figures_of(found.conversion), **(FROM_THE_CACHE if found.cached else {})}
        except BaseException as fault:
            made = {"error_code": _code_of(fault)}
            raise
        finally:
            seconds = time.perf_counter() - started
            self._recorder.record(with_total(Outcome.model_validate({**asked, **made}), seconds))
        if not found.cached:
            self._after(form, image, found.conversion, seconds)
            if by_models:
                self._beside(image, options, asked, in_shadow=assigned.in_shadow)
        return _answer(found, conversion_id, assigned.arm)

    async def _find(
        self, digest: str, image: bytes, options: ConversionOptions, arm: Arm | None, *, cache: bool
    ) -> Found:
        async def convert() -> Conversion:
            # An invalid image is rejected without queueing.
            await self._check(image)
            return await self._pool().run(convert_image, image, options, arm)

        models = self._models(arm) if cache else None
        if models is None:
            return Found(await convert(), cached=False)
        key = cache_key(digest, options, models, self._code)
        return await self._cache.find(key, convert, lambda: self._models(arm) == models)

    def _after(self, form: ConvertForm, image: bytes, conversion: Conversion, seconds: float) -> None:
        """Count a conversion that was made, and compare a share of them."""
        self._count(conversion, seconds)
        coloured = form.monochrome is None and form.cutter is None  # the default tracing has no such options
        if coloured and self._compare and self._chance() < COMPARED_SHARE and self._pool().idle:
            comparison = asyncio.create_task(self._compare_with_default(image, form.background, conversion))
            self._comparisons.add(comparison)
            comparison.add_done_callback(self._comparisons.discard)

    def _beside(
        self, image: bytes, options: ConversionOptions, asked: Mapping[str, object], *, in_shadow: bool
    ) -> None:
        """Queue a further conversion of a converted image, in shadow."""
        conversion_id = str(asked["conversion_id"])
        if in_shadow:
            self._shadow.offer(ShadowTask(image, options, partial(self._keep_shadow, conversion_id, asked)))
        plain = options.parameters is None and options.strokes == "auto" and options.cutter is None
        if self._explore and plain and self._chance() < EXPLORED_SHARE:
            learn = partial(explore_image, share=EXPLORED_SHARE)
            keep = partial(self._keep_explored, conversion_id, str(asked["image_sha256"]))
            self._shadow.offer(ShadowTask(image, options, keep, "champion", learn))

    def _keep_shadow(self, conversion_id: str, asked: Mapping[str, object], made: Conversion | SvgAiError) -> None:
        """Store a challenger's shadow conversion beside the champion's answer."""
        row = {**asked, "conversion_id": shadowed_id(conversion_id), "arm": "challenger"}
        figures = {"error_code": made.code} if isinstance(made, SvgAiError) else figures_of(made)
        self._recorder.record(Outcome.model_validate({**row, **figures}))

    def _keep_explored(self, conversion_id: str, digest: str, made: Conversion | SvgAiError) -> None:
        """Store an exploratory tracing; a failed one is not stored."""
        if isinstance(made, Conversion):
            row = {"conversion_id": explored_id(conversion_id), "image_sha256": digest, **figures_of(made)}
            self._recorder.record(Outcome.model_validate(row))

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
            cutter=cutter_of(form.cutter) if form.cutter else None,
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


def _with_digest(image: str | bytes) -> tuple[bytes, str]:
    data = image_bytes(image)
    return data, hashlib.sha256(data).hexdigest()


def _code_of(fault: BaseException) -> str:
    """The client's error code; cancelled work means that the client has disconnected, or else a timeout."""
    if isinstance(fault, asyncio.CancelledError):
        return ClientGone.code if ClientGone.code in fault.args else ConversionTimeout.code
    return fault.code if isinstance(fault, SvgAiError) else SvgAiError.code


def _answer(found: Found, conversion_id: str, arm: Arm | None) -> ConvertAnswer:
    conversion = found.conversion
    return ConvertAnswer(
        svg=conversion.svg,
        parameters=conversion.parameters,
        quality=MeasuredQuality.of(conversion.quality, conversion.measured_px),
        target_quality=conversion.promise.target,
        min_worst=conversion.promise.min_worst,
        met_target=not conversion.missed,
        missed=list(conversion.missed),
        trials=conversion.trials,
        type=conversion.logo_type,
        ai="used" if conversion.logo_type else "disabled",
        cached=found.cached,
        conversion_id=conversion_id,
        model_version=conversion.model_version,
        arm=arm,
    )
