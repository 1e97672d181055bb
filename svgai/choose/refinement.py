"""
Redraws one tracing in more detail where it falls short, until it meets the target.

Most outlines of a picture are fine at a coarse tolerance, and few need a fine one. The measured map shows where: there
deviations get a higher weight, small areas are kept, layers stay off each other's edges, and outlines follow the error
of the last drawing.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Floats
from svgai.choose.deadlines import NO_DEADLINE, Deadline
from svgai.errors import RenderingFailed
from svgai.measure.quality import Inspection
from svgai.measure.tiled_reference import AnyReference
from svgai.stages import stage
from svgai.trace.page_drawing import PageDrawing

MOST_ROUNDS = 7
"""Drawings after the first."""

_MOST_ROUNDS_LARGE, _LARGE_PX = 3, 1024
"""The same of pictures that are measured at more pixels a side: measuring takes most of the time there."""

_STEP = 4.0
"""Factor on the weight of deviations where the last drawing fell short."""

_REACH = 5
"""Pixels from a place that falls short to its possible cause: the reach of the measure."""

_SLACK = 0.01
"""Margin above the requested value."""

_PATIENCE = 3
"""Stops after so many drawings in a row without improvement."""

_GAIN, _LESS_SHORT = 0.005, 0.95
"""The least improvement: in `worst`, or as a factor on the number of pixels that fell short."""

_MOST_SHORT, _PHOTOGRAPH = 0.5, (0.3, 20_000)
"""
Share of the picture that falls short above which refinement is useless: there are no outlines to correct.

A smaller share is enough where it is also many pixels, as in photographs.
"""

_MUCH_SHORT, _FASTER = 0.03, 0.9
"""Above this share of short pixels, each drawing may leave at most this fraction of those of the best before it."""

_RESTACKED = (0, 3)
"""Rounds in which layers are stacked anew, which undoes what outlines followed."""

_DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _REACH + 1, 2 * _REACH + 1))


@dataclass(frozen=True, eq=False)
class Drawing:
    """An SVG and its measurements."""

    svg: str
    inspection: Inspection


def drawings(
    tracing: PageDrawing, reference: AnyReference, least_worst: float, deadline: Deadline = NO_DEADLINE
) -> list[Drawing]:
    """
    A tracing drawn and measured: plainly, and then with more care, until `worst` is at least what is asked.

    Args:
        tracing: of the reference's image; its outlines change.
        reference: measures.
        least_worst: what is asked; 0 asks for nothing but that something is drawn where the image draws something.
        deadline: what would end after it is not drawn again.

    Raises:
        RenderingFailed: the first drawing cannot be rendered.
    """
    began = time.perf_counter()
    drawn = [_drawn(tracing, reference)]
    took = time.perf_counter() - began
    care = np.ones(drawn[0].inspection.local.shape, np.float32)
    for number in range(MOST_ROUNDS if reference.measured_px <= _LARGE_PX else _MOST_ROUNDS_LARGE):
        last = drawn[-1].inspection
        began = time.perf_counter()
        if not tracing.refinable or _enough(last, least_worst) or _hopeless(drawn, least_worst):
            break
        if not deadline.leaves_room(began + took):
            break
        short = (last.local < least_worst + _SLACK) | last.empty
        outlined = short & ((reference.beside_edges(last) < least_worst + _SLACK) | last.empty)
        recoloured = bool((short & ~outlined).any()) and tracing.recolour(reference.levels)
        if not outlined.any() and not recoloured:
            break  # what is off lies within even areas, which outlines cannot correct
        zone = cv2.dilate(short.astype(np.uint8), _DISC) > 0
        care[zone] *= _STEP
        if number not in _RESTACKED or not tracing.restack(care > 1):
            tracing.follow(np.where(zone[..., None], reference.missing(last.rendered), np.float32(0)))
        try:
            drawn.append(_drawn(tracing, reference, care))
        except RenderingFailed:
            break  # the drawings before it remain valid
        took = time.perf_counter() - began
    return drawn


def _enough(inspection: Inspection, least_worst: float) -> bool:
    return not inspection.empty and (least_worst == 0 or inspection.quality.worst >= least_worst)


def _hopeless(drawn: Sequence[Drawing], least_worst: float) -> bool:
    """Whether too much of the picture falls short, as in photographs, or the last drawings improved little."""
    first = drawn[0].inspection
    shares = [float((one.inspection.local < least_worst).mean()) for one in drawn]
    least, pixels = _PHOTOGRAPH
    if not first.empty and (shares[0] > _MOST_SHORT or (shares[0] > least and shares[0] * first.local.size > pixels)):
        return True
    if len(drawn) > 1 and shares[-1] > _MUCH_SHORT and shares[-1] > _FASTER * min(shares[:-1]):
        return True
    return _in_vain([one.inspection.quality.worst for one in drawn], shares) >= _PATIENCE


def _in_vain(worst: Sequence[float], shares: Sequence[float]) -> int:
    """How many of the last drawings in a row brought no improvement."""
    best, least, count = worst[0], shares[0], 0
    for value, share in zip(worst[1:], shares[1:], strict=True):
        gained = value > best + _GAIN or share < _LESS_SHORT * least
        best, least, count = max(best, value), min(least, share), 0 if gained else count + 1
    return count


def _drawn(tracing: PageDrawing, reference: AnyReference, care: Floats | None = None) -> Drawing:
    with stage("trace" if care is None else "refine"):
        svg = tracing.svg(care)
    return Drawing(svg, reference.inspect(svg))
