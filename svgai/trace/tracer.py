"""
Pixels to SVG: remove noise, enlarge, trace, transparency, write.

Transparency is part of the map that outlines are drawn from, so that every shape has its own edge. Where a noticeable
share of the image is soft, translucent layers lie beneath what is crisp. Where few of these would not show it, the
image's colours are traced as if opaque, and a mask of alpha levels covers the whole.
"""

import math
from functools import cached_property

import cv2
import numpy as np

from svgai.array_types import Pixels
from svgai.decode.pixels import fit_within, is_opaque
from svgai.trace.content_box import ContentBox, content_box
from svgai.trace.noise import denoised, is_noisy
from svgai.trace.page_drawing import Page, PageDrawing
from svgai.trace.parameters import Strokes, TracingParameters
from svgai.trace.pixel_art.pixel_drawing import pixel_svg
from svgai.trace.pixel_art.recognition import squares
from svgai.trace.pixel_sources import sources
from svgai.trace.region_drawing import RegionDrawing
from svgai.trace.regions.least_width import with_least_width
from svgai.trace.regions.page_border import with_margin
from svgai.trace.regions.region_map import RegionMap, Source, region_map
from svgai.trace.regions.smooth_areas import calmed
from svgai.trace.soft.soft_drawing import SoftDrawing, soft_drawing
from svgai.trace.soft.soft_parts import Parts, noticeably_soft, parted
from svgai.trace.vtracer.drawing import vtracer_elements

WORKING_SIDE = 1024
"""Longest side, in pixels, at which images are traced; larger ones are traced from a reduction."""

SMALL_SIDE = 512
"""Longest side, in pixels, of images whose whole page is traced, however empty."""

MOST_TRACED_SIDE = 1024
"""Longest side, in traced pixels, of small images: larger ones are enlarged fewer times."""

MOST_TRACED_PIXELS = 2_100_000
"""The same for large images, in traced pixels: many are long, and thin letters need to be enlarged."""

_MAPPED = (
    "upscale", "colour_models", "gradient_stops", "merge_distance", "palette_size", "thin_strokes"
)  # fmt: skip
_OUTLINES = TracingParameters()
_KEPT_MAPS = 4  # latest ones per image: one of a large image takes megabytes
_ALIKE_IN_NOISE = 4.0  # CIELAB distance: residual noise splits one colour into several


def trace(rgba: Pixels, parameters: TracingParameters) -> str:
    """
    Trace (height, width, 4) straight-alpha pixels once; gives an SVG with viewBox, width and height.

    Raises:
        TracingFailed: VTracer, which serves tracings without colour models, gave up on this image, or it has too many
            squares or colours for mode "pixels".
    """
    return Tracer(rgba).tracing(parameters).svg()


class Tracer:
    """
    One image, for one or several tracings, whose common parts are computed once.

    `working` are the pixels that are traced: reduced, and without noise where the image is `noisy`.

    Args:
        rgba: straight-alpha pixels (height, width, 4).
        strokes: whether lines become strokes; VTracer's never do.
        least_width: of every area, in pixels of the image. Where it is given nothing is soft, and nothing a stroke.
    """

    def __init__(self, rgba: Pixels, strokes: Strokes = "auto", least_width: float | None = None) -> None:
        self.strokes: Strokes = strokes if least_width is None else "never"
        self._hard = strokes == "only" or least_width is not None
        self.noisy = is_noisy(rgba)
        size = rgba.shape[1], rgba.shape[0]
        by_itself = max(size) > SMALL_SIDE and not self.noisy
        box = content_box(rgba) if by_itself else ContentBox(0, 0, *size)
        reduced = fit_within(box.of(rgba), WORKING_SIDE)
        self._rgba = rgba
        self.working = calmed(denoised(reduced) if self.noisy else reduced)
        if self._hard:
            self.working = _opaque(self.working)
        rows, columns = self.working.shape[:2]
        self._least_width = (least_width or 0) * columns / box.width
        self.page = Page(size, box, (columns, rows), "" if strokes == "only" else box.ground)
        self._maps: dict[TracingParameters, tuple[RegionMap, ...]] = {}

    def tracing(self, parameters: TracingParameters) -> PageDrawing:
        """Trace the image in one way. Raises what `trace` does."""
        if parameters.mode == "pixels":
            return PageDrawing(self.page, 1, drawn=pixel_svg(squares(self._rgba), self.page.size))
        if parameters.colour_models == "none":
            times = self._times(parameters)
            scale = times * 10**parameters.path_precision
            return PageDrawing(self.page, scale, body=vtracer_elements(self.working, times, parameters, scale))
        soft = self._soft(parameters)
        maps = self.maps(parameters, crisp=soft is not None or self._hard)
        strokes = "never" if len(maps) > 1 else self.strokes
        drawings = tuple(RegionDrawing(regions, parameters, strokes) for regions in maps)
        return PageDrawing(self.page, parameters.grid, drawings, soft)

    def maps(self, parameters: TracingParameters, *, crisp: bool = False) -> tuple[RegionMap, ...]:
        """
        The regions of the image's colours, and of the alpha that masks them, as `parameters` find them.

        With `crisp` nothing is masked: what is soft is drawn beneath, or not at all.
        """
        key = _OUTLINES.model_copy(update={name: getattr(parameters, name) for name in _MAPPED})
        if self.noisy:
            key = key.model_copy(update={"merge_distance": max(key.merge_distance, _ALIKE_IN_NOISE)})
        if key not in self._maps:
            found = (region_map(source, key) for source in self._sources(self._times(parameters), crisp=crisp))
            made = tuple(with_least_width(regions, self._least_width) for regions in found)
            if len(self._maps) == _KEPT_MAPS:
                self._maps.pop(next(iter(self._maps)))
            self._maps[key] = made
        return self._maps[key]

    def _soft(self, parameters: TracingParameters) -> SoftDrawing | None:
        """The soft part of the image, if it can be drawn; not with strokes only."""
        return soft_drawing(self._parts, parameters) if self._is_soft else None

    def _times(self, parameters: TracingParameters) -> int:
        height, width = self.working.shape[:2]
        if max(height, width) <= SMALL_SIDE:
            most = MOST_TRACED_SIDE // int(max(height, width))
        else:
            most = math.isqrt(MOST_TRACED_PIXELS // int(height * width))
        return max(1, min(parameters.upscale, most))

    def _sources(self, times: int, *, crisp: bool) -> tuple[Source, ...]:
        soft = crisp and not self._hard
        return sources(with_margin(self._parts.crisp if soft else self.working), times, crisp=crisp)

    @cached_property
    def _is_soft(self) -> bool:
        return not self._hard and not is_opaque(self.working) and noticeably_soft(self.working, self._parts)

    @cached_property
    def _parts(self) -> Parts:
        return parted(self.working)


def _opaque(rgba: Pixels) -> Pixels:
    """Pixels as opaque as they are where they are most: lines alone show nothing through each other."""
    most = int(rgba[..., 3].max())
    return np.dstack([rgba[..., :3], cv2.convertScaleAbs(rgba[..., 3], alpha=255 / most)]) if 0 < most < 255 else rgba
