"""The writer's SVG as a tree of elements, and back to bytes."""

import re
import xml.etree.ElementTree as ET  # nosec B405
from collections.abc import Iterator

_NAMESPACE = "http://www.w3.org/2000/svg"
_PREFIX = f"{{{_NAMESPACE}}}"
_LONG_LINE = re.compile(r"([^\n]{30000,32700}?) ")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def read_tree(svg: str) -> ET.Element:
    """The root element; tags are without their namespace."""
    root = ET.fromstring(svg)  # noqa: S314 - made by the writer, not by a client  # nosec B314
    for element in root.iter():
        element.tag = element.tag.removeprefix(_PREFIX)
    return root


def coloured(root: ET.Element) -> Iterator[ET.Element]:
    """The elements whose colours are seen: those of masks are opacities."""
    opacities = {element for mask in root.iter("mask") for element in mask.iter()}
    return (element for element in root.iter() if element not in opacities)


def write_tree(root: ET.Element) -> str:
    """The SVG in as few bytes as its elements take; text of elements is line breaks and indents alone."""
    svg = "".join(_written(root, f' xmlns="{_NAMESPACE}"'))
    return _LONG_LINE.sub(r"\1\n", svg)


def _written(element: ET.Element, first: str = "") -> Iterator[str]:
    if not isinstance(element.tag, str):  # a comment's is a function
        yield f"<!--{element.text}-->{element.tail or ''}"
        return
    attributes = "".join(f' {name}="{value.translate(_ESCAPES)}"' for name, value in element.attrib.items())
    yield f"<{element.tag}{first}{attributes}"
    if len(element):
        yield f">{element.text or ''}"
        for child in element:
            yield from _written(child)
        yield f"</{element.tag}>"
    else:
        yield "/>"
    yield element.tail or ""
