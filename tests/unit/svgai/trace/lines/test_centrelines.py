"""Areas to skeletons and their branches."""

import cv2
import numpy as np

from svgai.array_types import Mask
from svgai.trace.lines.centrelines import branches, thinned


def _drawn(*lines: list[tuple[int, int]], closed: bool = False, width: int = 7) -> Mask:
    image = np.zeros((120, 160), np.uint8)
    for line in lines:
        cv2.polylines(image, [np.array(line, np.int32)], closed, 1, width)
    return image > 0


def test_a_skeleton_is_one_pixel_wide_and_runs_in_the_middle() -> None:
    skeleton = thinned(_drawn([(20, 60), (140, 60)]))
    columns = skeleton[:, 30:130].sum(axis=0)
    assert (columns == 1).all()
    assert set(np.nonzero(skeleton[:, 30:130])[0]) == {60}


def test_a_line_is_one_branch_that_ends_freely() -> None:
    (branch,) = branches(thinned(_drawn([(20, 20), (140, 90)])))
    assert branch.nodes == (-1, -1)
    assert not branch.closed
    steps = np.abs(np.diff(branch.pixels, axis=0)).max(axis=1)
    assert (steps == 1).all()


def test_a_ring_is_one_closed_branch() -> None:
    (branch,) = branches(thinned(_drawn([(30, 20), (130, 20), (130, 100), (30, 100)], closed=True)))
    assert branch.closed
    assert np.abs(branch.pixels[0] - branch.pixels[-1]).max() == 1


def test_branches_that_meet_share_a_node() -> None:
    found = branches(thinned(_drawn([(20, 60), (140, 60)], [(80, 60), (80, 110)], width=5)))
    nodes = [node for branch in found for node in branch.nodes if node >= 0]
    assert len(found) == 3
    assert len(set(nodes)) == 1


def test_nothing_has_no_branches() -> None:
    assert branches(thinned(np.zeros((8, 8), bool))) == []
