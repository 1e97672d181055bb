"""Branches of skeletons to whole lines."""

import cv2
import numpy as np

from svgai.trace.lines.centrelines import branches, thinned
from svgai.trace.lines.line_graph import Chain, chains


def _lines(*lines: list[tuple[int, int]], closed: bool = False, width: int = 7) -> list[Chain]:
    image = np.zeros((160, 200), np.uint8)
    for line in lines:
        cv2.polylines(image, [np.array(line, np.int32)], closed, 1, width)
    return chains(branches(thinned(image > 0)), width)


def test_a_crossing_is_two_lines_that_run_through_it() -> None:
    one, other = _lines([(20, 20), (180, 140)], [(20, 140), (180, 20)])
    for chain in (one, other):
        assert chain.free == (True, True)
        assert abs(chain.points[0] - chain.points[-1]).min() > 100


def test_a_line_that_meets_another_ends_at_the_junction() -> None:
    found = sorted(_lines([(20, 40), (180, 40)], [(100, 40), (100, 140)]), key=lambda chain: len(chain.points))
    assert [sum(chain.free) for chain in found] == [1, 2]
    assert np.abs(found[0].junctions[0] - [100, 40]).max() < 3


def test_what_runs_into_the_corners_of_a_flat_end_is_no_line() -> None:
    (chain,) = _lines([(30, 80), (170, 80)], width=15)
    assert chain.free == (True, True)


def test_a_figure_of_eight_is_closed() -> None:
    angle = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    eight = np.column_stack([100 + 70 * np.sin(angle), 80 + 50 * np.sin(2 * angle)]).astype(int)
    found = _lines([(int(x), int(y)) for x, y in eight], closed=True, width=5)
    assert [chain.closed for chain in found] == [True]
