"""
Conversions as bytes, and back.

What comes back may have been written by anybody who can write to the store: it is JSON of exactly our fields, and its
SVG draws only, or it is nothing.
"""

import json
import re

from pydantic import TypeAdapter, ValidationError

from svgai.convert.conversion import Conversion

LARGEST_VALUE = 1_000_000
"""Bytes of a conversion that is kept. An SVG of a megabyte is a photograph, which few ask for twice."""

ELEMENTS = frozenset(
    {"svg", "path", "circle", "ellipse", "rect", "linearGradient", "radialGradient", "stop", "g", "mask"}
)
"""All that the writer writes (docs/svg.md); none of them does anything but draw."""

_VALUE = TypeAdapter(Conversion)
_TAG = re.compile(r"</?([A-Za-z]+)(?:\s[A-Za-z][A-Za-z0-9-]*=\"[^\"<>&]*\")*/?>|<!--[ \w.,-]*-->|\s+")
_ACTIVE = re.compile(r"(?i)\s(on\w*|href|style|src)=|url\((?!#)|:(?!//www\.w3\.org/2000/svg\")")


def to_bytes(conversion: Conversion) -> bytes:
    """The JSON of a conversion."""
    # Not dump_json: a limit that is switched off is infinite, and would come back as nothing.
    return json.dumps(_VALUE.dump_python(conversion), separators=(",", ":")).encode()


def from_bytes(value: bytes) -> Conversion | None:
    """The conversion of a JSON text; None where it is none, or where its SVG could do more than draw."""
    if len(value) > LARGEST_VALUE:
        return None
    try:
        conversion = _VALUE.validate_json(value)
    except ValidationError:
        return None
    return conversion if _only_draws(conversion.svg) else None


def _only_draws(svg: str) -> bool:
    if not svg.startswith("<svg "):
        return False
    end = 0
    for found in _TAG.finditer(svg):
        if found.start() != end or (found[1] and found[1] not in ELEMENTS):
            return False
        end = found.end()
    return end == len(svg) and not _ACTIVE.search(svg)
