"""What runs in a worker process of the conversion pool: models loaded once, then one image after another."""

from dataclasses import dataclass

import cv2

from svgai.convert.background import with_background
from svgai.convert.conversion import Conversion, ConversionOptions, convert
from svgai.decode.image_files import Raster, decode_image
from svgai.decode.limits import ImageLimits
from svgai.measure.quality import Quality
from svgai.measure.tiled_reference import reference_of
from svgai.model_files.model_pair import ModelContents, Models
from svgai.serve.garbage_collection import return_free_memory
from svgai.serve.processes import confinement
from svgai.stages import stage
from svgai.trace.vtracer.shapes import trace_with_defaults

_LARGE = 1_000_000
"""Pixels of an image whose conversion leaves tens of megabytes behind."""

DECODE_SECONDS = 2.0
"""Processor time that decoding one image may take; beyond it the process ends."""

DECODE_BYTES = 700_000_000
"""Address space that it may take: the pixels of the largest image, and two copies for a moment."""


@dataclass(frozen=True, eq=False)
class _Equipment:
    models: Models | None
    limits: ImageLimits


_equipment: _Equipment | None = None  # a process has one, set before its first task


def set_up(models: ModelContents | None, limits: ImageLimits) -> None:
    """Make this process ready; without models it converts without them."""
    global _equipment  # noqa: PLW0603
    cv2.setNumThreads(1)  # the processes share the cores already
    # Not on a GPU: every process would take memory of it for one image at a time.
    _equipment = _Equipment(models.load() if models else None, limits)


def convert_image(image: bytes, options: ConversionOptions) -> Conversion:
    """
    Convert an image file.

    Raises:
        SvgAiError: the image is not valid or cannot be traced.
    """
    assert _equipment is not None
    raster = _decode(image)
    try:
        return convert(raster.rgba, _equipment.models, options, raster.resolution)
    finally:
        if raster.width * raster.height >= _LARGE:
            return_free_memory()


def measure_default(image: bytes, background: str, measured_side: int) -> Quality:
    """The quality of VTracer's own defaults on an image file, on the background that was asked for."""
    rgba = with_background(_decode(image).rgba, background)
    return reference_of(rgba, measured_side).measure(trace_with_defaults(rgba))


def _decode(image: bytes) -> Raster:
    assert _equipment is not None
    limits = _equipment.limits
    with stage("decode"), confinement.processor_time(DECODE_SECONDS), confinement.memory(DECODE_BYTES):
        return decode_image(image, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
