"""
Pixels to SVG: resampling, palette, VTracer, transparency, writing.

VTracer paints opaque pixels of flat colours only. Colour models give it a map of key colours, which their paints then
replace. Transparency is ours: visible colours are spread under the transparent pixels, the whole is traced as if
opaque, and the silhouette, traced on its own, clips it (or masks it where the image is translucent).
"""

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
import vtracer
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from svgai.assignment import assign
from svgai.errors import TracingFailed
from svgai.images import Pixels, fit_within, resize
from svgai.paints import key_colours, paint_of
from svgai.regions import MAX_MODELS, RegionSettings, calmed, find_cores
from svgai.svg_writer import Shape, document, path_data, paths, read_shapes

WORKING_SIDE = 512
"""Longest side, in pixels, at which an image counts as full size; larger ones are traced from a reduction."""

MOST_TRACED_SIDE = 1024
"""Longest side, in traced pixels: larger images are enlarged fewer times."""

Alpha = npt.NDArray[np.uint8]

_FINE = 3  # decimals that VTracer writes before our own rounding
_OPAQUE_FROM, _CLEAR_TO = 250, 5
_TRUSTED_FROM, _EVEN = 48, 40
_TRANSLUCENT_SHARE = 0.01
_EXACT = {"clustering": "color-cluster", "color_precision": 8, "layer_difference": 0}


class TracingParameters(BaseModel):
    """
    One way to trace an image. Lengths are in traced pixels: source pixels times `upscale`.

    With colour models, `clustering`, `watershed_detail`, `color_precision` and `layer_difference` have no effect.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    upscale: int = Field(
        3,
        ge=1,
        le=4,
        description="Times that the image is enlarged (Lanczos) before tracing, up to 1024 pixels a side.",
    )
    colour_models: Literal["none", "flat", "gradient"] = Field(
        "gradient",
        description="Models that regions get before VTracer: none, flat colours, or gradients where they fit.",
    )
    gradient_stops: int = Field(5, ge=2, le=8, description="Gradients only: most stops of one gradient.")
    merge_distance: float = Field(
        3.0, ge=0, le=20, description="Colour models only: CIELAB distance up to which flat colours become one."
    )
    palette_size: int = Field(
        0, ge=0, le=64, description="Most flat colours; 0: no palette, or for colour models no limit but 63."
    )
    clustering: Literal["color-cluster", "watershed"] = Field("watershed", description="How VTracer finds regions.")
    watershed_detail: int = Field(128, ge=0, le=255, description="Watershed only: cut level; more gives more regions.")
    color_precision: int = Field(6, ge=2, le=8, description="Colour clustering only: bits kept of each channel.")
    layer_difference: int = Field(
        16, ge=0, le=128, description="Colour clustering only: least step between layers, levels."
    )
    filter_speckle: int = Field(6, ge=0, le=16, description="Patches narrower than this many pixels are dropped.")
    mode: Literal["spline", "polygon"] = Field("spline", description="Curved or straight outlines.")
    corner_threshold: int = Field(40, ge=0, le=180, description="Least turn, in degrees, that counts as a corner.")
    length_threshold: float = Field(
        4.0, ge=3.5, le=10, description="Longest step, in pixels, before a curve is fitted."
    )
    splice_threshold: int = Field(45, ge=0, le=180, description="Turn, in degrees, at which a curve is cut in two.")
    simplify: float = Field(1.0, ge=0, le=4, description="Farthest, in pixels, that simplifying may move a curve.")
    path_precision: int = Field(0, ge=0, le=2, description="Decimals of coordinates.")


def trace(rgba: Pixels, parameters: TracingParameters) -> str:
    """
    Trace (height, width, 4) straight-alpha pixels; gives an SVG with viewBox, width and height.

    Raises:
        TracingFailed: VTracer gave up on this image with these parameters.
    """
    height, width = rgba.shape[:2]
    working = calmed(fit_within(rgba, WORKING_SIDE))
    times = max(1, min(parameters.upscale, MOST_TRACED_SIDE // max(working.shape[:2])))
    grid_width, grid_height = (side * times for side in (working.shape[1], working.shape[0]))
    enlarged = resize(working, grid_width, grid_height)
    scale = 10**parameters.path_precision
    grid = (grid_width * scale, grid_height * scale)
    alpha = enlarged[..., 3]
    if not (alpha > _CLEAR_TO).any():
        return document("", (width, height), grid)
    colours = _spread(enlarged)
    if parameters.colour_models != "none":
        shapes = _modelled(_spread(working), _solid(working[..., 3]), colours, parameters)
    else:
        if parameters.palette_size:
            colours = _snap(colours, _palette(working, parameters.palette_size))
        shapes = _shapes(_opaque(colours), parameters)
    body = paths(shapes) if alpha.min() >= _OPAQUE_FROM else _cut_out(shapes, working[..., 3], alpha, parameters)
    return document(body, (width, height), grid)


def trace_with_defaults(rgba: Pixels) -> str:
    """VTracer's own defaults on the image as it is: what every result is compared with."""
    height, width = rgba.shape[:2]
    svg = _vtrace(vtracer.Config(), rgba)
    return svg.replace("<svg ", f'<svg viewBox="0 0 {width} {height}" ', 1)


def _modelled(
    source: Pixels, visible: npt.NDArray[np.bool_], enlarged: Pixels, parameters: TracingParameters
) -> list[Shape]:
    """Shapes of the colour models of source pixels (h, w, 3), drawn on their enlargement."""
    settings = RegionSettings(
        max_colours=parameters.palette_size or MAX_MODELS,
        max_stops=parameters.gradient_stops if parameters.colour_models == "gradient" else 0,
        merge_distance=parameters.merge_distance,
    )
    cores = find_cores(source, visible, settings)
    models, indices = assign(source, enlarged, cores)
    keys = key_colours(models)
    scale = enlarged.shape[0] // source.shape[0] * 10**parameters.path_precision
    paints = [paint_of(model, scale) for model in models]
    # One lookup of four bytes a pixel is several times faster than one of three.
    drawn = _opaque(keys[None]).view(np.uint32)[0, indices, 0].view(np.uint8).reshape(*indices.shape, 4)
    found = _shapes(drawn, parameters.model_copy(update=_EXACT))
    return [Shape(paints[_nearest_key(keys, str(shape.fill))], shape.outlines) for shape in found]


def _nearest_key(keys: Pixels, colour: str) -> int:
    """The place of the key that a colour stands for: VTracer mixes in the specks that it drops."""
    level = np.array(list(bytes.fromhex(colour[1:])))
    return int(np.square(keys - level).sum(axis=1).argmin())


def _shapes(rgba: Pixels, parameters: TracingParameters, clustering: str = "") -> list[Shape]:
    config = vtracer.Config(
        clustering=clustering or parameters.clustering,
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
    return read_shapes(_vtrace(config, rgba), 10**parameters.path_precision)


def _opaque(rgb: Pixels) -> Pixels:
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def _vtrace(config: vtracer.Config, rgba: Pixels) -> str:
    try:
        return str(config.convert_pixels(rgba.tobytes(), rgba.shape[1], rgba.shape[0]))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # a Rust panic is no Exception
        raise TracingFailed(f"VTracer could not trace this image with these parameters: {fault}") from fault


def _solid(alpha: Alpha) -> npt.NDArray[np.bool_]:
    """Pixels whose colour can be trusted: opaque, or evenly translucent; without any, the most opaque ones."""
    window = np.ones((3, 3), np.uint8)
    least, most = cv2.erode(alpha, window), cv2.dilate(alpha, window)
    solid = (alpha >= _OPAQUE_FROM) | ((least >= _TRUSTED_FROM) & (most - least <= _EVEN))
    return np.asarray(solid if solid.any() else alpha >= alpha.max())


def _spread(rgba: Pixels) -> Pixels:
    """Give every pixel whose colour cannot be trusted that of the nearest one whose colour can."""
    solid = _solid(rgba[..., 3])
    if solid.all():
        return np.ascontiguousarray(rgba[..., :3])
    _, labels = cv2.distanceTransformWithLabels(
        (~solid).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    colour_of_label = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    colour_of_label[labels[solid]] = rgba[..., :3][solid]
    return np.asarray(colour_of_label[labels], np.uint8)


def _palette(rgba: Pixels, size: int) -> Pixels:
    """At most `size` colours, (n, 3), of the pixels away from edges: blends along edges are no colours of the image."""
    rgb = np.ascontiguousarray(rgba[..., :3])
    rise = cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).max(axis=2)
    visible = rgba[..., 3] >= _OPAQUE_FROM
    inner = rgb[visible & (rise <= 12)]
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


def _cut_out(shapes: list[Shape], coarse: Alpha, alpha: Alpha, parameters: TracingParameters) -> str:
    """Limit shapes to the silhouette: a clip path, or a mask where a share of the image is translucent."""
    partial = (alpha > _CLEAR_TO) & (alpha < _OPAQUE_FROM)
    inner = cv2.erode(partial.astype(np.uint8), np.ones((5, 5), np.uint8))
    if inner.mean() > _TRANSLUCENT_SHARE:
        if parameters.colour_models == "none":
            veil = _shapes(_opaque(_grey(np.asarray(alpha >> 4 << 4 | alpha >> 4, np.uint8))), parameters)
        else:
            veil = _modelled(_grey(coarse), np.ones(coarse.shape, bool), _grey(alpha), parameters)
        return f'<mask id="a">{paths(veil, "m")}</mask><g mask="url(#a)">{paths(shapes)}</g>'
    shadow = _grey(np.where(alpha >= 128, 0, 255).astype(np.uint8))
    silhouette = [outline for shape in _shapes(_opaque(shadow), parameters, "bw") for outline in shape.outlines]
    if len({shape.fill for shape in shapes}) == 1:
        return paths([Shape(shapes[0].fill, tuple(silhouette))])
    return f'<clipPath id="a"><path d="{path_data(silhouette)}"/></clipPath><g clip-path="url(#a)">{paths(shapes)}</g>'


def _grey(levels: Alpha) -> Pixels:
    return np.repeat(levels[..., None], 3, axis=2)
