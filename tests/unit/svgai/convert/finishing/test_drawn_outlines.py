"""What the writer writes as lines and cubics, wherever it stands on the page."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from svgai.array_types import Points
from svgai.convert.finishing.drawn_outlines import Ring, drawn_fills
from svgai.trace.svg.grid_geometry import AnyOutline, Ellipse, Outline, Rectangle
from svgai.trace.svg.path_data import path_data


def points_of(ring: Ring) -> Points:
    """Many points of a closed outline."""
    t = np.linspace(0, 1, 50)[:, None]
    parts = []
    for segment in ring:
        if len(segment) == 2:
            parts.append(segment[0] * (1 - t) + segment[1] * t)
        else:
            a, b, c, d = segment
            parts.append((1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d)
    return np.concatenate(parts)


def area(ring: Ring) -> float:
    x, y = points_of(ring).T
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2)


def ring_of(body: str) -> Ring:
    ((_, (ring,)),) = drawn_fills(ET.fromstring(f"<svg>{body}</svg>"))
    return ring


@pytest.mark.parametrize("clockwise", [True, False])
@pytest.mark.parametrize(
    "outline, expected",
    [
        (lambda way: Ellipse((300, 200), (90, 60), clockwise=way), np.pi * 90 * 60),
        (lambda way: Rectangle((30, 20), (100, 60), clockwise=way), 6000),
        (lambda way: Rectangle((30, 20), (100, 60), 20, clockwise=way), 6000 - (4 - np.pi) * 400),
    ],
)
def test_shapes_within_a_path_are_themselves(outline: object, expected: float, clockwise: bool) -> None:
    """Run round either way, which makes a hole or fills one."""
    made: AnyOutline = outline(clockwise)  # type: ignore[operator]
    ring = ring_of(f'<path d="{path_data([made])}"/>')
    assert area(ring) == pytest.approx(expected if clockwise else -expected, rel=1e-3)


@pytest.mark.parametrize(
    "body, expected",
    [
        ('<circle cx="50" cy="40" r="30"/>', np.pi * 900),
        ('<ellipse cx="50" cy="40" rx="30" ry="20"/>', np.pi * 600),
        ('<rect x="5" y="6" width="30" height="20"/>', 600),
        ('<rect width="30" height="20" rx="4"/>', 600 - (4 - np.pi) * 16),
    ],
)
def test_elements_are_what_they_show(body: str, expected: float) -> None:
    """Circles, ellipses and rectangles."""
    assert area(ring_of(body)) == pytest.approx(expected, rel=1e-3)


def test_a_round_outline_is_round() -> None:
    """Its cubics are off by less than a thousandth of a per cent of the radius."""
    points = points_of(ring_of('<circle cx="5000" cy="5000" r="4000"/>'))
    assert np.abs(np.hypot(*(points - 5000).T) - 4000).max() < 0.04


def test_smooth_curves_and_lines_of_all_kinds() -> None:
    """Absolute and relative, a smooth curve after a curve and after a line."""
    ring = ring_of('<path d="m10 10h20v10H20V30l-5 5c0 5 5 5 5 10s-5 5-10 5S5 40 5 30L10 10z"/>')
    assert [len(segment) for segment in ring] == [2, 2, 2, 2, 2, 4, 4, 4, 2]
    assert ring[6][1].tolist() == [20, 50]
    assert ring[7][1].tolist() == [5, 50]
    for segment, following in zip(ring, ring[1:] + ring[:1], strict=True):
        assert segment[-1].tolist() == following[0].tolist()


def test_what_begins_by_a_smooth_curve() -> None:
    """Its first control point is where it begins."""
    outline = Outline((5, 5), (((5, 5), (20, 0), (30, 30)),))
    ring = ring_of(f'<path d="{path_data([outline])}"/>')
    assert ring[0][1].tolist() == [5, 5]


def test_groups_move_what_is_in_them() -> None:
    """Colours in the order of painting, black where none is named."""
    moved = '<g transform="translate(3 4)"><rect width="2" height="2"/></g>'
    fills = list(drawn_fills(ET.fromstring(f'<svg><rect fill="#fff" width="9" height="9"/>{moved}</svg>')))
    assert [fill for fill, _ in fills] == ["#fff", "#000"]
    assert fills[1][1][0][0][0].tolist() == [3, 4]
