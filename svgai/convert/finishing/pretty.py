"""An SVG for manual editing: a line and an id for each element, groups by colour, measurements in a comment."""

import xml.etree.ElementTree as ET  # nosec B405

from svgai.measure.quality import Quality

_DRAWN = frozenset({"path", "circle", "ellipse", "rect"})
_SHARED = ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "fill-opacity", "stroke-opacity")


def made_pretty(root: ET.Element, quality: Quality) -> None:
    """
    Group neighbours of one paint, name groups and elements, break lines, and put the measurements at the beginning.

    Only neighbours are grouped: elements keep the order in which they are painted.
    """
    for parent in [root, *(element for element in root.iter("g") if element is not root)]:
        _group(parent)
    for number, element in enumerate(element for element in root.iter() if element.tag in _DRAWN):
        element.set("id", f"{element.tag}-{number + 1}")
    for number, element in enumerate(root.iter("g")):
        element.set("id", f"group-{number + 1}")
    figures = (
        f" ssim {quality.ssim:.4f}, worst {quality.worst:.4f}, delta_e {quality.delta_e:.3f}, "
        f"{sum(element.tag in _DRAWN for element in root.iter())} shapes "
    )
    comment = ET.Comment(figures)
    root.insert(0, comment)
    ET.indent(root, "  ")


def _group(parent: ET.Element) -> None:
    children = list(parent)
    parent[:] = []
    group: ET.Element | None = None
    for child in children:
        paint = {name: child.attrib[name] for name in _SHARED if name in child.attrib}
        if child.tag not in _DRAWN or not paint:
            group = None
            parent.append(child)
            continue
        if group is None or group.attrib != paint:
            group = ET.SubElement(parent, "g", paint)
        for name in paint:
            del child.attrib[name]
        group.append(child)
