"""
Pixels to SVG: enlarge, trace, transparency, write.

Transparency is part of the map that outlines are drawn from, so that every shape has its own edge. Where a noticeable
share of the image is translucent, its colours are traced as if opaque, and a mask of alpha levels covers the whole.
"""

import math
from functools import cached_property

import cv2
import numpy as np

from svgai.colour_models import Floats
from svgai.colour_spreading import OPAQUE_FROM, Alpha, spread, trusted_pixels
from svgai.content_box import ContentBox, content_box
from svgai.images import Pixels, fit_within, premultiplied, resize
from svgai.layers import Mask
from svgai.outlines import Rectangle
from svgai.page_border import with_margin
from svgai.region_drawing import RegionDrawing, silhouette
from svgai.region_map import CLEAR_TO, HALF_OPAQUE, RegionMap, Source, region_map
from svgai.regions import calmed
from svgai.svg_writer import Shape, document, elements
from svgai.tracing_parameters import Strokes, TracingParameters
from svgai.vtracer_shapes import vtracer_shapes

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
_KEPT_MAPS = 4  # of an image, the latest: one of a large image takes megabytes
_TRANSLUCENT_SHARE = 0.01


def trace(rgba: Pixels, parameters: TracingParameters) -> str:
    """
    Trace (height, width, 4) straight-alpha pixels once; gives an SVG with viewBox, width and height.

    Raises:
        TracingFailed: VTracer, which serves tracings without colour models, gave up on this image.
    """
    return Tracer(rgba).tracing(parameters).svg()


class Tracer:
    """
    One image, to be traced in one way or several: what these have in common is made once.

    Args:
        rgba: straight-alpha pixels (height, width, 4).
        strokes: whether lines become strokes; VTracer's never do.
    """

    def __init__(self, rgba: Pixels, strokes: Strokes = "auto") -> None:
        self.strokes = strokes
        self.size = rgba.shape[1], rgba.shape[0]
        large = max(self.size) > SMALL_SIDE
        self.box = content_box(rgba, WORKING_SIDE) if large else ContentBox(0, 0, *self.size)
        self.working = calmed(fit_within(self.box.of(rgba), WORKING_SIDE))
        self._maps: dict[TracingParameters, tuple[RegionMap, ...]] = {}

    def tracing(self, parameters: TracingParameters) -> "Tracing":
        """One way to trace the image. Raises what `trace` does."""
        times = max(1, min(parameters.upscale, self._most_times))
        if parameters.colour_models == "none":
            scale = times * 10**parameters.path_precision
            return Tracing(self, scale, body=_of_vtracer(self.working, times, parameters, scale))
        key = _OUTLINES.model_copy(update={name: getattr(parameters, name) for name in _MAPPED})
        if key not in self._maps:
            made = tuple(region_map(source, key) for source in self._sources(times))
            if len(self._maps) == _KEPT_MAPS:
                self._maps.pop(next(iter(self._maps)))
            self._maps[key] = made
        drawings = tuple(RegionDrawing(regions, parameters, self.strokes) for regions in self._maps[key])
        return Tracing(self, parameters.grid, drawings)

    @property
    def _most_times(self) -> int:
        height, width = self.working.shape[:2]
        if max(height, width) <= SMALL_SIDE:
            return int(MOST_TRACED_SIDE // max(height, width))
        return math.isqrt(int(MOST_TRACED_PIXELS // (height * width)))

    def _sources(self, times: int) -> tuple[Source, ...]:
        """The image's colours, none where nothing is to be seen, and its alpha where that needs a mask."""
        framed = self._framed
        enlarged = resize(framed, framed.shape[1] * times, framed.shape[0] * times)
        alpha = enlarged[..., 3]
        if not (alpha > CLEAR_TO).any():
            return ()
        colours, trusted = self._spread
        if alpha.min() >= OPAQUE_FROM or _translucent(alpha):
            fine = _enlarged_colours(colours, enlarged).astype(np.float32)
            drawn = Source(colours, trusted, colours.astype(np.float32), fine)
            return (drawn,) if alpha.min() >= OPAQUE_FROM else (drawn, _veil(framed[..., 3], alpha))
        return (Source(colours, trusted, premultiplied(framed), premultiplied(enlarged)),)

    @cached_property
    def _framed(self) -> Pixels:
        return with_margin(self.working)

    @cached_property
    def _spread(self) -> tuple[Pixels, Mask]:
        return spread(self._framed)


class Tracing:
    """
    One way to trace an image, whose outlines can be drawn with more care in places.

    Args:
        tracer: the image.
        scale: grid steps of one pixel of its reduction.
        drawings: of its colours, and of the alpha that masks them.
        body: in place of these, what is drawn.
    """

    def __init__(self, tracer: Tracer, scale: int, drawings: tuple[RegionDrawing, ...] = (), body: str = "") -> None:
        self._rows, self._columns = tracer.working.shape[:2]
        self._size, self._scale, self._drawings, self._body = tracer.size, scale, drawings, body
        self._box = tracer.box

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
            if colours and colours[0].fill == self._box.ground:
                del colours[0]  # the page has it
            body = _masked(colours, veil[0]) if veil else elements(colours)
        return document(self._placed(body), self._size, self._grid(*self._size))

    def _placed(self, body: str) -> str:
        """What was drawn of a part of the page, in its place there."""
        x, y = self._grid(self._box.left, self._box.top)
        if (self._box.width, self._box.height) == self._size:
            return body
        whole = Rectangle((0, 0), self._grid(*self._size))
        ground = elements([Shape(self._box.ground, (whole,))]) if self._box.ground else ""
        return f'{ground}<g transform="translate({x} {y})">{body}</g>'

    def _grid(self, across: int, down: int) -> tuple[int, int]:
        """Pixels of the page in grid steps."""
        return (
            round(across * self._columns / self._box.width * self._scale),
            round(down * self._rows / self._box.height * self._scale),
        )

    def restack(self, careful: Mask) -> bool:
        """Stack layers with care in some pixels (h, w), and tell whether that changes any."""
        there = self._on_page(careful.astype(np.float32)) > 0
        changed = [drawing.restack(there) for drawing in self._drawings]
        return any(changed)

    def follow(self, missing: Floats) -> None:
        """
        Move outlines by what the last drawing lacks: the source less it (h, w, 4), colours times alpha and alpha.

        Behind a mask nobody sees which of both is off, and outlines stay.
        """
        if len(self._drawings) == 1:
            self._drawings[0].follow(self._on_page(missing))

    def _on_page(self, values: Floats) -> Floats:
        """Values over the picture, and so over the page, on what is traced of it."""
        box, steps = self._box, values.shape[1] / self._size[0]
        top, left = round(box.top * steps), round(box.left * steps)
        values = values[top : round((box.top + box.height) * steps), left : round((box.left + box.width) * steps)]
        if values.shape[:2] == (self._rows, self._columns):
            return values
        return np.asarray(cv2.resize(values, (self._columns, self._rows), interpolation=cv2.INTER_AREA), np.float32)


def _veil(alpha: Alpha, enlarged: Alpha) -> Source:
    """An alpha channel as the image that masks what is drawn of the colours."""
    grey, fine = _grey(alpha), _grey(enlarged).astype(np.float32)
    return Source(grey, np.ones(alpha.shape, bool), grey.astype(np.float32), fine, veil=True)


def _of_vtracer(working: Pixels, times: int, parameters: TracingParameters, scale: int) -> str:
    enlarged = resize(working, working.shape[1] * times, working.shape[0] * times)
    alpha = enlarged[..., 3]
    if not (alpha > CLEAR_TO).any():
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
    partial = (alpha > CLEAR_TO) & (alpha < OPAQUE_FROM)
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
