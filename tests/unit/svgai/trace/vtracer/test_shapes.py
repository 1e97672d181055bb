from xml.etree import ElementTree as ET

import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.errors import TracingFailed
from svgai.measure.quality import Reference
from svgai.trace.parameters import TracingParameters
from svgai.trace.svg.grid_geometry import Outline
from svgai.trace.svg.writer import Shape, document, elements
from svgai.trace.vtracer.shapes import trace_with_defaults, vtracer_shapes
from tests.inputs.tracing_inputs import RED, WHITE, disc, enlarged, opaque

PARAMETERS = TracingParameters(colour_models="none", palette_size=8)
DISC = disc(64, 20, RED, WHITE)


def _shapes(rgb: Pixels, parameters: TracingParameters, times: int = 2) -> list[Shape]:
    return vtracer_shapes(opaque(rgb), enlarged(rgb, times), parameters)


def test_defaults_give_a_whole_document() -> None:
    """VTracer's own tracing has the image's size and a viewBox, and looks like the image."""
    rgba = opaque(DISC)
    svg = trace_with_defaults(rgba)
    root = ET.fromstring(svg)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("64", "64", "0 0 64 64")
    assert Reference(rgba).measure(svg).ssim > 0.9


def test_panic_of_the_tracer_is_a_tracing_failure() -> None:
    """VTracer's panic on an image without any opaque pixel surfaces as TracingFailed."""
    with pytest.raises(TracingFailed):
        trace_with_defaults(np.zeros((8, 8, 4), np.uint8))


def test_a_palette_leaves_few_fills() -> None:
    """Snapped to a palette, a soft disc has exactly its colours among no more fills than the palette has."""
    fills = {shape.fill for shape in _shapes(DISC, PARAMETERS.model_copy(update={"palette_size": 4}))}
    assert {"#ffffff", "#c81e28"} <= fills
    assert len(fills) <= 4


def test_shapes_lie_on_the_grid_of_traced_pixels() -> None:
    """Coordinates are traced pixels times ten to the precision, within the page, and draw the image."""
    for precision in (0, 2):
        parameters = PARAMETERS.model_copy(update={"path_precision": precision})
        shapes = _shapes(DISC, parameters)
        side = 128 * 10**precision
        starts = [outline.start for shape in shapes for outline in shape.outlines if isinstance(outline, Outline)]
        assert all(0 <= value <= side for start in starts for value in start)
        svg = document(elements(shapes), (64, 64), (side, side))
        assert Reference(opaque(DISC)).measure(svg).ssim > 0.95


def test_polygons_have_no_curves() -> None:
    """Without splines all steps are lines."""
    shapes = _shapes(DISC, PARAMETERS.model_copy(update={"mode": "polygon"}))
    outlines = [outline for shape in shapes for outline in shape.outlines if isinstance(outline, Outline)]
    assert {len(step) for outline in outlines for step in outline.steps} == {1}


@pytest.mark.parametrize("size", [(1, 1), (1, 20), (2, 2)])
@pytest.mark.parametrize("palette_size", [0, 4])
def test_the_smallest_images_have_shapes(size: tuple[int, int], palette_size: int) -> None:
    """An image of a few pixels gives a shape of its colour."""
    rgb = np.full((*size, 3), RED, np.uint8)
    shapes = _shapes(rgb, PARAMETERS.model_copy(update={"palette_size": palette_size, "filter_speckle": 0}))
    assert len(shapes) == 1
