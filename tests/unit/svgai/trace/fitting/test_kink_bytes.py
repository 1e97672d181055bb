import numpy as np

from svgai.array_types import Doubles, Points
from svgai.trace.fitting.kink_bytes import KinkBytes
from svgai.trace.outlines.outline_points import Sampled, sample
from tests.inputs.tracing_inputs import ellipse, polygon

CIRCLE = ellipse((60, 60), 20, 20)
SQUARE = polygon([(10, 10), (50, 10), (50, 50), (10, 50)])


def _sampled(contour: Points) -> Sampled:
    return sample(contour, np.ones(len(contour)))


def _of_neighbours(outline: Sampled) -> tuple[KinkBytes, Points, Points]:
    """What segments from each node to the next cost, and the two ends of each."""
    first = np.arange(len(outline.nodes) - 1)
    places = outline.points[outline.nodes]
    return KinkBytes([outline], [(first, first + 1)]), places[:-1], places[1:]


def _turned(vectors: Points, degrees: float) -> Doubles:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ vectors.T


def test_segments_that_follow_a_bend_cost_nothing() -> None:
    costs, begin, end = _of_neighbours(_sampled(CIRCLE))
    assert (costs(_turned(begin - 60, 90), _turned(end - 60, 90)) == 0).all()


def test_each_end_that_leaves_a_bend_costs_as_much() -> None:
    costs, begin, end = _of_neighbours(_sampled(CIRCLE))
    one = costs(_turned(begin - 60, 110), _turned(end - 60, 90))
    both = costs(_turned(begin - 60, 110), _turned(end - 60, 70))
    assert (one > 2).all()
    np.testing.assert_allclose(both, 2 * one, rtol=0.1)


def test_corners_cost_nothing_whatever_meets_there() -> None:
    outline = _sampled(SQUARE)
    costs, begin, end = _of_neighbours(outline)
    aslant = costs(_turned(end - begin, 30), _turned(end - begin, -30))
    at_corners = [
        all(np.hypot(*(SQUARE - place).T).min() < 2 for place in ends) for ends in zip(begin, end, strict=True)
    ]
    assert sum(at_corners) >= 4
    assert (aslant[at_corners] == 0).all()
