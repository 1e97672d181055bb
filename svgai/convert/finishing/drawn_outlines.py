"""The colours of an SVG of fills, and their closed outlines of lines and cubics, as arrays."""

import xml.etree.ElementTree as ET  # nosec B405
from collections.abc import Iterator

import numpy as np

from svgai.array_types import Points
from svgai.convert.finishing.path_rounding import path_commands

BLACK = "#000"
"""The default colour."""

Ring = list[Points]
"""A closed outline: lines as (2, 2) and cubics as (4, 2), each from where the one before ends."""

_BOX = ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry")


def drawn_fills(parent: ET.Element, x: float = 0, y: float = 0) -> Iterator[tuple[str, list[Ring]]]:
    """Colours and the outlines that are filled with them (non-zero rule), the lowest first, in the root's units."""
    for element in parent:
        if element.tag == "g":
            across, down = element.attrib.get("transform", "translate(0 0)")[len("translate(") : -1].split()
            yield from drawn_fills(element, x + float(across), y + float(down))
        else:
            data = element.attrib["d"] if element.tag == "path" else _path_of(element)
            moved = [[segment + np.array([x, y]) for segment in ring] for ring in _rings(data)]
            yield element.attrib.get("fill", BLACK), moved


def _path_of(element: ET.Element) -> str:
    """Path data of a circle, an ellipse or a rectangle."""
    number = {name: float(element.attrib.get(name, 0)) for name in _BOX}
    if element.tag == "rect":
        x, y, width, height, r = (number[name] for name in ("x", "y", "width", "height", "rx"))
        if not r:
            return f"M{x} {y}h{width}v{height}h{-width}z"
        turn = f"a{r} {r} 0 0 1"
        return (
            f"M{x + r} {y}h{width - 2 * r}{turn} {r} {r}v{height - 2 * r}{turn} {-r} {r}"
            f"h{2 * r - width}{turn} {-r} {-r}v{2 * r - height}{turn} {r} {-r}z"
        )
    rx, ry = (number["r"], number["r"]) if element.tag == "circle" else (number["rx"], number["ry"])
    half = f"a{rx} {ry} 0 0 1"
    return f"M{number['cx'] - rx} {number['cy']}{half} {2 * rx} 0{half} {-2 * rx} 0z"


def _rings(data: str) -> list[Ring]:
    rings: list[Ring] = []
    at = start = handle = np.zeros(2)
    for command, values in path_commands(data):
        kind = command.lower()
        base = at if command.islower() else np.zeros(2)
        if kind == "z":
            if (at != start).any():
                rings[-1].append(np.array([at, start]))
            at = handle = start
            continue
        if kind in "hv":
            end = at.copy()
            end["hv".index(kind)] = base["hv".index(kind)] + values[0]
            points = [end]
        else:
            points = list(np.array(values[5:] if kind == "a" else values).reshape(-1, 2) + base)
        end = points[-1]
        if kind == "m":
            rings.append([])
            start = end
        elif kind in "cs":
            first = points[0] if kind == "c" else 2 * at - handle
            rings[-1].append(np.array([at, first, points[-2], end]))
        elif kind == "a":
            rings[-1] += _arc(at, end, np.array(values[:2]), large=bool(values[3]), clockwise=bool(values[4]))
        else:
            rings[-1].append(np.array([at, end]))
        handle = points[-2] if kind in "cs" else end
        at = end
    return [ring for ring in rings if ring]


def _arc(at: Points, end: Points, radii: Points, *, large: bool, clockwise: bool) -> Ring:
    """An upright arc as cubics of an eighth of an ellipse at most, which are off by 4e-6 of its radius."""
    one, other = at / radii, end / radii  # on a unit circle
    half = (other - one) / 2
    length = float(np.hypot(*half))
    away = np.sqrt(max(1 - length * length, 0)) / max(length, 1e-9)
    side = -1 if large == clockwise else 1
    centre = (one + other) / 2 + side * away * np.array([-half[1], half[0]])
    begin, stop = (float(np.arctan2(*(point - centre)[::-1])) for point in (one, other))
    turn = (stop - begin) % (2 * np.pi) if clockwise else -((begin - stop) % (2 * np.pi))
    count = int(np.ceil(abs(turn) / (np.pi / 4) - 1e-6))
    angles = begin + turn * np.arange(count + 1) / count
    on = np.column_stack([np.cos(angles), np.sin(angles)])
    reach = 4 / 3 * np.tan(turn / count / 4) * np.column_stack([-on[:, 1], on[:, 0]])
    points = [(centre + part) * radii for part in (on[:-1], on[:-1] + reach[:-1], on[1:] - reach[1:], on[1:])]
    curves = list(np.stack(points, axis=1))
    curves[0][0], curves[-1][-1] = at, end
    return curves
