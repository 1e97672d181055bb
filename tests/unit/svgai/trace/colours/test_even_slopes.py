import numpy as np

from svgai.array_types import Floats
from svgai.trace.colours.even_slopes import even_slopes


def _slope(height: int = 60, width: int = 40) -> Floats:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return np.stack([x * 5, y * 4, np.full_like(x, 30)], axis=2)


def test_an_edge_is_no_even_slope() -> None:
    """Pixels of an anti-aliased edge and beside it are in no area, those of a slope are."""
    levels = _slope()
    levels[:, 20:] = (255, 0, 255)
    levels[:, 19] = (levels[:, 18] + levels[:, 20]) / 2
    areas = list(even_slopes(levels, np.ones(levels.shape[:2], bool)))
    found = np.logical_or.reduce(areas)
    assert found[30, 5]
    assert not found[:, 18:22].any()


def test_parts_in_line_come_together_first() -> None:
    """What a bar cuts into two parts of the same columns is offered as one area, and then as each by itself."""
    levels = _slope()
    levels[28:32] = 255
    first, *rest = even_slopes(levels, np.ones(levels.shape[:2], bool))
    assert first[5, 20]
    assert first[55, 20]
    assert any(one[5, 20] and not one[55, 20] for one in rest)


def test_only_what_is_asked_for_is_looked_at() -> None:
    """Areas lie within the mask that is given."""
    mask = np.zeros((60, 40), bool)
    mask[10:20, 10:20] = True
    areas = list(even_slopes(_slope(), mask))
    assert len(areas) == 1
    assert np.array_equal(areas[0], mask)


def test_areas_too_small_are_left_out() -> None:
    """Neither a part nor several in line are offered where they have fewer pixels than asked for."""
    mask = np.zeros((60, 40), bool)
    mask[10:20, 10:20] = mask[30:40, 10:20] = True
    assert [area.sum() for area in even_slopes(_slope(), mask, 101)] == [200]
    assert not list(even_slopes(_slope(), mask, 201))
