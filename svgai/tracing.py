"""
Pixels to SVG: take noise out, enlarge, trace, transparency, write.

Transparency is part of the map that outlines are drawn from, so that every shape has its own edge. Where a noticeable
share of the image is soft, translucent layers lie beneath what is crisp. Where few of these would not show it, the
image's colours are traced as if opaque, and a mask of alpha levels covers the whole.
"""

import math
from functools import cached_property

import cv2
import numpy as np

from svgai.colour_models import Floats
from svgai.colour_spreading import CLEAR_TO, OPAQUE_FROM, Alpha, spread, trusted_pixels
from svgai.content_box import ContentBox, content_box
from svgai.images import Pixels, fit_within, premultiplied, resize
from svgai.layers import Mask
from svgai.noise import denoised, is_noisy
from svgai.outlines import Rectangle
from svgai.page_border import with_margin
from svgai.pixel_art import squares
from svgai.pixel_drawing import pixel_svg
from svgai.region_drawing import RegionDrawing, silhouette
from svgai.region_map import HALF_OPAQUE, RegionMap, Source, region_map
from svgai.regions import calmed
from svgai.soft_drawing import SoftDrawing, soft_drawing
from svgai.soft_parts import Parts, noticeably_soft, parted
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
_ALIKE_IN_NOISE = 4.0  # CIELAB distance: what is left of noise makes one colour several


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
    One image, to be traced in one way or several: what these have in common is made once.

    `working` are the pixels that are traced: reduced, and without noise where the image is `noisy`.

    Args:
        rgba: straight-alpha pixels (height, width, 4).
        strokes: whether lines become strokes; VTracer's never do.
    """

    def __init__(self, rgba: Pixels, strokes: Strokes = "auto") -> None:
        self.strokes = strokes
        self.size = rgba.shape[1], rgba.shape[0]
        self.noisy = is_noisy(rgba)
        by_itself = max(self.size) > SMALL_SIDE and not self.noisy
        self.box = content_box(rgba, WORKING_SIDE) if by_itself else ContentBox(0, 0, *self.size)
        reduced = fit_within(self.box.of(rgba), WORKING_SIDE)
        self._rgba = rgba
        self.working = calmed(denoised(reduced) if self.noisy else reduced)
        self._maps: dict[TracingParameters, tuple[RegionMap, ...]] = {}

    def tracing(self, parameters: TracingParameters) -> "Tracing":
        """One way to trace the image. Raises what `trace` does."""
        if parameters.mode == "pixels":
            return Tracing(self, 1, drawn=pixel_svg(squares(self._rgba), self.size))
        if parameters.colour_models == "none":
            times = self._times(parameters)
            scale = times * 10**parameters.path_precision
            return Tracing(self, scale, body=_of_vtracer(self.working, times, parameters, scale))
        maps = self.maps(parameters)
        if self.strokes == "only":
            maps = maps[:1]  # a mask of lines shows nothing
        strokes = "never" if len(maps) > 1 else self.strokes
        drawings = tuple(RegionDrawing(regions, parameters, strokes) for regions in maps)
        return Tracing(self, parameters.grid, drawings, self._soft(parameters))

    def maps(self, parameters: TracingParameters) -> tuple[RegionMap, ...]:
        """The regions of the image's colours, and of the alpha that masks them, as `parameters` find them."""
        key = _OUTLINES.model_copy(update={name: getattr(parameters, name) for name in _MAPPED})
        if self.noisy:
            key = key.model_copy(update={"merge_distance": max(key.merge_distance, _ALIKE_IN_NOISE)})
        if key not in self._maps:
            crisp = self._soft(parameters) is not None
            made = tuple(region_map(source, key) for source in self._sources(self._times(parameters), crisp=crisp))
            if len(self._maps) == _KEPT_MAPS:
                self._maps.pop(next(iter(self._maps)))
            self._maps[key] = made
        return self._maps[key]

    def _soft(self, parameters: TracingParameters) -> SoftDrawing | None:
        """What is soft of the image, if that can be drawn; by lines alone it cannot."""
        if self.strokes == "only" or not noticeably_soft(self.working, self._parts):
            return None
        return soft_drawing(self._parts, parameters)

    def _times(self, parameters: TracingParameters) -> int:
        height, width = self.working.shape[:2]
        if max(height, width) <= SMALL_SIDE:
            most = MOST_TRACED_SIDE // int(max(height, width))
        else:
            most = math.isqrt(MOST_TRACED_PIXELS // int(height * width))
        return max(1, min(parameters.upscale, most))

    def _sources(self, times: int, *, crisp: bool) -> tuple[Source, ...]:
        """The image's colours, none where nothing is to be seen, and its alpha where that needs a mask."""
        framed = with_margin(self._parts.crisp) if crisp else self._framed
        enlarged = resize(framed, framed.shape[1] * times, framed.shape[0] * times)
        alpha = enlarged[..., 3]
        if not (alpha > (HALF_OPAQUE if crisp else CLEAR_TO)).any():
            return ()
        colours, trusted = spread(framed)
        if alpha.min() >= OPAQUE_FROM or (not crisp and _translucent(alpha)):
            fine = _enlarged_colours(colours, enlarged).astype(np.float32)
            drawn = Source(colours, trusted, colours.astype(np.float32), fine)
            return (drawn,) if alpha.min() >= OPAQUE_FROM else (drawn, _veil(framed[..., 3], alpha))
        return (Source(colours, trusted, premultiplied(framed), premultiplied(enlarged)),)

    @cached_property
    def _framed(self) -> Pixels:
        return with_margin(self.working)

    @cached_property
    def _parts(self) -> Parts:
        return parted(self.working)


class Tracing:
    """
    One way to trace an image, whose outlines can be drawn with more care in places.

    Args:
        tracer: the image.
        scale: grid steps of one pixel of its reduction.
        drawings: of its colours, and of the alpha that masks them.
        soft: what lies beneath.
        body: in place of these, what is drawn of the part of the page that is traced.
        drawn: in place of all, the SVG.
    """

    def __init__(
        self,
        tracer: Tracer,
        scale: int,
        drawings: tuple[RegionDrawing, ...] = (),
        soft: SoftDrawing | None = None,
        body: str = "",
        drawn: str = "",
    ) -> None:
        self._rows, self._columns = tracer.working.shape[:2]
        self._size, self._scale, self._box = tracer.size, scale, tracer.box
        self._ground = "" if tracer.strokes == "only" else self._box.ground
        self._drawings, self._soft, self._body, self._drawn = drawings, soft, body, drawn

    @property
    def refinable(self) -> bool:
        """Whether outlines are fitted here: VTracer's know no care, and those of pixels need none."""
        return bool(self._drawings or self._soft)

    def svg(self, care: Floats | None = None) -> str:
        """The SVG; `care` (h, w) over the whole picture is that of `RegionDrawing.shapes`."""
        if self._drawn:
            return self._drawn
        body = self._body
        local = None if care is None else self._on_page(care)
        if self._soft:
            crisp = [shape for drawing in self._drawings for shape in drawing.shapes(local)]
            body = elements(self._soft.shapes(local) + crisp)
        elif self._drawings:
            colours, *veil = [drawing.shapes(local) for drawing in self._drawings]
            if colours and colours[0].fill == self._ground:
                del colours[0]  # the page has it
            body = _masked(colours, veil[0]) if veil else elements(colours)
        return document(self._placed(body), self._size, self._grid(*self._size))

    def _placed(self, body: str) -> str:
        """What was drawn of a part of the page, in its place there."""
        x, y = self._grid(self._box.left, self._box.top)
        if (self._box.width, self._box.height) == self._size:
            return body
        whole = Rectangle((0, 0), self._grid(*self._size))
        ground = elements([Shape(self._ground, (whole,))]) if self._ground else ""
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
        finer = self._soft is not None and self._soft.restack(there)
        return finer or any(changed)

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
