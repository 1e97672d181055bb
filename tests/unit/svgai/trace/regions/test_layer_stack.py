import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Map
from svgai.trace.regions.layer_stack import MOST_LAYERS, Stack, stack_layers


def _patches(height: int, width: int, models: int, coarse: int, seed: int) -> Map:
    """A map of square patches of random models."""
    random = np.random.default_rng(seed)
    patches = random.integers(0, models, (-(-height // coarse), -(-width // coarse)), np.uint8)
    return patches.repeat(coarse, 0).repeat(coarse, 1)[:height, :width]


MAPS = st.builds(
    _patches,
    st.integers(1, 24),
    st.integers(1, 24),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(0, 10_000),
)


def _painted(stack: Stack, shape: tuple[int, ...]) -> Map:
    page = np.full(shape, stack.ground, np.uint8)
    for layer in stack.layers:
        height, width = layer.mask.shape
        page[layer.top : layer.top + height, layer.left : layer.left + width][layer.mask] = layer.model
    return page


def _area_sizes(indices: Map) -> npt.NDArray[np.int_]:
    """For each pixel the size of the area of one model that it belongs to."""
    sizes = np.zeros(indices.shape, np.int_)
    for model in np.unique(indices):
        _, labels, stats, _ = cv2.connectedComponentsWithStats((indices == model).astype(np.uint8), connectivity=4)
        sizes = np.where(indices == model, stats[labels, cv2.CC_STAT_AREA], sizes)
    return sizes


@pytest.mark.slow
@given(indices=MAPS, overlap=st.integers(1, 4), with_clear=st.booleans())
@settings(max_examples=80, deadline=None)
def test_painting_in_order_gives_the_map(indices: Map, overlap: int, with_clear: bool) -> None:
    """Without specks, the layers painted over the ground are the map, however far they run on beneath each other."""
    stack = stack_layers(indices, 0 if with_clear else None, least_area=0, overlap=overlap)
    assert (_painted(stack, indices.shape) == indices).all()


@given(indices=MAPS, least_area=st.integers(2, 12))
@settings(max_examples=60, deadline=None)
def test_what_is_no_speck_keeps_its_model(indices: Map, least_area: int) -> None:
    """Areas at least as large as the limit stay as they are, and no layer is smaller than it."""
    stack = stack_layers(indices, None, float(least_area), overlap=2)
    painted = _painted(stack, indices.shape)
    large = _area_sizes(indices) >= least_area
    assert (painted[large] == indices[large]).all()
    assert all(layer.mask.sum() >= least_area for layer in stack.layers)


@given(indices=MAPS, least_area=st.integers(0, 12), overlap=st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_clear_ground_is_never_painted(indices: Map, least_area: int, overlap: int) -> None:
    """No layer reaches onto a clear pixel, not even in the smallest hole."""
    stack = stack_layers(indices, 0, float(least_area), overlap)
    assert stack.ground == 0
    assert (_painted(stack, indices.shape)[indices == 0] == 0).all()
    assert all(layer.model != 0 for layer in stack.layers)


def test_neighbours_overlap() -> None:
    """Of two areas side by side the lower runs on beneath the upper, and only by the overlap."""
    indices = np.zeros((20, 40), np.uint8)
    indices[5:15, 5:20], indices[5:15, 20:35] = 1, 2
    lower, upper = stack_layers(indices, None, 0, overlap=3).layers
    assert upper.mask.sum() == 150
    assert lower.mask.sum() == 150 + 3 * 10


def test_what_lies_within_is_painted_over() -> None:
    """An area within another leaves no hole in it and comes later."""
    indices = np.zeros((30, 30), np.uint8)
    indices[3:27, 3:27], indices[10:20, 10:20] = 1, 2
    outer, inner = stack_layers(indices, None, 0, overlap=2).layers
    assert (outer.model, inner.model) == (1, 2)
    assert outer.mask.sum() == 24 * 24
    assert inner.mask.sum() == 100


@pytest.mark.parametrize("clear", [None, 0])
def test_ground_within_an_area_is_a_hole(clear: int | None) -> None:
    """The middle of a ring needs no layer, whether the ground is a colour or clear."""
    indices = np.zeros((30, 30), np.uint8)
    indices[3:27, 3:27], indices[10:20, 10:20] = 1, 0
    (ring,) = stack_layers(indices, clear, 0, 2).layers
    assert ring.mask.sum() == 24 * 24 - 100


def test_ground_is_what_most_of_the_border_has() -> None:
    """The page is painted with the model along most of its border, whatever covers more of it."""
    indices = np.full((20, 20), 3, np.uint8)
    indices[1:-1, 1:-1] = 1
    stack = stack_layers(indices, None, 0, 1)
    assert (stack.ground, [layer.model for layer in stack.layers]) == (3, [1])


def test_a_page_of_one_model_has_no_layers() -> None:
    """Where there is nothing but ground, nothing lies on it, be it clear or not."""
    page = np.full((4, 5), 2, np.uint8)
    for clear in (None, 2):
        stack = stack_layers(page, clear, 4, 1)
        assert (stack.ground, stack.layers) == (2, ())


def test_layers_are_bounded() -> None:
    """Of more areas than can be painted only the largest are."""
    dots = np.zeros((160, 160), np.uint8)
    dots[::2, ::2] = 1
    dots[100:110, 100:110] = 1
    stack = stack_layers(dots, None, 0, 1)
    assert len(stack.layers) <= MOST_LAYERS
    assert _painted(stack, dots.shape)[105, 105] == 1


@given(indices=MAPS, least_area=st.integers(5, 12))
@settings(max_examples=60, deadline=None)
def test_with_care_everywhere_no_area_of_four_pixels_is_lost(indices: Map, least_area: int) -> None:
    """Painted in order the layers are the map but for specks, however few they would be without care."""
    everywhere = np.ones(indices.shape, bool)
    painted = _painted(stack_layers(indices, None, float(least_area), 2, everywhere), indices.shape)
    kept = _area_sizes(indices) >= 4
    assert (painted[kept] == indices[kept]).all()


def test_small_areas_stay_only_where_care_is_taken() -> None:
    """Of two alike the one in careful pixels is painted; a single pixel never is."""
    indices = np.zeros((20, 40), np.uint8)
    indices[8:11, 5:8] = indices[8:11, 25:28] = indices[3, 3] = 1
    careful = np.zeros(indices.shape, bool)
    careful[:, :20] = True
    assert stack_layers(indices, None, 16, 2).layers == ()
    (kept,) = stack_layers(indices, None, 16, 2, careful).layers
    assert (kept.left < 20, int(kept.mask.sum())) == (True, 9)


def test_under_care_a_layer_keeps_off_the_edge_of_what_lies_on_it() -> None:
    """A lower area whose edge an upper one shares ends beneath it, and else reaches as far as without care."""
    indices = np.zeros((30, 30), np.uint8)
    indices[3:27, 3:27], indices[10:20, 18:27] = 1, 2
    lower, upper = stack_layers(indices, None, 0, overlap=2, careful=np.ones(indices.shape, bool)).layers
    plain, _ = stack_layers(indices, None, 0, overlap=2).layers
    page = np.zeros(indices.shape, bool)
    page[lower.top : lower.top + lower.mask.shape[0], lower.left : lower.left + lower.mask.shape[1]] = lower.mask
    assert (lower.model, upper.model) == (1, 2)
    assert not page[13:17, 25:27].any()
    assert page[indices == 1].all()
    assert page[13:17, 18:20].all()
    assert lower.mask.sum() < plain.mask.sum()


@pytest.mark.parametrize("clear", [None, 0])
def test_equal_maps_have_equal_layers(clear: int | None) -> None:
    """The same map is stacked the same way each time."""
    indices = _patches(24, 24, 4, 2, 5)
    one, other = (stack_layers(indices, clear, 3, 2) for _ in range(2))
    assert [(layer.model, layer.top, layer.left) for layer in one.layers] == [
        (layer.model, layer.top, layer.left) for layer in other.layers
    ]
    assert all((a.mask == b.mask).all() for a, b in zip(one.layers, other.layers, strict=True))
