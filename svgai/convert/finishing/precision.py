"""Coordinates in pixels of the image with some decimals, instead of whole steps of a finer grid."""

import re
import xml.etree.ElementTree as ET  # nosec B405

from svgai.convert.finishing.path_rounding import Decimals, rounded_path

MOST_DECIMALS = 4

_COORDINATES = ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "stroke-width")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
_LEAST_OF_MATRICES = 3  # decimals of matrices, which are multiplied by coordinates


def with_precision(root: ET.Element, decimals: int) -> None:
    """Scale everything so that a step of the coordinates is a pixel of the image, and round to so many decimals."""
    left, top, across, down = (float(value) for value in root.attrib["viewBox"].split())
    scale = float(root.attrib["width"]) / across
    places, exact = Decimals(scale, decimals), Decimals(scale, max(decimals, _LEAST_OF_MATRICES))
    root.set("viewBox", " ".join(exact.text(exact.steps(value)) for value in (left, top, across, down)))
    for element in root.iter():
        if element is not root:
            _scale(element, places, exact)


def _scale(element: ET.Element, places: Decimals, exact: Decimals) -> None:
    if "d" in element.attrib:
        element.set("d", rounded_path(element.attrib["d"], places))
    for name in ("gradientTransform", "transform"):
        if name in element.attrib:
            element.set(name, _NUMBER.sub(lambda number: exact.number(number[0]), element.attrib[name]))
    gradient = element.tag in ("linearGradient", "radialGradient")
    # In the box of what it paints, or in the unit circle of its matrix, a gradient has no pixels.
    if gradient and ("gradientUnits" not in element.attrib or "gradientTransform" in element.attrib):
        return
    for name in _COORDINATES:
        if name in element.attrib:
            element.set(name, (exact if gradient or name == "stroke-width" else places).number(element.attrib[name]))
