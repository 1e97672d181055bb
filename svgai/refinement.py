"""
One tracing drawn again with more care where it falls short, until it does not.

Most outlines of a picture are fine at a coarse tolerance, and few need a fine one. The measured map shows where: there
deviations are worth more, small areas stay, and outlines follow what the last drawing lacks.
"""

import cv2
import numpy as np

from svgai.quality import Inspection, Reference
from svgai.tracing import Tracing

import os
FOLLOW=int(os.environ.get('FOLLOW','1'))
FIRST=int(os.environ.get('FIRST','0'))

_STEP = 4.0
"""By how much a deviation is worth more where the last drawing fell short."""

_REACH = 5
"""Pixels from a place that falls short to what may be to blame: the measure looks as far."""

_SLACK = 0.01
"""What is aimed at above the least that is asked."""

_DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _REACH + 1, 2 * _REACH + 1))


def refined(tracing: Tracing, reference: Reference, min_worst: float, rounds: int) -> list[tuple[str, Inspection]]:
    """Drawings of a tracing, measured: the plain one, and at most so many with more care, until one falls short nowhere."""
    svg = tracing.svg()
    drawn = [(svg, reference.inspect(svg))]
    care = np.ones(drawn[0][1].local.shape, np.float32)
    if FIRST:
        tracing.follow(reference.missing(drawn[-1][1].rendered))
        svg = tracing.svg()
        drawn = [(svg, reference.inspect(svg))]
    for round_ in range(rounds):
        local = drawn[-1][1].local
        if local.min() >= min_worst or not tracing.refinable:
            break
        short = (local < min_worst + _SLACK).astype(np.uint8)
        zone = cv2.dilate(short, _DISC) > 0
        care[zone] *= _STEP
        if round_ not in (0,3) or not tracing.restack(care > 1):
            tracing.follow(np.where(zone[..., None], reference.missing(drawn[-1][1].rendered), np.float32(0)))
        svg = tracing.svg(care)
        drawn.append((svg, reference.inspect(svg)))
    return drawn
