"""Restores corners that anti-aliasing cut off: the step across one is removed if the lines beside it meet close by."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from svgai.array_types import Points
from svgai.trace.fitting.curve_fitting import FittedOutline

TRIMMED = 2
"""Points at either end of a line that anti-aliasing may have moved off it."""

LEAST_LINE = 6
"""Steps of an outline from which a line has a direction that can be trusted."""

LEAST_SINE = 0.15
"""Sine of the least angle between lines that meet in a corner."""

REACH = 3.0
"""Source pixels from where an outline is cut to the corner."""

_LONGEST_CUT = 5  # steps
_LEAST_SEGMENTS = 3


def with_corners(outline: FittedOutline) -> FittedOutline:
    """The outline without the short lines that cut its corners; the lines beside them meet in between."""
    starts, kept = outline.joints[:-1].copy(), np.ones(len(outline.curved), bool)
    lengths = np.diff(outline.joints)
    lines = np.flatnonzero(~outline.curved & (lengths >= LEAST_LINE)).tolist()
    for before, after in pairwise(lines + lines[:1] if outline.closed else lines):
        between = np.arange(before + 1, after + (after <= before) * len(kept)) % len(kept)
        cut = not outline.curved[between].any() and 0 < lengths[between].sum() <= _LONGEST_CUT
        if cut and kept.sum() - len(between) >= _LEAST_SEGMENTS and _meet(outline, before, after):
            kept[between] = False
            # The first and the last point of an outline are one, which stays a joint.
            starts[after] = 0 if after < before else (outline.joints[before + 1] + outline.joints[after]) // 2
    joints = np.append(starts[kept], outline.joints[-1])
    return replace(outline, joints=joints, curved=outline.curved[kept], controls=outline.controls[kept])


def _meet(outline: FittedOutline, before: int, after: int) -> bool:
    """Whether two lines meet at an angle, near where one ends and the other begins."""
    points, joints = outline.points, outline.joints
    middle = (points[joints[before + 1]] + points[joints[after]]) / 2
    p, d = _line(points, joints[before], joints[before + 1])
    q, e = _line(points, joints[after], joints[after + 1])
    cross = d[0] * e[1] - d[1] * e[0]
    if abs(cross) < LEAST_SINE:
        return False
    along = ((q[0] - p[0]) * e[1] - (q[1] - p[1]) * e[0]) / cross
    return bool(np.hypot(*(p + along * d - middle)) < REACH)


def _line(points: Points, begin: int, end: int) -> tuple[Points, Points]:
    """A point and the unit direction of the line between two joints."""
    first, last = points[begin + TRIMMED], points[end - TRIMMED]
    way = last - first
    return first, way / max(float(np.hypot(*way)), 1e-9)
