"""Drawings as areas on paper, by another library than the one that cut them."""

import xml.etree.ElementTree as ET
from functools import reduce

import numpy as np
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from shapely import Polygon, get_parts, make_valid
from shapely.geometry.base import BaseGeometry

_STEPS = 24  # lines that a curve is taken for


def parts_of(svg: str) -> list[tuple[str, BaseGeometry]]:
    """Colour and area of each path, in pixels of the image; curves are lines, a thousandth of a pixel off."""
    root = ET.fromstring(svg)
    width = float(root.attrib["viewBox"].split()[2])
    pixel = width / float(root.attrib["width"].rstrip("m"))
    found = []
    for path in root:
        rings = [make_valid(Polygon(np.array(ring) / pixel)) for ring in _rings(path.attrib["d"])]
        found.append((path.attrib.get("fill", "#000"), reduce(BaseGeometry.symmetric_difference, rings)))
    return found


def pieces_of(svg: str) -> list[BaseGeometry]:
    """Each piece that a cutter takes off."""
    return [piece for _, area in parts_of(svg) for piece in get_parts(area)]


def _rings(data: str) -> list[list[tuple[float, float]]]:
    pen = RecordingPen()
    parse_path(data, pen)
    rings: list[list[tuple[float, float]]] = []
    for command, points in pen.value:
        if command == "moveTo":
            rings.append([points[0]])
        elif command == "lineTo":
            rings[-1].append(points[0])
        elif command == "curveTo":
            rings[-1] += _curve(rings[-1][-1], *points)
        else:
            assert command == "closePath", f"{command} closes nothing"
    return rings


def _curve(*points: tuple[float, float]) -> list[tuple[float, float]]:
    a, b, c, d = np.array(points)
    t = np.linspace(0, 1, _STEPS + 1)[1:, None]
    curve = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d
    return [(float(x), float(y)) for x, y in curve]
