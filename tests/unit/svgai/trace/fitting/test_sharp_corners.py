import numpy as np
import pytest

from svgai.array_types import Points
from svgai.trace.fitting.curve_fitting import FitSettings, FittedOutline, fit_outlines
from svgai.trace.fitting.sharp_corners import with_corners
from tests.inputs.tracing_inputs import ellipse, evenly_worth, polygon, rounded


def _fitted(contour: Points) -> FittedOutline:
    return fit_outlines([contour], evenly_worth([contour], 16), FitSettings(3))[0]


def test_short_lines_across_corners_go() -> None:
    """A square whose corners were cut off is four lines, from the first point to the last."""
    corners = [(10.5, 10), (49.5, 10), (50, 10.5), (50, 49.5), (49.5, 50), (10.5, 50), (10, 49.5), (10, 10.5)]
    outline = with_corners(_fitted(polygon(corners)))
    assert not outline.curved.any()
    assert len(outline.curved) == len(outline.controls) == 4
    assert (outline.joints[0], outline.joints[-1]) == (0, len(outline.points) - 1)
    assert (np.diff(outline.joints) > 0).all()


@pytest.mark.parametrize(
    "contour",
    [
        ellipse((40, 40), 30, 20),
        rounded(10, 10, 70, 50, 14),
        polygon([(10, 10), (13, 10), (13, 12), (10, 12)]),
    ],
    ids=["oval", "rounded", "small"],
)
def test_other_outlines_stay(contour: Points) -> None:
    """Curves and outlines of a few pixels keep their segments."""
    before = _fitted(contour)
    after = with_corners(before)
    assert (after.joints == before.joints).all()
    assert (after.curved == before.curved).all()


def test_bevels_that_can_be_seen_stay() -> None:
    """A corner that is cut off by some pixels keeps the line across it, and so all five sides are left."""
    outline = with_corners(_fitted(polygon([(20, 10), (60, 10), (60, 50), (10, 50), (10, 20)])))
    assert len(outline.curved) == 5
    assert (outline.joints[0], outline.joints[-1]) == (0, len(outline.points) - 1)
