import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from svgai.trace.outlines.contours import layer_contours
from svgai.trace.outlines.deviation_worth import care_along, even_worth, share_seen
from svgai.trace.parameters import TracingParameters
from svgai.trace.regions.layer_stack import stack_layers
from svgai.trace.regions.page_border import MapExtent
from svgai.trace.regions.region_map import region_map
from tests.inputs.tracing_inputs import opaque, polygon, source_of


def test_what_is_simplified_more_is_worth_less() -> None:
    """Twice as far a deviation may be worth as much; simplify 0 is no division by zero."""
    contour = polygon([(1, 1), (9, 1), (5, 8)])
    one, two, none = (even_worth(simplify, contour) for simplify in (1, 2, 0))
    assert one.shape == (len(contour),)
    assert (one == 4 * two).all()
    assert np.isfinite(none).all()
    assert (none > one).all()


@given(x=st.floats(-50, 300), y=st.floats(-50, 300))
def test_care_is_that_of_the_nearest_place_of_the_page(x: float, y: float) -> None:
    """Also of points just beyond it."""
    care = np.ones((100, 200), np.float32)
    care[:, :100] = 5
    assert care_along(np.array([[x, y]]), care) == (5 if int(x) < 100 else 1)


def _beside_each_other() -> tuple[list[float], list[float]]:
    """Of two areas side by side on a ground: the least share that is seen of each outline, and the greatest."""
    rgb = np.full((40, 60, 3), 255, np.uint8)
    rgb[8:32, 8:30] = (200, 30, 40)
    rgb[4:36, 30:52] = (20, 90, 200)
    regions = region_map(source_of(opaque(rgb)), TracingParameters())
    stack = stack_layers(regions.indices, regions.clear, 16, overlap=regions.times)
    contours = [layer_contours(layer, regions.margins, regions.times, regions.page) for layer in stack.layers]
    shares = list(share_seen(stack, contours, regions))
    assert [len(one) for one in shares] == [len(contour) for group in contours for contour in group]
    return [float(one.min()) for one in shares], [float(one.max()) for one in shares]


def test_only_what_lies_beneath_is_worth_less() -> None:
    """Of two areas side by side, one runs on beneath the other: that side of its outline is not seen, the rest is."""
    least, most = _beside_each_other()
    assert min(least) < 0.1
    assert max(least) == 1
    assert most == [1, 1]


def test_nothing_lies_on_a_single_layer() -> None:
    """An outline with nothing on it is seen all along."""
    rgb = np.full((30, 30, 3), 255, np.uint8)
    rgb[8:22, 8:22] = (200, 30, 40)
    regions = region_map(source_of(opaque(rgb)), TracingParameters())
    stack = stack_layers(regions.indices, regions.clear, 16, overlap=regions.times)
    contours = [layer_contours(layer, regions.margins, regions.times, MapExtent(30, 30, 3)) for layer in stack.layers]
    assert all((one == 1).all() for one in share_seen(stack, contours, regions))
