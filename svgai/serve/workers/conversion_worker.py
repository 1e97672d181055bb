"""What runs in a worker process of the conversion pool: models loaded once, then one image after another."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2

from svgai.arms import Arm
from svgai.convert.background import with_background
from svgai.convert.conversion import Conversion, ConversionOptions, convert
from svgai.decode.image_files import Raster, decode_image
from svgai.decode.limits import ImageLimits
from svgai.errors import NotReady, TooLarge
from svgai.measure.quality import Quality
from svgai.measure.tiled_reference import reference_of
from svgai.model_files.model_pair import ArmContents, Models
from svgai.serve.processes import confinement
from svgai.serve.worker_life.garbage_collection import return_free_memory
from svgai.stages import stage
from svgai.trace.vtracer.shapes import trace_with_defaults

_LARGE = 1_000_000
"""Pixels of an image whose conversion leaves tens of megabytes behind."""

MOST_DEFAULT_BYTES = 2_000_000
"""Of VTracer's own SVG: of a photograph it is as large as the photograph."""

DECODE_SECONDS = 2.0
"""Processor time that decoding one image may take; beyond it the process ends."""

DECODE_BYTES = 700_000_000
"""Address space that it may take: the pixels of the largest image, and two copies for a moment."""


@dataclass(frozen=True, eq=False)
class _Equipment:
    arms: ArmContents
    load: Callable[[Arm], Models]
    limits: ImageLimits

    def models_of(self, arm: Arm | None) -> Models | None:
        return None if arm is None or arm not in self.arms else self.load(arm)


_equipment: _Equipment | None = None  # a process has one, set before its first task


def set_up(arms: ArmContents, limits: ImageLimits, most_versions: int) -> None:
    """
    Make this process ready; without the models of an arm it converts without them.

    Of the versions that it has loaded it keeps `most_versions`, those that were used last.
    """
    global _equipment  # noqa: PLW0603
    cv2.setNumThreads(1)  # the processes share the cores already
    # Not on a GPU: every process would take memory of it for one image at a time.
    _equipment = _Equipment(arms, lru_cache(most_versions)(lambda arm: arms[arm].load()), limits)
    for arm in tuple(arms)[:most_versions]:
        _equipment.models_of(arm)


def convert_image(image: bytes, options: ConversionOptions, arm: Arm | None = "champion") -> Conversion:
    """
    Convert an image file by the models of an arm; by none for None.

    Raises:
        SvgAiError: the image is not valid or cannot be traced.
    """
    assert _equipment is not None
    models = _equipment.models_of(arm)
    began = time.process_time()
    raster = _decode(image)
    try:
        conversion = convert(raster.rgba, models, options, raster.resolution)
        return replace(conversion, processor_s=time.process_time() - began)
    finally:
        if raster.width * raster.height >= _LARGE:
            return_free_memory()


def explore_image(image: bytes, options: ConversionOptions, arm: Arm = "champion", *, share: float) -> Conversion:
    """
    Convert an image file by a tracing drawn from the portfolio, all as likely, so that something is learned of it.

    `share` is the chance with which the image was chosen for that; the chance of the tracing is its part of it.

    Raises:
        SvgAiError: the image cannot be converted by it, or there are no models.
    """
    assert _equipment is not None
    models = _equipment.models_of(arm)
    if models is None:
        raise NotReady("there are no models to draw a tracing from")
    portfolio = models.optimizer.portfolio
    conversion = convert_image(image, replace(options, parameters=random.choice(portfolio)), arm)  # noqa: S311  # nosec B311 - no secret
    return replace(conversion, tried=tuple(replace(tried, chance=share / len(portfolio)) for tried in conversion.tried))


@dataclass(frozen=True)
class DefaultTracing:
    """What VTracer makes of an image by its own defaults; `measured_px`: the longest side at which it was compared."""

    svg: str
    quality: Quality
    measured_px: int


def trace_default(image: bytes, background: str, measured_side: int) -> DefaultTracing:
    """
    What VTracer's own defaults make of an image file, on the background that was asked for.

    Raises:
        SvgAiError: the image is not valid, VTracer gives up on it, or writes more than MOST_DEFAULT_BYTES.
    """
    rgba = with_background(_decode(image).rgba, background)
    svg = trace_with_defaults(rgba)
    if len(svg) > MOST_DEFAULT_BYTES:
        raise TooLarge(f"VTracer's SVG has {len(svg):,} bytes; up to {MOST_DEFAULT_BYTES:,} are answered")
    reference = reference_of(rgba, measured_side)
    return DefaultTracing(svg, reference.measure(svg), reference.measured_px)


def measure_default(image: bytes, background: str, measured_side: int) -> Quality:
    """The quality of that alone, however many bytes it has."""
    rgba = with_background(_decode(image).rgba, background)
    return reference_of(rgba, measured_side).measure(trace_with_defaults(rgba))


def _decode(image: bytes) -> Raster:
    assert _equipment is not None
    limits = _equipment.limits
    with stage("decode"), confinement.processor_time(DECODE_SECONDS), confinement.memory(DECODE_BYTES):
        return decode_image(image, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
