"""
VTracer's own tracings: its defaults, the baseline of all comparisons, and shapes of flat fills with given options.

VTracer is only given opaque pixels, because it does not preserve transparency reliably. Its panics become our error.
"""

import numpy as np
import vtracer
from PIL import Image

from svgai.array_types import Pixels
from svgai.errors import TracingFailed
from svgai.trace.colours.hidden_colours import OPAQUE_FROM
from svgai.trace.parameters import TracingParameters
from svgai.trace.regions.smooth_areas import steepest_steps
from svgai.trace.svg.grid_geometry import read_paths
from svgai.trace.svg.writer import Shape

_FINE = 3  # decimals that VTracer writes before our own rounding


def trace_with_defaults(rgba: Pixels) -> str:
    """
    VTracer's own defaults on unchanged straight-alpha pixels: the baseline of all comparisons.

    Raises:
        TracingFailed: VTracer gave up on this image.
    """
    height, width = rgba.shape[:2]
    svg = _vtrace(vtracer.Config(), rgba)
    return svg.replace("<svg ", f'<svg viewBox="0 0 {width} {height}" ', 1)


def vtracer_shapes(source: Pixels, enlarged: Pixels, parameters: TracingParameters) -> list[Shape]:
    """
    Flat shapes of enlarged pixels (h, w, 3), snapped to a palette of the source (height, width, 4) if one is asked for.

    Raises:
        TracingFailed: VTracer gave up on this image with these parameters.
    """
    if parameters.palette_size:
        enlarged = _snap(enlarged, _palette(source, parameters.palette_size))
    config = vtracer.Config(
        clustering=parameters.clustering,
        watershed_detail=parameters.watershed_detail,
        color_precision=parameters.color_precision,
        layer_difference=parameters.layer_difference,
        filter_speckle=parameters.filter_speckle,
        mode=parameters.mode,
        corner_threshold=parameters.corner_threshold,
        length_threshold=parameters.length_threshold,
        splice_threshold=parameters.splice_threshold,
        simplify=parameters.simplify or None,
        path_precision=_FINE,
        optimize=1,
    )
    opaque = np.dstack([enlarged, np.full(enlarged.shape[:2], 255, np.uint8)])
    return [
        Shape(fill, outlines) for fill, outlines in read_paths(_vtrace(config, opaque), 10**parameters.path_precision)
    ]


def _vtrace(config: vtracer.Config, rgba: Pixels) -> str:
    try:
        return str(config.convert_pixels(rgba.tobytes(), rgba.shape[1], rgba.shape[0]))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # a Rust panic is no Exception
        raise TracingFailed("VTracer could not trace this image with these parameters").because(fault) from fault


def _palette(rgba: Pixels, size: int) -> Pixels:
    """At most `size` colours, (n, 3), of the pixels away from edges: blends along edges are no colours of the image."""
    rgb = np.ascontiguousarray(rgba[..., :3])
    visible = rgba[..., 3] >= OPAQUE_FROM
    inner = rgb[visible & (steepest_steps(rgb) <= 12)]
    if len(inner) < 64:
        inner = rgb[visible] if visible.any() else rgb.reshape(-1, 3)
    quantized = Image.fromarray(inner[None]).quantize(size, Image.Quantize.MEDIANCUT, kmeans=2)
    colours = np.array(quantized.getpalette(), np.uint8).reshape(-1, 3)
    return colours[: len(quantized.getcolors() or ())]


def _snap(rgb: Pixels, palette: Pixels) -> Pixels:
    """Replace every pixel by its nearest palette colour, through a table over 5 bits a channel."""
    levels = np.arange(32, dtype=np.int32) * 8 + 4
    cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    nearest = np.square(cube - palette.astype(np.int32)).sum(axis=2).argmin(axis=1).astype(np.uint8)
    wide = rgb.astype(np.uint16) >> 3
    return np.asarray(palette[nearest[(wide[..., 0] << 10) | (wide[..., 1] << 5) | wide[..., 2]]], np.uint8)
