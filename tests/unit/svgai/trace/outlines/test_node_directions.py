import numpy as np
import pytest

from svgai.array_types import Points
from svgai.trace.outlines.node_directions import NodeDirections, node_directions
from svgai.trace.outlines.outline_points import Sampled, sample
from tests.inputs.tracing_inputs import ellipse, polygon

SQUARE = polygon([(10, 10), (50, 10), (50, 50), (10, 50)])
BAR = polygon([(10, 10), (14, 10), (14, 60), (10, 60)])


def _sampled(contour: Points) -> Sampled:
    return sample(contour, np.ones(len(contour)))


def _at_nodes(outline: Sampled) -> tuple[Points, NodeDirections]:
    return outline.points[outline.nodes], node_directions([outline])


@pytest.mark.parametrize("radius", [6, 12, 40])
def test_circles_are_passed_smoothly_along_their_tangents(radius: float) -> None:
    places, found = _at_nodes(_sampled(ellipse((60, 60), radius, radius)))
    across = (found.along * (places - 60)).sum(axis=1) / np.hypot(*found.along.T) / radius
    assert np.abs(across).max() < 0.05
    assert found.smooth.min() > 0.75


@pytest.mark.parametrize("outline", [SQUARE, BAR], ids=["far apart", "four pixels apart"])
def test_corners_have_no_direction(outline: Points) -> None:
    places, found = _at_nodes(_sampled(outline))
    corners = [np.hypot(*(places - corner).T).min() < 1 for corner in outline[:4]]
    assert all(corners)
    beside = [np.hypot(*(outline[:4] - place).T).min() < 1 for place in places]
    assert found.smooth[beside].max() == 0


def test_lines_that_end_have_their_own_direction_there() -> None:
    line = np.column_stack([np.linspace(3, 43, 81), np.full(81, 7.0)])
    places, found = _at_nodes(_sampled(line))
    assert (places[[0, -1]] == line[[0, -1]]).all()
    assert (found.along[:, 0] > 0).all()
    assert (found.along[:, 1] == 0).all()


def test_outlines_have_the_same_directions_together_as_alone() -> None:
    outlines = [_sampled(SQUARE), _sampled(ellipse((20, 20), 9, 5)), _sampled(BAR)]
    together = node_directions(outlines)
    alone = [node_directions([outline]) for outline in outlines]
    assert (together.along == np.concatenate([one.along for one in alone])).all()
    assert (together.smooth == np.concatenate([one.smooth for one in alone])).all()
