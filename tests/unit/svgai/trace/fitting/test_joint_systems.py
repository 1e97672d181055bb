import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.trace.fitting.joint_systems import SLOTS, solved
from tests.inputs.tracing_inputs import cut_rings, ellipse


@given(cuts=st.integers(2, 12), seed=st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_the_solution_is_that_of_the_whole_system(cuts: int, seed: int) -> None:
    """What is found is where the sum over all segments, damping and all, is least: to a hundredth of the way there."""
    segments = cut_rings(ellipse((60, 60), 40, 30), cuts=cuts)
    random = np.random.default_rng(seed)
    roots = random.normal(size=(cuts, 2 * SLOTS, 2 * SLOTS))
    square, slope = roots.transpose(0, 2, 1) @ roots, random.normal(size=(cuts, 2 * SLOTS))
    whole, right = np.zeros((cuts * SLOTS, cuts * SLOTS)), np.zeros(cuts * SLOTS)
    for segment in range(cuts):
        places = np.concatenate([np.arange(SLOTS) + SLOTS * one for one in (segment, segments.after[segment])])
        np.add.at(whole, np.ix_(places, places), square[segment])
        np.add.at(right, places, slope[segment])
    found = solved(square, slope, segments).ravel()
    damping = 0.02 * segments.worth[0] * segments.arc[0] + 1e-6
    exact = -np.linalg.solve(whole + damping * np.eye(len(whole)), right)
    assert np.linalg.norm(found - exact) <= 0.01 * np.linalg.norm(exact)


def test_where_nothing_is_to_be_gained_nothing_moves() -> None:
    """Without a slope all unknowns are zero."""
    segments = cut_rings(ellipse((60, 60), 40, 30), cuts=4)
    square = np.tile(np.eye(2 * SLOTS), (4, 1, 1))
    assert not solved(square, np.zeros((4, 2 * SLOTS)), segments).any()
