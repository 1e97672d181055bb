"""docs/svg.md lists the elements and attributes that the writer may write, and no others."""

import xml.etree.ElementTree as ET
from collections import defaultdict
from itertools import product
from pathlib import Path

import numpy as np

from svgai.convert.real_units import SizeOnPaper
from svgai.decode.image_resolution import Resolution
from svgai.trace.page_drawing import masked
from svgai.trace.parameters import TracingParameters
from svgai.trace.svg.gradients import Gradient
from svgai.trace.svg.grid_geometry import AnyOutline, Ellipse, Outline, Rectangle
from svgai.trace.svg.writer import Paint, Pen, Shape, document, elements
from svgai.trace.tracer import trace
from tests.inputs.pixel_pictures import sprite
from tests.unit.test_docs import rows

PAGE = Path(__file__).parents[2] / "docs/svg.md"
SIDE = 60

STOPS = ((0, "#112233"), (500, "#44556677"), (1000, "#8899aa"))
PAINTS: tuple[Paint, ...] = (
    "#123456",
    "#12345678",
    *(Gradient(line, STOPS) for line in ((1, 2, 30, 40), (30, 30, 20), (20, 5, 5, 9, 30, 30))),
)
OUTLINES: tuple[AnyOutline, ...] = (
    Ellipse((30, 30), (8, 8)),
    Ellipse((30, 30), (9, 5)),
    Rectangle((5, 6), (20, 30)),
    Rectangle((5, 6), (20, 30), 4),
    Outline((1, 1), (((20, 1),), ((20, 40),))),
)
PENS = (None, Pen(3), Pen(3, round=True))


def small_on_large() -> str:
    """A page of which a small part is traced by itself."""
    rgba = np.full((700, 700, 4), 255, np.uint8)
    rgba[300:340, 300:340, :3] = 40
    return trace(rgba, TracingParameters())


def drawings() -> list[str]:
    """Everything that the writer can write, in every company."""
    shapes = [
        Shape(paint, (outline,), pen)
        for paint, outline, pen in product(PAINTS, OUTLINES, PENS)
        if pen is None or isinstance(paint, str)
    ]
    bodies = [elements(shapes), elements(shapes * 2), masked(shapes, shapes)]
    bodies += [elements([shape]) for shape in shapes]
    plain = [document(body, (SIDE, SIDE), (SIDE, SIDE)) for body in bodies]
    fax = SizeOnPaper(SIDE, SIDE, "in", Resolution(204, 98)).of(plain[0])
    return [*plain, fax, small_on_large(), trace(sprite(), TracingParameters(mode="pixels"))]


def test_the_page_lists_what_is_written() -> None:
    """Each element with its attributes, as many drawings of everything that there is have them together."""
    written: dict[str, set[str]] = defaultdict(set)
    for svg in drawings():
        for element in ET.fromstring(svg).iter():
            written[element.tag.removeprefix("{http://www.w3.org/2000/svg}")] |= set(element.attrib)
    written["svg"].add("xmlns")  # parsers keep that for themselves
    listed = rows(PAGE, "| element | attributes | for |")
    assert {name: set(attributes.split(", ")) for name, attributes, _ in listed} == written
