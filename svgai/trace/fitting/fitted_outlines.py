"""Contours and lines to outlines on the coordinate grid: fitted, joined smoothly, primitives where possible."""

from collections.abc import Sequence

import numpy as np

from svgai.array_types import Doubles, Points
from svgai.trace.fitting.curve_fitting import FitSettings, fit_outlines
from svgai.trace.fitting.primitives import primitive
from svgai.trace.fitting.segment_joints import SmoothOutline, smooth_joints
from svgai.trace.parameters import TracingParameters
from svgai.trace.svg.grid_geometry import AnyOutline, GridPoint, Outline, straight_steps, straightened


def grid_outlines(
    contours: Sequence[Points], worths: Sequence[Doubles], parameters: TracingParameters, scale: int
) -> list[AnyOutline]:
    """
    The outlines of contours on a grid of `scale` steps a source pixel.

    Args:
        contours: (n, 2) each, in source pixels; those that end where they begin are closed.
        worths: (n,) each, what a squared deviation of one pixel along one pixel is worth, in bytes.
        parameters: whether curves are used, and what turn is a corner.
        scale: grid steps of one source pixel.
    """
    settings = FitSettings(scale, parameters.mode == "spline")
    fitted = fit_outlines(contours, worths, settings)
    smooth = smooth_joints(fitted, parameters.corner_threshold)
    return [
        (settings.curves and curve.closed and primitive(curve.points, curve.cost, curve.worth, scale))
        or (_on_grid if curve.closed else _line_on_grid)(joined, scale)
        for curve, joined in zip(fitted, smooth, strict=True)
    ]


def _on_grid(outline: SmoothOutline, scale: float) -> Outline:
    joints, steps = _steps(outline, scale)
    # A line that ends where the outline began is not written: it comes last, if there is one.
    begin = 0
    if len(steps[-1]) > 1:
        begin = next((number for number, step in enumerate(steps, start=1) if len(step) == 1), 0)
    return straightened(joints[begin], steps[begin:] + steps[:begin])


def _line_on_grid(line: SmoothOutline, scale: float) -> Outline:
    joints, steps = _steps(line, scale)
    return Outline(joints[0], tuple(straight_steps(joints[0], steps[:-1])), closed=False)


def _steps(outline: SmoothOutline, scale: float) -> tuple[list[GridPoint], list[tuple[GridPoint, ...]]]:
    joints = _rounded(outline.joints, scale)
    controls = _rounded(outline.controls.reshape(-1, 2), scale)
    steps: list[tuple[GridPoint, ...]] = [
        (controls[2 * number], controls[2 * number + 1], end) if curved else (end,)
        for number, (curved, end) in enumerate(zip(outline.curved, joints[1:] + joints[:1], strict=True))
    ]
    return joints, steps


def _rounded(points: Points, scale: float) -> list[GridPoint]:
    return [(x, y) for x, y in np.rint(points * scale).astype(int).tolist()]
