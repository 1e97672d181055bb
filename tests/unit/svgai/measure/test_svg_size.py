"""The size that an SVG file itself names."""

import pytest

from svgai.errors import DatasetFault
from svgai.measure.svg_size import drawn, natural_size


@pytest.mark.parametrize(
    "attributes, size",
    [
        ('viewBox="0 0 40 20"', (40, 20)),
        ("viewBox='-5,-5,40.5,1e1'", (40.5, 10)),
        ('width="40px" height=" 20 "', (40, 20)),
        ('width="400" height="200" viewBox="0 0 40 20"', (40, 20)),
    ],
)
def test_the_view_box_goes_before_width_and_height(attributes: str, size: tuple[float, float]) -> None:
    """In whatever way its numbers are written."""
    assert natural_size(f'<?xml version="1.0"?><svg {attributes}><path d="M0 0"/></svg>') == size


@pytest.mark.parametrize(
    "svg, told",
    [
        ("<svg/>", "neither"),
        ("no svg", "neither"),
        ('<svg viewBox="0 0 0 9"/>', "no area"),
        ('<svg viewBox="0 0 1.2.3 9"/>', "not a number"),
        ('<svg viewBox="0 0 9 1e"/>', "not a number"),
        ('<svg width="1.2.3" height="9"/>', "not a number"),
    ],
)
def test_without_a_size_it_is_a_fault(svg: str, told: str) -> None:
    """With what is missing."""
    with pytest.raises(DatasetFault, match=told):
        natural_size(svg)


@pytest.mark.parametrize("size, shape", [("40 20", (50, 100)), ("1 400", (100, 1))])
def test_a_drawing_has_its_longest_side_at_so_many_pixels(size: str, shape: tuple[int, int]) -> None:
    """The other one follows, and is one pixel at least."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"><path d="M0 0h400v400H0z"/></svg>'
    assert drawn(svg, 100).shape == (*shape, 4)
