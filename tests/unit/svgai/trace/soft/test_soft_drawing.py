import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.measure.rendering import render
from svgai.trace.parameters import TracingParameters
from svgai.trace.soft.soft_drawing import SoftDrawing, soft_drawing
from svgai.trace.soft.soft_parts import parted
from svgai.trace.svg.writer import document, elements
from svgai.trace.tracer import Tracer
from tests.inputs.tracing_inputs import RED, shadowed

PARAMETERS = TracingParameters()
EVERYWHERE = np.ones((96, 96), bool)


def _drawing(rgba: Pixels) -> SoftDrawing:
    drawing = soft_drawing(parted(rgba), PARAMETERS)
    assert drawing is not None
    return drawing


def _rendered(drawing: SoftDrawing, side: int) -> Pixels:
    grid = side * PARAMETERS.grid
    return render(document(elements(drawing.shapes()), (side, side), (grid, grid)), side, side)


def test_a_drawn_shadow_has_the_alpha_of_the_shadow() -> None:
    """Where it is seen it is off by few levels."""
    parts = parted(shadowed(96, 5))
    off = np.abs(_rendered(_drawing(shadowed(96, 5)), 96)[..., 3] - parts.soft[..., 3])
    assert off[parts.seen].mean() < 3
    assert off[parts.seen].max() < 25


@pytest.mark.slow
def test_care_asks_for_finer_steps() -> None:
    """Where something soft is seen, until steps are fine enough; elsewhere care changes nothing."""
    drawing = _drawing(shadowed(96, 5))
    layers = len(drawing.shapes())
    assert not drawing.restack(~EVERYWHERE)
    assert drawing.restack(EVERYWHERE)
    assert len(drawing.shapes()) > layers
    drawing.restack(EVERYWHERE)
    assert not drawing.restack(EVERYWHERE)


def test_what_is_translucent_reaches_the_corners_of_the_page() -> None:
    """An evenly translucent page is drawn as one, corners and all."""
    page = np.full((20, 20, 4), (*RED, 120), np.uint8)
    assert np.abs(_rendered(_drawing(page), 20).astype(int) - page).max() <= 3


def test_a_translucent_disc_that_touches_the_border_stays_round_there() -> None:
    """Coverage says where the disc ends; going on straight beyond the page would flatten its tip."""
    image = render(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><circle cx="40" cy="40" r="40" fill="#06c" '
        'fill-opacity=".85"/></svg>',
        80,
        80,
    )
    svg = Tracer(image).tracing(TracingParameters(grid=4, simplify=0.5)).svg()
    off = render(svg, 80, 80)[..., 3].astype(int) - image[..., 3]
    assert np.abs(off[0]).max() < 40
    assert np.abs(off[:, 0]).max() < 40
