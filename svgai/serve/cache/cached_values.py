"""
Conversions as bytes, and back.

What comes back may have been written by anybody who can write to the store: it is JSON of exactly our fields, and its
SVG draws only, or it is nothing.
"""

import json
import re
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from svgai.convert.conversion import Conversion

LARGEST_VALUE = 1_000_000
"""Bytes of a conversion that is kept. An SVG of a megabyte is a photograph, which few ask for twice."""

ELEMENTS = frozenset(
    {"svg", "path", "circle", "ellipse", "rect", "linearGradient", "radialGradient", "stop", "g", "mask"}
)
"""All that the writer writes (docs/svg.md); none of them does anything but draw."""

_VALUE = TypeAdapter(Conversion)
_NAMESPACE = "http://www.w3.org/2000/svg"
_ATTRIBUTE = r"\s(?!(?i:on|href|style|src))[A-Za-z][A-Za-z0-9-]*=\"[^\"<>&]*\""
_PIECE = re.compile(rf"</?([A-Za-z]+)(?:{_ATTRIBUTE})*/?>|<!--[ \w.,-]*-->|\s+")


def to_bytes(conversion: Conversion) -> bytes:
    """The JSON of a conversion, without what was tried for it: that is kept with the first answer alone."""
    # Not dump_json: a limit that is switched off is infinite, and would come back as nothing.
    return json.dumps(_VALUE.dump_python(replace(conversion, tried=())), separators=(",", ":")).encode()


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
    # Nothing is named that lies elsewhere: every colon is the namespace's, every url( leads into the file.
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
