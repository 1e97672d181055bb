import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.decode.pixels import premultiplied
from svgai.trace.colours.colour_models import CLEAR
from svgai.trace.regions.pixel_assignment import Assignment, assign
from svgai.trace.regions.smooth_areas import MAX_MODELS, Cores, RegionSettings, find_cores
from tests.inputs.tracing_inputs import BLACK, RED, WHITE, disc, enlarged

SETTINGS = RegionSettings(max_colours=MAX_MODELS, max_stops=5, merge_distance=3.0)


def _assigned(rgb: Pixels, times: int = 3) -> Assignment:
    cores = find_cores(rgb, np.ones(rgb.shape[:2], bool), SETTINGS)
    return assign(rgb.astype(np.float32), enlarged(rgb, times).astype(np.float32), cores)


def _at(found: Assignment, row: int, column: int) -> list[float]:
    return [float(level) for level in found.models[int(found.indices[row, column])].colours[0]]


def test_enlarged_edge_is_sharp_and_where_it_was() -> None:
    """Every pixel of an enlarged disc is one of two models, and the disc keeps its area."""
    found = _assigned(disc(64, 21, (20, 30, 200), WHITE))
    assert len(found.models) == 2
    dark = next(index for index, model in enumerate(found.models) if model.colours[0][0] < 100)
    radius = np.sqrt((found.indices == dark).sum() / np.pi) / 3
    assert radius == pytest.approx(21, abs=0.15)


def test_pixels_are_least_sure_at_an_edge() -> None:
    """Of two pixels apart by an edge, one is less sure than those away from edges; all are a little sure."""
    found = _assigned(disc(64, 21, BLACK, WHITE))
    edge = found.indices[:, 1:] != found.indices[:, :-1]
    weaker = np.minimum(found.margins[:, 1:], found.margins[:, :-1])[edge]
    assert found.margins.shape == found.indices.shape
    assert found.margins.min() > 0
    assert np.median(weaker) < found.margins[96, 96]


def test_hairline_without_interior_survives() -> None:
    """A line of one pixel, too thin for an interior, gets the colour of the line."""
    rgb = np.full((40, 60, 3), 255, np.uint8)
    rgb[20, 5:55] = (180, 0, 0)
    found = _assigned(rgb)
    assert _at(found, 61, 90) == [180, 0, 0]
    assert _at(found, 10, 90) == [255, 255, 255]


def test_a_thin_stroke_of_a_known_colour_adds_no_model() -> None:
    """A faint hairline that is a blend of the ground and a colour of the image takes that colour."""
    rgb = np.full((60, 60, 3), 255, np.uint8)
    rgb[30:55, 5:55] = RED
    rgb[12, 5:55] = (np.array(RED) * 3 + 255) // 4
    found = _assigned(rgb)
    assert len(found.models) == 2
    assert _at(found, 37, 90) == list(RED)


def test_a_faint_long_line_is_kept() -> None:
    """A line that is a pale blend of ground and a colour of the image gets a colour of its own, its own one."""
    rgb = np.full((60, 60, 3), 255, np.uint8)
    rgb[30:55, 5:55] = RED
    pale = (np.array(RED) + 255 * 3) // 4
    rgb[12, 5:55] = pale
    found = _assigned(rgb)
    assert len(found.models) == 3
    assert _at(found, 37, 90) == pale.tolist()


def test_a_faint_speck_is_not_kept() -> None:
    """Pale pixels that go on to no line are the rest of something else, and add no model."""
    rgb = np.full((60, 60, 3), 255, np.uint8)
    rgb[30:55, 5:55] = RED
    rgb[12, 20:23] = (np.array(RED) + 255 * 3) // 4
    assert len(_assigned(rgb).models) == 2


def _of_three_colours(places: npt.NDArray[np.intp], draw: np.random.Generator) -> Pixels:
    """A picture whose pixels each hold 8 x 8 places of three random colours."""
    colours = draw.integers(0, 256, (4, 3)).astype(np.float64)[places]
    height, width = (side // 8 for side in places.shape)
    return np.asarray(np.rint(colours.reshape(height, 8, width, 8, 3).mean(axis=(1, 3))), np.uint8)


@pytest.mark.parametrize("offset", [2, 6])
@pytest.mark.parametrize("seed", range(1, 8))
def test_a_stripe_of_two_pixels_keeps_its_colour(seed: int, offset: int) -> None:
    """Between two other colours it has no interior, and yet gets the colour known from elsewhere, and no other."""
    places = np.zeros((72 * 8, 72 * 8), np.intp)
    places[32 * 8 + offset :] = 2
    places[30 * 8 + offset : 32 * 8 + offset] = places[50 * 8 : 62 * 8, 10 * 8 : 50 * 8] = 1
    rgb = _of_three_colours(places, np.random.default_rng(seed))
    found = _assigned(rgb)
    assert len(found.models) == 3
    assert _at(found, 3 * 31 + 1, 30) == rgb[56, 30].tolist()


@pytest.mark.parametrize("seed", [1, 2, 3, 10, 11, 12])
def test_where_three_colours_meet_is_no_fourth(seed: int) -> None:
    """Pixels that are blends of all three belong to them."""
    places = np.zeros((72 * 8, 72 * 8), np.intp)
    places[20 * 8 + 4 :] = 1
    places[20 * 8 + 4 :, 35 * 8 + 4 :] = 2
    assert len(_assigned(_of_three_colours(places, np.random.default_rng(seed))).models) == 3


@pytest.mark.parametrize("coverage", [0.6, 1.0])
def test_a_stroke_on_clear_ground_keeps_its_colour(coverage: float) -> None:
    """A line one pixel wide that no area has the colour of is opaque in that colour, however little it covers."""
    rgba = np.zeros((40, 60, 4), np.uint8)
    rgba[20, 5:55] = (180, 0, 0, round(255 * coverage))
    levels = premultiplied(rgba)
    cores = Cores((CLEAR,), np.where(rgba[..., 3] == 0, np.int16(0), np.int16(-1)))
    found = assign(levels, levels.repeat(2, axis=0).repeat(2, axis=1), cores)
    assert len(found.models) == 2
    assert found.models[0] is CLEAR
    assert found.models[1].colours[0] == pytest.approx([180, 0, 0], abs=1)
    assert (found.indices[40:42, 12:108] == 1).all()
    assert (found.indices[:38] == 0).all()


@given(height=st.integers(1, 5), width=st.integers(1, 5), times=st.integers(1, 4), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_the_smallest_images_have_models(height: int, width: int, times: int, seed: int) -> None:
    """However few the pixels, each has the index of a model, and there is at least one."""
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    found = _assigned(rgb, times)
    assert found.indices.shape == found.margins.shape == (height * times, width * times)
    assert found.indices.max() < len(found.models) <= MAX_MODELS


def test_noise_has_bounded_models() -> None:
    """Noise, in which every pixel is a stroke, never exceeds the number of models."""
    noise = np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8)
    assert len(_assigned(noise, 1).models) <= MAX_MODELS
