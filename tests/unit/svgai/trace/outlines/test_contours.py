import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Floats, Mask
from svgai.trace.outlines.contours import layer_contours
from svgai.trace.regions.layer_stack import Layer
from svgai.trace.regions.page_border import MapExtent
from tests.inputs.tracing_inputs import distances, ellipse, signed_area


def _heights(inside: Floats) -> tuple[Layer, Floats]:
    """A layer of what is above zero, with margins that grow with the distance from there."""
    return Layer(0, 0, 0, inside > 0), np.clip(np.abs(inside) * 20, 0.01, 200).astype(np.float32)


def _from_centre(side: int, x: float, y: float) -> Floats:
    down, right = np.mgrid[:side, :side].astype(np.float32) + np.float32(0.5)
    return np.asarray(np.hypot(right - x, down - y), np.float32)


@given(radius=st.floats(3, 30), x=st.floats(35, 45), y=st.floats(35, 45), times=st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_a_disc_is_outlined_below_a_pixel(radius: float, x: float, y: float, times: int) -> None:
    """The one outline of a disc lies on its circle, in source pixels, and is closed."""
    (outline,) = layer_contours(*_heights(radius - _from_centre(80, x, y)), times, MapExtent(80 // times, 80 // times))
    assert (outline[0] == outline[-1]).all()
    circle = ellipse((x / times, y / times), radius / times, radius / times)
    assert distances(outline, circle).max() * times < 0.15


def test_holes_run_the_other_way() -> None:
    """A ring has two outlines in opposite directions, which together enclose its area."""
    layer, margins = _heights(12 - np.abs(_from_centre(100, 50, 50) - 30))
    areas = [signed_area(outline) for outline in layer_contours(layer, margins, 2, MapExtent(50, 50))]
    assert min(areas) < 0 < max(areas)
    assert sum(areas) * 4 == pytest.approx(np.pi * (42**2 - 18**2), rel=0.01)


@given(seed=st.integers(0, 999), height=st.integers(3, 16), width=st.integers(3, 16), coarse=st.integers(2, 4))
@settings(max_examples=40, deadline=None)
def test_outlines_enclose_the_area_of_a_mask(seed: int, height: int, width: int, coarse: int) -> None:
    """Outlines of even margins enclose the mask's pixels less what is cut off their corners, within the page."""
    small = np.random.default_rng(seed).random((height, width)) < 0.5
    mask: Mask = small.repeat(coarse, 0).repeat(coarse, 1)
    outlines = layer_contours(
        Layer(0, 0, 0, mask), np.full(mask.shape, 60, np.float32), 1, MapExtent(mask.shape[1], mask.shape[0])
    )
    corners = sum(len(outline) for outline in outlines)
    assert sum(map(signed_area, outlines)) == pytest.approx(mask.sum(), abs=corners / 8 + 1)
    for outline in outlines:
        assert outline.min() >= 0
        assert (outline.max(axis=0) <= (mask.shape[1], mask.shape[0])).all()


def test_margins_move_an_outline() -> None:
    """The outline runs nearer to the pixels that are less sure of their side."""
    mask = np.zeros((20, 20), bool)
    mask[:, :10] = True
    margins = np.full((20, 20), 60, np.float32)
    margins[:, 9] = 20
    (outline,) = layer_contours(Layer(0, 0, 0, mask), margins, 1, MapExtent(20, 20))
    middle = outline[(outline[:, 1] > 5) & (outline[:, 1] < 15) & (outline[:, 0] > 5)]
    assert middle[:, 0] == pytest.approx(np.full(len(middle), 9.75))


def test_an_outline_is_placed_by_the_corner_of_its_layer() -> None:
    """A layer cut from the map is outlined where it lies in the map, and up to the very edge of the page."""
    margins = np.full((40, 40), 60, np.float32)
    (outline,) = layer_contours(Layer(0, 30, 20, np.ones((10, 20), bool)), margins, 2, MapExtent(20, 20))
    assert outline.min(axis=0).tolist() == [10, 15]
    assert outline.max(axis=0).tolist() == [20, 20]


def test_an_outline_ends_at_the_border_of_the_page() -> None:
    """What runs on into the margin is outlined up to the page's border and no farther, what does not as it is."""
    mask = np.zeros((40, 50), bool)
    mask[:20, 10:40] = True
    (outline,) = layer_contours(
        Layer(0, 0, 0, mask), np.full(mask.shape, 60, np.float32), 2, MapExtent(17, 12, margin=4)
    )
    assert outline.min(axis=0).tolist() == [1, 0]
    assert outline.max(axis=0).tolist() == [16, 6]


def test_specks_have_no_outline() -> None:
    """What is less than a pixel round is left out, and so is a layer of nothing."""
    mask = np.zeros((12, 12), bool)
    margins = np.full((12, 12), 60, np.float32)
    assert layer_contours(Layer(0, 0, 0, mask), margins, 4, MapExtent(3, 3)) == []
    mask[5, 5] = True
    assert layer_contours(Layer(0, 0, 0, mask), margins, 4, MapExtent(3, 3)) == []
