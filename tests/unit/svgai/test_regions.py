import numpy as np

from svgai.assignment import assign
from svgai.images import Pixels, resize
from svgai.regions import MAX_MODELS, Mask, RegionSettings, calmed, find_cores, merge_colours

SETTINGS = RegionSettings(max_colours=MAX_MODELS, max_stops=5, merge_distance=3.0)


def _opaque(rgb: Pixels) -> Pixels:
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def _disc(side: int, inside: tuple[int, int, int], outside: tuple[int, int, int]) -> Pixels:
    """A disc with soft edges on a ground."""
    y, x = np.mgrid[:side, :side] + 0.5
    share = np.clip(side / 3 - np.hypot(x - side / 2, y - side / 2), 0, 1)[..., None]
    blend = np.array(inside) * share + np.array(outside) * (1 - share)
    return np.asarray(np.rint(blend), np.uint8)


def _everywhere(rgb: Pixels) -> Mask:
    return np.ones(rgb.shape[:2], bool)


def test_blends_along_edges_are_no_colours() -> None:
    """A disc with a soft edge has two models, exactly its two colours."""
    rgb = _disc(64, (200, 30, 40), (255, 255, 255))
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    assert {tuple(model.colours[0].tolist()) for model in cores.models} == {(200, 30, 40), (255, 255, 255)}
    assert (cores.labels < 0).any()


def test_each_smooth_area_gets_its_own_kind_of_model() -> None:
    """A ramp beside a flat area gives one gradient and one flat model."""
    rgb = np.zeros((60, 120, 3), np.uint8)
    rgb[:, :60, 0] = np.arange(60) * 4
    rgb[:, 60:] = 255
    cores = find_cores(rgb, _everywhere(rgb), SETTINGS)
    assert sorted(model.is_flat for model in cores.models) == [False, True]


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


def test_merging_keeps_the_heaviest_and_obeys_the_limit() -> None:
    """Colours closer than the distance become the heavier one; a limit merges further."""
    colours = [np.array(level, np.float32) for level in ((100, 100, 100), (101, 100, 100), (0, 0, 0), (255, 255, 255))]
    kept, place = merge_colours(colours, [1, 5, 2, 2], 3.0, 10)
    assert kept[place[0]].tolist() == [101, 100, 100]
    assert len(kept) == 3
    fewer, _ = merge_colours(colours, [1, 5, 2, 2], 3.0, 2)
    assert len(fewer) == 2


def test_enlarged_edge_is_sharp_and_where_it_was() -> None:
    """Every pixel of an enlarged disc is one of two models, and the disc keeps its area."""
    rgb = _disc(64, (20, 30, 200), (255, 255, 255))
    models, indices = assign(rgb, resize(_opaque(rgb), 192, 192)[..., :3], find_cores(rgb, _everywhere(rgb), SETTINGS))
    assert len(models) == 2
    dark = next(index for index, model in enumerate(models) if model.colours[0][0] < 100)
    radius = np.sqrt((indices == dark).sum() / np.pi) / 3
    assert abs(radius - (64 / 3 - 0.5)) < 0.15


def test_hairline_without_interior_survives() -> None:
    """A line of one pixel, too thin for an interior, gets the colour of the line."""
    rgb = np.full((40, 60, 3), 255, np.uint8)
    rgb[20, 5:55] = (180, 0, 0)
    models, indices = assign(rgb, resize(_opaque(rgb), 180, 120)[..., :3], find_cores(rgb, _everywhere(rgb), SETTINGS))
    assert models[int(indices[61, 90])].colours[0].tolist() == [180, 0, 0]
    assert models[int(indices[10, 90])].colours[0].tolist() == [255, 255, 255]


def test_image_without_interior_still_has_a_model() -> None:
    """A single pixel gives one model and one index."""
    rgb = np.full((1, 1, 3), 7, np.uint8)
    models, indices = assign(rgb, np.full((3, 3, 3), 7, np.uint8), find_cores(rgb, _everywhere(rgb), SETTINGS))
    assert len(models) >= 1
    assert indices.shape == (3, 3)


def test_noise_has_bounded_models_and_is_calmed() -> None:
    """Noise never exceeds the number of models, and a large noisy image is reduced; a flat one is left alone."""
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    small = noise[:60, :60]
    models, _ = assign(small, small, find_cores(small, _everywhere(small), SETTINGS))
    assert len(models) <= MAX_MODELS
    assert max(calmed(_opaque(noise)).shape[:2]) < 300
    even = _opaque(np.full((300, 300, 3), 90, np.uint8))
    assert calmed(even) is even
