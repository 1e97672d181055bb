"""The drawing of an image on its page: soft layers, regions with their mask, or squares."""

from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Floats, Mask
from svgai.trace.content_box import ContentBox
from svgai.trace.region_drawing import RegionDrawing
from svgai.trace.soft.soft_drawing import SoftDrawing
from svgai.trace.svg.grid_geometry import Rectangle
from svgai.trace.svg.writer import Shape, document, elements


@dataclass(frozen=True)
class Page:
    """
    Where what is traced of an image lies on its page.

    Attributes:
        size: of the page, in pixels: width and height.
        box: the part that is traced.
        traced: width and height, in pixels, to which that was reduced.
        ground: what the rest of the page is painted with, as #rrggbb; empty where nothing is.
    """

    size: tuple[int, int]
    box: ContentBox
    traced: tuple[int, int]
    ground: str

    def grid(self, across: int, down: int, scale: int) -> tuple[int, int]:
        """Pixels of the page in grid steps, `scale` of which are a pixel of what is traced."""
        columns, rows = self.traced
        return round(across * columns / self.box.width * scale), round(down * rows / self.box.height * scale)

    def on_traced(self, values: Floats) -> Floats:
        """Values over the page, (h, w) or (h, w, c), on what is traced of it."""
        box, steps, (columns, rows) = self.box, values.shape[1] / self.size[0], self.traced
        top, left = round(box.top * steps), round(box.left * steps)
        values = values[top : round((box.top + box.height) * steps), left : round((box.left + box.width) * steps)]
        if values.shape[:2] == (rows, columns):
            return values
        return np.asarray(cv2.resize(values, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


class PageDrawing:
    """
    One way to draw an image, whose outlines can be drawn with more care in places.

    Args:
        page: of the image.
        scale: grid steps of one pixel of what is traced.
        drawings: of its colours, and of the alpha that masks them.
        soft: what lies beneath.
        body: in place of these, what is drawn of the part of the page that is traced.
        drawn: in place of all, the SVG.
    """

    def __init__(
        self,
        page: Page,
        scale: int,
        drawings: tuple[RegionDrawing, ...] = (),
        soft: SoftDrawing | None = None,
        body: str = "",
        drawn: str = "",
    ) -> None:
        self._page, self._scale = page, scale
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
        local = None if care is None else self._page.on_traced(care)
        if self._soft:
            crisp = [shape for drawing in self._drawings for shape in drawing.shapes(local)]
            body = elements(self._soft.shapes(local) + crisp)
        elif self._drawings:
            colours, *veil = [drawing.shapes(local) for drawing in self._drawings]
            if colours and colours[0].fill == self._page.ground:
                del colours[0]  # the page has it
            body = masked(colours, veil[0]) if veil else elements(colours)
        return document(self._placed(body), self._page.size, self._page.grid(*self._page.size, self._scale))

    def _placed(self, body: str) -> str:
        """What was drawn of a part of the page, in its place there."""
        page, box = self._page, self._page.box
        if (box.width, box.height) == page.size:
            return body
        x, y = page.grid(box.left, box.top, self._scale)
        whole = Rectangle((0, 0), page.grid(*page.size, self._scale))
        ground = elements([Shape(page.ground, (whole,))]) if page.ground else ""
        return f'{ground}<g transform="translate({x} {y})">{body}</g>'

    def restack(self, careful: Mask) -> bool:
        """Stack layers with care in some pixels (h, w), and tell whether that changes any."""
        there = self._page.on_traced(careful.astype(np.float32)) > 0
        changed = [drawing.restack(there) for drawing in self._drawings]
        finer = self._soft is not None and self._soft.restack(there)
        return finer or any(changed)

    def recolour(self, levels: Floats) -> bool:
        """
        Paint what is off all over as the source (h, w, 4) has it, and tell whether that changes any.

        Its levels are colours times alpha, and alpha. Behind a mask, or over what is soft, nobody sees what is off.
        """
        return len(self._drawings) == 1 and not self._soft and self._drawings[0].recolour(self._page.on_traced(levels))

    def follow(self, missing: Floats) -> None:
        """
        Move outlines by what the last drawing lacks: the source less it (h, w, 4), colours times alpha and alpha.

        Behind a mask nobody sees which of both is off, and outlines stay.
        """
        if len(self._drawings) == 1:
            self._drawings[0].follow(self._page.on_traced(missing))


def masked(shapes: list[Shape], veil: list[Shape]) -> str:
    """Shapes behind a mask: some browsers clip each shape by itself, and lower ones would show along the edge."""
    return f'<mask id="a">{elements(veil, "m")}</mask><g mask="url(#a)">{elements(shapes)}</g>'
