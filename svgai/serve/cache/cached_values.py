"""
Conversions as bytes, and back.

Anybody who can write to the store may have written a value: it is used only if it is JSON of exactly our fields, and
its SVG only draws.
"""

import json
import re
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from svgai.convert.conversion import Conversion

LARGEST_VALUE = 1_000_000
"""Most bytes of a cached conversion. An SVG of a megabyte is a photograph, which is rarely requested twice."""

ELEMENTS = frozenset(
    {"svg", "path", "circle", "ellipse", "rect", "linearGradient", "radialGradient", "stop", "g", "mask"}
)
"""All elements that the writer writes (docs/svg.md); they only draw."""

_VALUE = TypeAdapter(Conversion)
_NAMESPACE = "http://www.w3.org/2000/svg"
_ATTRIBUTE = r"\s(?!(?i:on|href|style|src))[A-Za-z][A-Za-z0-9-]*=\"[^\"<>&]*\""
_PIECE = re.compile(rf"</?([A-Za-z]+)(?:{_ATTRIBUTE})*/?>|<!--[ \w.,-]*-->|\s+")


def to_bytes(conversion: Conversion) -> bytes:
    """The JSON of a conversion, without its trials, which are only stored with the first answer."""
    # Not dump_json: a disabled limit is infinite, and would be read back as null.
    return json.dumps(_VALUE.dump_python(replace(conversion, tried=())), separators=(",", ":")).encode()


def from_bytes(value: bytes) -> Conversion | None:
    """The conversion of a JSON text; None if it is invalid, or if its SVG could do more than draw."""
    if len(value) > LARGEST_VALUE:
        return None
    try:
        conversion = _VALUE.validate_json(value)
    except ValidationError:
        return None
    return conversion if _only_draws(conversion.svg) else None


def _only_draws(svg: str) -> bool:
    # No external references: every colon belongs to the namespace, every url( points into the file.
    if not svg.startswith("<svg ") or svg.count(":") != svg.count(f'"{_NAMESPACE}"'):
        return False
    if svg.lower().count("url(") != svg.count("url(#"):
        return False
    end = 0
    for piece in _PIECE.finditer(svg):
        if piece.start() != end or (piece[1] and piece[1] not in ELEMENTS):
            return False
        end = piece.end()
    return end == len(svg)
