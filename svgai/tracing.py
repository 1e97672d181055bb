"""
Pixels to SVG: enlarge, trace, transparency, write.

Transparency is part of the map that outlines are drawn from, so that every shape has its own edge. Where a noticeable
share of the image is translucent, its colours are traced as if opaque, and a mask of alpha levels covers the whole.
"""

import cv2
import numpy as np

from svgai.colour_models import Floats
from svgai.colour_spreading import OPAQUE_FROM, Alpha, spread, trusted_pixels
from svgai.images import Pixels, fit_within, resize
from svgai.layers import Mask
from svgai.page_border import with_margin
from svgai.region_drawing import RegionDrawing, silhouette
from svgai.region_map import HALF_OPAQUE, Source, region_map
from svgai.regions import calmed
from svgai.svg_writer import Shape, document, elements
from svgai.tracing_parameters import TracingParameters
from svgai.vtracer_shapes import vtracer_shapes

WORKING_SIDE = 512
"""Longest side, in pixels, at which an image counts as full size; larger ones are traced from a reduction."""

MOST_TRACED_SIDE = 1024
"""Longest side, in traced pixels: larger images are enlarged fewer times."""

_CLEAR_TO = 5
_TRANSLUCENT_SHARE = 0.01


def trace(rgba: Pixels, parameters: TracingParameters) -> str:
    """
    Trace (height, width, 4) straight-alpha pixels; gives an SVG with viewBox, width and height.

    Raises:
        TracingFailed: VTracer, which serves tracings without colour models, gave up on this image.
    """
    return Tracing(rgba, parameters).svg()


class Tracing:
    """One way to trace an image, whose outlines can be drawn with more care in places. Raises what `trace` does."""

    def __init__(self, rgba: Pixels, parameters: TracingParameters) -> None:
        self._height, self._width = rgba.shape[:2]
        working = calmed(fit_within(rgba, WORKING_SIDE))
        self._rows, self._columns = working.shape[:2]
        times = max(1, min(parameters.upscale, MOST_TRACED_SIDE // max(self._rows, self._columns)))
        self._drawings: tuple[RegionDrawing, ...] = ()
        self._body = ""
        if parameters.colour_models == "none":
            self._scale = times * 10**parameters.path_precision
            self._body = _of_vtracer(working, times, parameters, self._scale)
        else:
            self._scale = parameters.grid
            self._drawings = _drawings(with_margin(working), times, parameters)

    @property
    def refinable(self) -> bool:
        """Whether outlines are ours: VTracer's know no care."""
        return bool(self._drawings)

    def svg(self, care: Floats | None = None) -> str:
        """The SVG; `care` (h, w) over the whole picture is that of `RegionDrawing.shapes`."""
        body = self._body
        if self._drawings:
            local = None if care is None else self._on_page(care)
            colours, *veil = [drawing.shapes(local) for drawing in self._drawings]
            body = _masked(colours, veil[0]) if veil else elements(colours)
        return document(body, (self._width, self._height), (self._columns * self._scale, self._rows * self._scale))

    def restack(self, careful: Mask) -> bool:
        """Stack layers with care in some pixels (h, w), and tell whether that changes any."""
        there = self._on_page(careful.astype(np.float32)) > 0
        return any([drawing.restack(there) for drawing in self._drawings])

    def follow(self, missing: Floats) -> None:
        """
        Move outlines by what the last drawing lacks: the source less it (h, w, 4), colours times alpha and alpha.

        Behind a mask nobody sees which of both is off, and outlines stay.
        """
        if len(self._drawings) == 1:
            self._drawings[0].follow(self._on_page(missing))

    def _on_page(self, values: Floats) -> Floats:
        if values.shape[:2] == (self._rows, self._columns):
            return values
        return np.asarray(cv2.resize(values, (self._columns, self._rows), interpolation=cv2.INTER_AREA), np.float32)


def _drawings(framed: Pixels, times: int, parameters: TracingParameters) -> tuple[RegionDrawing, ...]:
    """That of an image's colours, none where nothing is to be seen, and that of its alpha where it needs a mask."""
    enlarged = resize(framed, framed.shape[1] * times, framed.shape[0] * times)
    alpha = enlarged[..., 3]
    if not (alpha > _CLEAR_TO).any():
        return ()
    colours, trusted = spread(framed)
    fine = _enlarged_colours(colours, enlarged)
    if alpha.min() >= OPAQUE_FROM:
        return (RegionDrawing(region_map(Source(colours, trusted, fine), parameters), parameters),)
    if not _translucent(alpha):
        return (RegionDrawing(region_map(Source(colours, trusted, fine, alpha), parameters), parameters),)
    veil = Source(_grey(framed[..., 3]), np.ones(framed.shape[:2], bool), _grey(alpha))
    levels = parameters.model_copy(update={"palette_size": 0})
    return (
        RegionDrawing(region_map(Source(colours, trusted, fine), parameters), parameters),
        RegionDrawing(region_map(veil, levels), levels),
    )


def _of_vtracer(working: Pixels, times: int, parameters: TracingParameters, scale: int) -> str:
    enlarged = resize(working, working.shape[1] * times, working.shape[0] * times)
    alpha = enlarged[..., 3]
    if not (alpha > _CLEAR_TO).any():
        return ""
    shapes = vtracer_shapes(working, _enlarged_colours(spread(working)[0], enlarged), parameters)
    if alpha.min() >= OPAQUE_FROM:
        return elements(shapes)
    if _translucent(alpha):
        levels = np.asarray(alpha >> 4 << 4 | alpha >> 4, np.uint8)
        own_levels = parameters.model_copy(update={"palette_size": 0})
        return _masked(shapes, vtracer_shapes(working, _grey(levels), own_levels))
    outlines = silhouette(alpha, times, parameters, scale)
    if len({shape.fill for shape in shapes}) == 1:
        return elements([Shape(shapes[0].fill, outlines)])
    return _masked(shapes, [Shape("#ffffff", outlines)])


def _masked(shapes: list[Shape], veil: list[Shape]) -> str:
    """Shapes behind a mask: some browsers clip each shape by itself, and lower ones would show along the edge."""
    return f'<mask id="a">{elements(veil, "m")}</mask><g mask="url(#a)">{elements(shapes)}</g>'


def _translucent(alpha: Alpha) -> bool:
    """Whether more of an image is translucent than its anti-aliased edges, or nothing of it is more than that."""
    if alpha.max() < HALF_OPAQUE:
        return True
    partial = (alpha > _CLEAR_TO) & (alpha < OPAQUE_FROM)
    return bool(cv2.erode(partial.astype(np.uint8), np.ones((5, 5), np.uint8)).mean() > _TRANSLUCENT_SHARE)


def _enlarged_colours(colours: Pixels, enlarged: Pixels) -> Pixels:
    """The colours of an enlarged image, and those spread in its source where its own cannot be trusted."""
    rgb, trusted = np.ascontiguousarray(enlarged[..., :3]), trusted_pixels(enlarged[..., 3])
    if trusted.all():
        return rgb
    coarse = cv2.resize(colours, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.where(trusted[..., None], rgb, coarse)


def _grey(levels: Alpha) -> Pixels:
    return np.repeat(levels[..., None], 3, axis=2)
