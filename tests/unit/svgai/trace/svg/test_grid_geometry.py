import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.trace.svg.grid_geometry import STRAIGHT, GridPoint, Outline, read_paths, straightened
from tests.inputs.tracing_inputs import distances, polygon

POINTS = st.tuples(st.integers(-9, 40), st.integers(-9, 40))


def test_straight_curves_become_lines() -> None:
    """A cubic whose handles lie on its chord becomes a line; one that bows stays."""
    bowed = ((9, 5), (5, 9), (0, 9))
    outline = straightened((0, 0), [((3, 0), (6, 0), (9, 0)), bowed])
    assert outline.steps == (((9, 0),), bowed)


def test_curves_that_run_beyond_their_ends_stay() -> None:
    """A cubic whose handles lie on the line of its chord but past its ends is no line."""
    outline = straightened((0, 0), [((-6, 0), (15, 0), (9, 0)), ((9, 9),)])
    assert len(outline.steps[0]) == 3


def test_steps_that_go_nowhere_and_the_last_line_home_are_dropped() -> None:
    """A line of no length is dropped, and so is the last line, which closing draws."""
    outline = straightened((0, 0), [((0, 0),), ((9, 0),), ((9, 0),), ((9, 9),), ((0, 0),)])
    assert outline == Outline((0, 0), (((9, 0),), ((9, 9),)))


def test_a_loop_that_ends_where_it_began_stays() -> None:
    """A single cubic from a point to itself is an outline."""
    loop = ((20, 0), (0, 20), (0, 0))
    assert straightened((0, 0), [loop]) == Outline((0, 0), (loop,))


def test_spikes_are_no_straight_lines() -> None:
    """A line that turns straight back keeps its tip."""
    assert straightened((0, 0), [((9, 0),), ((4, 0),), ((4, 7),)]).steps == (((9, 0),), ((4, 0),), ((4, 7),))


@given(corners=st.lists(POINTS, min_size=3, max_size=12))
@settings(max_examples=60, deadline=None)
def test_dropped_corners_lie_on_what_is_left(corners: list[GridPoint]) -> None:
    """Every corner of a polygon lies no farther than STRAIGHT from the straightened one."""
    outline = straightened(corners[0], [(corner,) for corner in corners[1:]])
    left = polygon([outline.start, *(step[-1] for step in outline.steps)])
    if outline.steps:
        assert distances(np.array(corners, np.float64), left).max() <= STRAIGHT + 1e-9


@given(along=st.lists(st.integers(-40, 40), min_size=1, max_size=6), curves=st.booleans(), down=st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_line_there_and_back_is_no_outline(along: list[int], curves: bool, down: bool) -> None:
    """What runs along one line encloses nothing, in lines as in curves, and has no steps."""
    points = [(0, place) if down else (place, 0) for place in along]
    steps = [(point, (0, 0), point) if curves else (point,) for point in points]
    assert straightened((0, 0), steps).steps == ()


@given(corners=st.lists(POINTS, min_size=3, max_size=12))
@settings(max_examples=60, deadline=None)
def test_what_encloses_something_has_steps(corners: list[GridPoint]) -> None:
    """A polygon with a corner farther than STRAIGHT from every line through its start is not dropped."""
    spread = np.linalg.svd(np.array(corners, float) - np.array(corners[0]), compute_uv=False)
    wide = spread[1] > 2 * STRAIGHT * len(corners)
    assert straightened(corners[0], [(corner,) for corner in corners[1:]]).steps or not wide


def test_slow_bends_are_not_cut_short() -> None:
    """A wide bend of many short sides stays within STRAIGHT, however little each side turns."""
    angle = np.linspace(0, np.pi / 2, 160)
    bend = np.rint(np.column_stack([np.sin(angle), 1 - np.cos(angle)]) * 400).astype(int).tolist()
    corners = [(x, y) for x, y in bend] + [(0, 400)]
    outline = straightened(corners[0], [(corner,) for corner in corners[1:]])
    left = polygon([outline.start, *(step[-1] for step in outline.steps)])
    assert distances(np.array(corners, np.float64), left).max() <= STRAIGHT + 1e-9
    assert len(outline.steps) < len(corners)


def test_paths_are_read_in_either_case_and_scaled() -> None:
    """Absolute and relative data of the same drawing read alike, on the scaled grid, with lower-case fills."""
    absolute = '<path d="M1 2L5.5 2C6 3 7 8 5 9L1 9Z" fill="#AABBCC"'
    relative = '<path d="m1 2l4.5 0c.5 1 1.5 6-.5 7l-4 0z" fill="#aabbcc"'
    steps = (((11, 4),), ((12, 6), (14, 16), (10, 18)), ((2, 18),))
    for svg in (absolute, relative):
        assert read_paths(svg, 2) == [("#aabbcc", (Outline((2, 4), steps),))]


def test_each_outline_of_a_path_starts_where_the_data_says() -> None:
    """A relative move after a close counts from the start of the outline before."""
    svg = '<path d="m1 1l4 0l0 4zm10 0l4 0l0 4z" fill="#000000"'
    ((_, outlines),) = read_paths(svg, 1)
    assert [outline.start for outline in outlines] == [(1, 1), (11, 1)]
