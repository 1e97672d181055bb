import numpy as np
import pytest

from svgai.array_types import Mask, Pixels
from svgai.trace.regions.smooth_areas import MAX_MODELS, RegionSettings, calmed, find_cores
from tests.inputs.tracing_inputs import WHITE, disc, opaque

SETTINGS = RegionSettings(max_colours=MAX_MODELS, max_stops=5, merge_distance=3.0)


def _everywhere(rgb: Pixels) -> Mask:
    return np.ones(rgb.shape[:2], bool)


def test_blends_along_edges_are_no_colours() -> None:
    """A disc with a soft edge has two models, exactly its two colours."""
    rgb = disc(64, 21, (200, 30, 40), WHITE)
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    assert {tuple(model.colours[0].tolist()) for model in cores.models} == {(200, 30, 40), (255, 255, 255)}
    assert (cores.labels < 0).any()


def test_a_faint_halo_does_not_tint_the_ground() -> None:
    """Where most of a flat area has one colour, that is the area's, whatever fades into it."""
    rgb = disc(96, 20, (30, 160, 60), WHITE)
    rgb[disc(96, 30, (0, 0, 0), WHITE)[..., 0] < 128] = np.minimum(
        rgb[disc(96, 30, (0, 0, 0), WHITE)[..., 0] < 128], 250
    )
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    assert (255, 255, 255) in {tuple(model.colours[0].tolist()) for model in cores.models}


def test_each_smooth_area_gets_its_own_kind_of_model() -> None:
    """A ramp beside a flat area gives one gradient and one flat model."""
    rgb = np.zeros((60, 120, 3), np.uint8)
    rgb[:, :60, 0] = np.arange(60) * 4
    rgb[:, 60:] = 255
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    assert sorted(model.is_flat for model in cores.models) == [False, True]


def test_a_small_image_that_is_one_steep_ramp_is_one_gradient() -> None:
    """All levels within 32 pixels are steps that would be edges in a larger image."""
    rgb = np.repeat(np.linspace(0, 255, 32).astype(np.uint8)[None, :, None], 32, axis=0).repeat(3, axis=2)
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    (gradient,) = (number for number, model in enumerate(cores.models) if not model.is_flat)
    assert (cores.labels == gradient).mean() > 0.8


def test_areas_of_one_gradient_share_it() -> None:
    """Two patches of the same ramp, apart from each other, get one model."""
    rgb = np.full((90, 120, 3), 255, np.uint8)
    ramp = (np.arange(100) * 2)[None, :, None]
    rgb[10:35, 10:110] = rgb[55:80, 10:110] = np.concatenate([ramp, ramp // 2, 220 - ramp], axis=2)
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    assert sum(not model.is_flat for model in cores.models) == 1


def test_hidden_pixels_do_not_speak() -> None:
    """Colours of pixels that are not visible become no models."""
    rgb = np.zeros((40, 40, 3), np.uint8)
    rgb[:, 20:] = (0, 200, 0)
    visible = np.zeros((40, 40), bool)
    visible[:, :20] = True
    cores = find_cores(rgb, visible, SETTINGS)
    assert [model.colours[0].tolist() for model in cores.models] == [[0, 0, 0]]


def test_large_noise_is_calmed() -> None:
    """A large noisy image is blurred and reduced, its transparency with it; a flat one is left alone."""
    noise = opaque(np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8))
    assert max(calmed(noise).shape[:2]) < 300
    even = opaque(np.full((300, 300, 3), 90, np.uint8))
    assert calmed(even) is even


@pytest.mark.slow
def test_what_no_model_explains_is_cut_into_bands() -> None:
    """A smooth area that is neither flat nor a gradient still gets models, few and near its colours."""
    y, x = np.mgrid[:80, :80]
    rgb = np.stack([128 + 100 * np.sin(x / 16) * np.cos(y / 13), 120 + y, 255 - x], axis=2).astype(np.uint8)
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    inner = cores.labels >= 0
    assert inner.mean() > 0.5
    assert 1 < len(cores.models) <= MAX_MODELS
    levels = np.stack([model.colours.mean(axis=0) for model in cores.models])
    assert np.abs(levels[cores.labels[inner]] - rgb[inner]).mean() < 64


def test_an_image_of_edges_alone_has_no_cores() -> None:
    """Where no pixel is inside an area there is no model and no label."""
    rgb = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    assert not cores.models
    assert (cores.labels == -1).all()


def test_colours_obey_their_limit() -> None:
    """No more flat models are found than are allowed."""
    rgb = np.repeat(np.repeat(np.random.default_rng(3).integers(0, 256, (5, 5, 3), np.uint8), 12, 0), 12, 1)
    limited = RegionSettings(max_colours=4, max_stops=0, merge_distance=3.0)
    assert 1 < len(find_cores(rgb, _everywhere(rgb), limited).models) <= 4
    assert len(find_cores(rgb, _everywhere(rgb), SETTINGS).models) > 20


def test_colours_that_change_both_ways_become_strips_of_gradients() -> None:
    """An area whose colours change across and down, each on its own, is shown by few gradients side by side."""
    y, x = np.mgrid[:96, :96]
    rgb = np.stack([x * 2.5, 240 - y * 2.4, np.full_like(x, 90)], axis=2).astype(np.uint8)
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    assert 4 <= len(cores.models) <= 24
    shown = np.zeros(rgb.shape, np.float32)
    for number, model in enumerate(cores.models):
        rows, columns = np.nonzero(cores.labels == number)
        shown[rows, columns] = model.at((columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32))
    known = cores.labels >= 0
    assert known.mean() > 0.9
    assert np.sqrt(((shown - rgb)[known] ** 2).mean()) < 5.5


def test_a_steep_slope_is_no_edge() -> None:
    """A gradient of eleven levels a pixel is one model, not an edge between the colours of its ends."""
    rgb = np.full((80, 120, 3), (20, 40, 200), np.uint8)
    rgb[:, 50:70, 0] = np.linspace(31, 240, 20).astype(np.uint8)
    rgb[:, 70:, 0] = 240
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    slope = cores.labels[40, 60]
    assert slope >= 0
    assert not cores.models[slope].is_flat


@pytest.mark.slow
def test_a_slope_goes_on_between_what_lies_on_it() -> None:
    """Parts of a slope too small to be told by themselves belong to the strips around them."""
    y, x = np.mgrid[:60, :60]
    rgb = np.stack([x * 4, 250 - y * 4, np.full_like(x, 60)], axis=2).astype(np.uint8)
    rgb[24:36, 20:40] = 255
    rgb[28:32, 24:36] = np.stack([x * 4, 250 - y * 4, np.full_like(x, 60)], axis=2)[28:32, 24:36]
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    hole = cores.labels[29:31, 26:34]
    assert (hole >= 0).mean() > 0.7
    assert not any(cores.models[number].is_flat for number in np.unique(hole[hole >= 0]))


@pytest.mark.slow
def test_there_are_no_more_models_than_fit_in_however_many_gradients() -> None:
    """After strips took most of the models, further gradients leave one for the flat ground."""
    rgb = np.full((800, 240, 3), 255, np.uint8)
    y, x = np.mgrid[:36, :36]
    for number in range(26):
        down, across = 8 + 48 * (number % 16) + number // 16 * 3, 8 + 55 * (number // 16) + number % 16 * 3
        if number < 6:
            square = np.stack([x * 6.6, 236 - y * 6.6, np.full_like(x, 20 + 22 * number)], axis=2)
        else:
            square = np.stack(
                [x * 6.6, np.full_like(x, number * 47 % 230), np.full_like(x, number * 91 % 230)], axis=2
            )[:32]
        rgb[down : down + len(square), across : across + 36] = square
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    gradients = sum(not model.is_flat for model in cores.models)
    assert gradients == MAX_MODELS - 1
    assert len(cores.models) == MAX_MODELS
    assert cores.models[cores.labels[0, 0]].colours[0].tolist() == [255, 255, 255]
