"""The program of a conversion process: models are loaded once, then images are converted one after another."""

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
"""Images of more pixels leave tens of megabytes behind."""

MOST_DEFAULT_BYTES = 2_000_000
"""Limit of VTracer's own SVG, which for a photograph is as large as the photograph."""

DECODE_SECONDS = 2.0
"""Processor time for decoding one image; beyond it the process is killed."""

DECODE_BYTES = 700_000_000
"""Address space for decoding: the pixels of the largest image, and two temporary copies."""


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
    Prepare this process; without models for an arm it converts without them.

    It keeps the `most_versions` most recently used versions loaded.
    """
    global _equipment  # noqa: PLW0603
    cv2.setNumThreads(1)  # the processes already use all cores
    # Not on a GPU: every process would take GPU memory for one image at a time.
    _equipment = _Equipment(arms, lru_cache(most_versions)(lambda arm: arms[arm].load()), limits)
    for arm in tuple(arms)[:most_versions]:
        _equipment.models_of(arm)


def convert_image(image: bytes, options: ConversionOptions, arm: Arm | None = "champion") -> Conversion:
    """
    Convert an image file by the models of an arm; without models for None.

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
    Convert an image file by a tracing drawn uniformly from the portfolio, for exploration.

    `share` is the probability that the image was chosen for that; the propensity is that times the tracing's.

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
    """VTracer's own SVG of an image by its defaults; `measured_px`: the longest side at which it was compared."""

    svg: str
    quality: Quality
    measured_px: int


def trace_default(image: bytes, background: str, measured_side: int) -> DefaultTracing:
    """
    Trace an image file by VTracer's defaults, on the requested background.

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
    """Only the quality of that, whatever its size."""
    rgba = with_background(_decode(image).rgba, background)
    return reference_of(rgba, measured_side).measure(trace_with_defaults(rgba))


def _decode(image: bytes) -> Raster:
    assert _equipment is not None
    limits = _equipment.limits
    with stage("decode"), confinement.processor_time(DECODE_SECONDS), confinement.memory(DECODE_BYTES):
        return decode_image(image, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
