"""
One tracing drawn again with more care where it falls short, until it does not.

Most outlines of a picture are fine at a coarse tolerance, and few need a fine one. The measured map shows where: there
deviations are worth more, and small areas stay, in the next drawing.
"""

import cv2
import numpy as np

from svgai.colour_models import Floats
from svgai.quality import Inspection, Reference
from svgai.tracing import Tracing

_STEP = 4.0
"""By how much a deviation is worth more where the last drawing fell short."""

_REACH = 5
"""Pixels from a place that falls short to what may be to blame: the measure looks as far."""

_SLACK = 0.01
"""What is aimed at above the least that is asked."""


def refined(tracing: Tracing, reference: Reference, min_worst: float, rounds: int) -> list[tuple[str, Inspection]]:
    """Drawings of a tracing, measured: the plain one, and at most so many with more care, until one falls short nowhere."""
    svg = tracing.svg()
    drawn = [(svg, reference.inspect(svg))]
    care = np.ones(drawn[0][1].local.shape, np.float32)
    for _ in range(rounds):
        local = drawn[-1][1].local
        if local.min() >= min_worst or not tracing.modelled:
            break
        short = (local < min_worst + _SLACK).astype(np.uint8)
        care[cv2.dilate(short, _DISC) > 0] *= _STEP
        svg = tracing.svg(care)
        if svg == drawn[-1][0]:
            continue
        drawn.append((svg, reference.inspect(svg)))
    return drawn


_DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _REACH + 1, 2 * _REACH + 1))
