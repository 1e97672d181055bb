"""Lines found in areas of a map, as the tracer sees them."""

import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.measure.rendering import render
from svgai.trace.lines.line_finding import Lines, lines_of
from svgai.trace.lines.strokes import slender_areas
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import Tracer


def _image(body: str, size: int = 96) -> Pixels:
    return render(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{body}</svg>', size, size)


def _found(body: str) -> list[Lines]:
    (regions,) = Tracer(_image(body)).maps(TracingParameters(upscale=2))
    areas = (lines_of(area, regions.margins, regions.times, regions.page) for area in slender_areas(regions))
    return [lines for lines in areas if lines]


@pytest.mark.parametrize("width", [1.0, 1.5, 3.0, 6.0])
def test_a_line_has_the_width_that_it_was_drawn_with(width: float) -> None:
    (lines,) = _found(f'<path d="M12 20 84 70" stroke="#000" stroke-width="{width}"/>')
    assert lines.width == pytest.approx(width, abs=0.3)


def test_the_middle_of_a_line_is_where_it_was_drawn() -> None:
    (lines,) = _found('<path d="M12 20 84 70" stroke="#000" stroke-width="4"/>')
    (middle,) = lines.middles
    way = np.array([72, 50]) / np.hypot(72, 50)
    off = (middle - [12, 20]) @ [-way[1], way[0]]
    assert np.abs(off).max() < 0.15
    along = np.sort((middle - [12, 20]) @ way)[[0, -1]]
    assert along == pytest.approx([0, np.hypot(72, 50)], abs=0.5)


def test_round_ends_are_told_from_flat_ones() -> None:
    line = '<path d="M20 48H76" stroke="#000" stroke-width="10" stroke-linecap="{}"/>'
    assert [lines.round_ends for end in ("round", "butt") for lines in _found(line.format(end))] == [True, False]


def test_a_ring_is_one_closed_line() -> None:
    (lines,) = _found('<circle cx="48" cy="48" r="30" fill="none" stroke="#000" stroke-width="5"/>')
    (middle,) = lines.middles
    assert (middle[0] == middle[-1]).all()
    assert np.hypot(*(middle - 48).T) == pytest.approx(30, abs=0.3)


def test_a_corner_of_a_line_is_where_its_sides_meet() -> None:
    (lines,) = _found('<path d="M20 84V24H84" fill="none" stroke="#000" stroke-width="5"/>')
    (middle,) = lines.middles
    assert np.hypot(*(middle - [20, 24]).T).min() < 0.5


@pytest.mark.parametrize(
    "body",
    [
        '<circle cx="48" cy="48" r="30"/>',
        '<path d="M10 48 86 40V56z"/>',
        '<path d="M10 44 48 40 86 20V76L48 56 10 52z"/>',
    ],
    ids=["disc", "wedge", "bow tie"],
)
def test_what_has_no_even_width_is_no_line(body: str) -> None:
    assert _found(body) == []
