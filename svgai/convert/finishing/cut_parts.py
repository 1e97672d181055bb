"""
A painted stack to parts side by side: the visible area of each colour.

Neighbours share their border: both get it from the same curve, rounded to a grid finer than any cutter's. Outlines are
clipped as fine lines (Clipper, whose whole numbers make it sure) and become pieces of their curves after that.
"""

import xml.etree.ElementTree as ET  # nosec B405
from collections.abc import Iterable, Sequence

import numpy as np
import pyclipper

from svgai.convert.cutter import TOO_WIDE
from svgai.convert.finishing.curve_pieces import CurvePieces
from svgai.convert.finishing.drawn_outlines import BLACK, drawn_fills
from svgai.convert.hex_colours import rgb_of
from svgai.errors import InvalidParameters
from svgai.trace.svg.grid_geometry import GridPoint
from svgai.trace.svg.path_data import path_data

FINER = 16
"""Steps of the parts' grid in one step of the drawing's, which is a third of a pixel or less."""

_COVERED = 0.999  # of a page: rounding leaves less

_SLIVER = 0.25  # of a pixel: what is narrower is left by outlines that should be one

Rings = list[list[GridPoint]]
Box = tuple[GridPoint, GridPoint]


def with_cut_parts(root: ET.Element, least_width: float) -> None:
    """
    Replace all elements by one path for each colour; no two of them overlap.

    Args:
        root: of an SVG of fills only, each of one opaque colour.
        least_width: pixels of the image; parts that are nowhere as wide are left out.

    Raises:
        InvalidParameters: that leaves nothing of it.
    """
    curves = CurvePieces()
    above: list[tuple[str, list[GridPoint], Box]] = []
    seen: dict[str, Rings] = {}
    for fill, outlines in reversed(list(drawn_fills(root))):
        lines = [curves.lines_of([segment * FINER for segment in ring]) for ring in outlines]
        # All run the same way round after that, so that with others they are lids together.
        rings = _clipped([ring for ring in lines if _encloses(ring)], pyclipper.CT_UNION)
        if not rings:
            continue
        boxes = [_box(ring) for ring in rings]
        around = _box([corner for box in boxes for corner in box])
        lids = [lid for other, lid, box in above if other != fill and _meet(box, around)]
        seen.setdefault(fill, []).extend(_clipped(rings, pyclipper.CT_DIFFERENCE, lids) if lids else rings)
        above += [(fill, ring, box) for ring, box in zip(rings, boxes, strict=True)]
    page = [FINER * int(value) for value in root.attrib["viewBox"].split()]
    pixel = page[2] / float(root.attrib["width"])
    slot, part = (width * pixel for width in (_SLIVER, max(_SLIVER, least_width)))
    root[:] = []
    root.set("viewBox", " ".join(map(str, page)))
    parts: dict[str, Rings] = {}
    for fill, rings in reversed(seen.items()):
        together = _clipped(rings, pyclipper.CT_UNION)  # one part where a colour lies on itself
        parts[fill] = [ring for ring in together if _holds_disc(ring, part if pyclipper.Orientation(ring) else slot)]
    cover = sum(pyclipper.Area(ring) for rings in parts.values() for ring in rings)
    for fill in _in_order(parts, clear=cover < _COVERED * page[2] * page[3]):
        data = path_data(map(curves.outline, parts[fill]))
        if data:
            ET.SubElement(root, "path", {"d": data} if fill == BLACK else {"fill": fill, "d": data})
    if seen and not len(root):
        raise InvalidParameters(TOO_WIDE)


def _in_order(fills: Iterable[str], *, clear: bool) -> list[str]:
    """
    Colours in the order in which seams show least; it is free, since parts do not overlap.

    Of a pixel with a share b of the upper part and 1 - b of the lower one, viewers leave b (1 - b) to the page, in the
    place of the lower one: that should differ least from the page, which is white, or where some of it is `clear` also
    black, as pictures are measured.
    """
    pages = (0, 255) if clear else (255,)

    def contrast(fill: str) -> int:
        return max(int(np.abs(rgb_of(fill).astype(int) - page).sum()) for page in pages)

    return sorted(fills, key=contrast)


def _clipped(rings: Rings, kind: int, lids: Sequence[list[GridPoint]] = ()) -> Rings:
    clipper = pyclipper.Pyclipper()
    clipper.PreserveCollinear = clipper.StrictlySimple = True  # no outline touches itself
    if not rings:
        return []
    clipper.AddPaths(rings, pyclipper.PT_SUBJECT, True)
    if lids:
        clipper.AddPaths(lids, pyclipper.PT_CLIP, True)
    clipped = clipper.Execute(kind, pyclipper.PFT_NONZERO, pyclipper.PFT_NONZERO)
    return [[(x, y) for x, y in ring] for ring in clipped]


def _box(points: Sequence[GridPoint]) -> Box:
    across, down = zip(*points, strict=True)
    return (min(across), min(down)), (max(across), max(down))


def _meet(one: Box, other: Box) -> bool:
    return all(one[0][axis] < other[1][axis] and other[0][axis] < one[1][axis] for axis in (0, 1))


def _encloses(ring: list[GridPoint]) -> bool:
    return len(ring) > 2 and pyclipper.Area(ring) != 0


def _holds_disc(ring: list[GridPoint], across: float) -> bool:
    """Whether a disc lies within an outline, whatever holes it has; it may be a fifth smaller, as corners are."""
    outer = ring if pyclipper.Orientation(ring) else ring[::-1]
    offset = pyclipper.PyclipperOffset()
    offset.AddPath(outer, pyclipper.JT_MITER, pyclipper.ET_CLOSEDPOLYGON)
    return bool(offset.Execute(-0.4 * across))
