"""Features of an image's silhouette: those that do not depend on colours."""

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import Pixels

_ROWS = np.linspace(0.05, 0.95, 19)
_SQUARE = np.ones((3, 3), np.uint8)
_QUARTERS = np.array([0.25, 0.5, 0.75])


def shape_features(foreground: Pixels) -> dict[str, float]:
    """Those of `svgai.describe.features.FEATURES` that can be computed from a foreground alone."""
    # Parts at the picture's edge are measured as if background lay beyond.
    framed = np.asarray(cv2.copyMakeBorder(foreground, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), np.uint8)
    # 16 bits do: 256 x 256 pixels hold at most 16,384 parts.
    found = cv2.connectedComponentsWithStats(foreground, connectivity=8, ltype=cv2.CV_16U)
    stats, centres = np.asarray(found[2][1:]), np.asarray(found[3][1:])
    return {
        **_parts(stats, centres[:, 1], foreground.shape[0]),
        **_outlines(foreground, framed, len(stats)),
        **_strokes(framed, max(foreground.shape)),
        **_symmetry(foreground),
    }


def _parts(stats: npt.NDArray[np.number], middles: npt.NDArray[np.number], height: int) -> dict[str, float]:
    """Of parts with OpenCV's statistics (n, 5), and the rows (n,) of their middles."""
    large = stats[:, cv2.CC_STAT_AREA] >= 6
    count = np.count_nonzero(large)
    if count == 0:
        names = ("log_parts", "largest_part_share", "part_height", "part_height_spread", "row_alignment")
        return dict.fromkeys(names, 0.0)
    areas = stats[:, cv2.CC_STAT_AREA]
    heights = np.sort(stats[large, cv2.CC_STAT_HEIGHT] / height)
    low, median, high = np.interp(_QUARTERS * (count - 1), np.arange(count), heights)
    aligned = np.count_nonzero(np.abs(middles[large] / height - _ROWS[:, None]) < 0.06, axis=1).max()
    return {
        "log_parts": np.log2(1 + count),
        "largest_part_share": float(areas.max() / areas.sum()),
        "part_height": float(median),
        "part_height_spread": min(4.0, float((high - low) / median)),
        "row_alignment": float(aligned / count) if count > 2 else 0.0,
    }


def _outlines(foreground: Pixels, framed: Pixels, parts: int) -> dict[str, float]:
    """
    Holes and runs, from the number of the foreground's pixels and of the sides and corners of pixels that it touches.

    A run of pixels touches one side more than it has pixels. Corners less sides plus pixels make Euler's number, which
    of an 8-connected foreground is its parts less its holes.
    """
    pixels = cv2.countNonZero(framed)
    upright, level, corners = (
        cv2.countNonZero(cv2.dilate(framed, np.ones(reach, np.uint8))) for reach in ((1, 2), (2, 1), (2, 2))
    )
    holes = parts - (corners - upright - level + pixels)
    return {
        "log_holes": np.log2(1 + holes),
        "runs_per_row": _mean_runs(upright - pixels, np.asarray(foreground.any(axis=1))),
        "runs_per_column": _mean_runs(level - pixels, np.asarray(foreground.any(axis=0))),
    }


def _mean_runs(runs: int, used: npt.NDArray[np.bool_]) -> float:
    return float(np.log2(1 + runs / np.count_nonzero(used))) if runs else 0.0


def _strokes(framed: Pixels, longest_side: int) -> dict[str, float]:
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 3)
    deepest = np.asarray(cv2.compare(depth, cv2.dilate(depth, _SQUARE), cv2.CMP_GE), np.uint8)
    spine = depth[(deepest & framed) > 0]
    if not len(spine):
        return {"stroke_width": 0.0, "stroke_spread": 0.0}
    mean = spine.mean()
    return {"stroke_width": float(2 * mean / longest_side), "stroke_spread": float(spine.std() / mean)}


def _symmetry(foreground: Pixels) -> dict[str, float]:
    left, top, width, height = cv2.boundingRect(foreground)
    box = foreground[top : top + height, left : left + width]
    return {"mirror_symmetry": _agreement(box, 1), "flip_symmetry": _agreement(box, 0)}


def _agreement(box: Pixels, axis: int) -> float:
    """Share of a mask's pixels that stay as they are where it is turned over."""
    if not box.size:
        return 1.0
    return (box.size - cv2.countNonZero(cv2.bitwise_xor(box, cv2.flip(box, axis)))) / box.size
