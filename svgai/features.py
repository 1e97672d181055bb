"""
One image as a vector of numbers: what the optimizer knows of it, computed alike in training and serving.

Everything but `log_longest_side` is measured on the image laid on white (black where it is a light one on
transparency) with its longest side brought down to 256 pixels.
The foreground is what differs from the colour of the image's border. Shares are of pixels, between 0 and 1.
"""

import cv2
import numpy as np
import numpy.typing as npt

from svgai.images import Pixels, composite, contrasting_ground, fit_within

FEATURES = {
    "log_longest_side": "log2 of the longest side of the source in pixels",
    "log_aspect": "log2 of width over height",
    "transparent_share": "share of pixels with alpha below 5",
    "translucent_share": "share of pixels with alpha between 5 and 250, away from edges",
    "foreground_share": "share of pixels that differ from the border's colour",
    "border_uniformity": "share of border pixels with the border's most frequent colour",
    "log_colours": "log2 of the number of 12-bit colours that cover at least 0.1 % of the foreground",
    "colours_for_90": "log2 of the number of 12-bit colours that together cover 90 % of the foreground",
    "palette_entropy": "entropy in bits of the foreground's 12-bit colours",
    "log_borders": "log2 of one more than the number of neighbouring pixels of different 12-bit colours",
    "top_colour_share": "share of the foreground in its most frequent 12-bit colour",
    "top_three_share": "share of the foreground in its three most frequent 12-bit colours",
    "mean_saturation": "mean HSV saturation of the foreground, 0-1",
    "grey_share": "share of the foreground with saturation below 0.1",
    "hue_spread": "circular spread of the foreground's hues, weighted by saturation, 0-1",
    "mean_luminance": "mean luma of the foreground, 0-1",
    "luminance_deviation": "standard deviation of the foreground's luma, 0-1",
    "edge_density": "share of pixels with a step of more than 24 levels a pixel",
    "flat_share": "share of the inner foreground without any step",
    "smooth_share": "share of the inner foreground with steps of 0.2-8 levels a pixel (shading)",
    "gradient_energy": "mean step of the inner foreground in levels a pixel, capped at 16",
    "gradient_coherence": "how much neighbouring steps of the inner foreground agree in direction, 0-1",
    "grain": "mean absolute difference of the image from its 3x3 median, in levels",
    "corner_density": "strong Harris corners per 1000 pixels",
    "log_parts": "log2 of one more than the number of connected foreground parts of 6 pixels or more",
    "log_holes": "log2 of one more than the number of holes in the foreground",
    "largest_part_share": "share of the foreground in its largest part",
    "part_height": "median height of the parts over the image's height",
    "part_height_spread": "interquartile range of the parts' heights over their median, at most 4",
    "row_alignment": "share of the foreground's parts whose middle lies on the commonest row (text-likeness)",
    "runs_per_row": "log2 of one more than the mean number of foreground runs in rows that have any",
    "runs_per_column": "log2 of one more than the mean number of foreground runs in columns that have any",
    "stroke_width": "mean thickness of the foreground along its spine over the longest side",
    "stroke_spread": "standard deviation over mean of that thickness",
    "mirror_symmetry": "agreement of the foreground with its left-right mirror image, 0-1",
    "flip_symmetry": "agreement of the foreground with its top-bottom mirror image, 0-1",
}
"""What each number means, by name, in the order of the vector."""

FEATURE_NAMES = tuple(FEATURES)

_SIDE = 256
Mask = npt.NDArray[np.bool_]


def extract_features(rgba: Pixels) -> npt.NDArray[np.float32]:
    """The features of (height, width, 4) straight-alpha pixels: (len(FEATURE_NAMES),) float32, all finite."""
    small = fit_within(rgba, _SIDE)
    rgb = composite(small, contrasting_ground(small))
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    border, uniformity = _border_colour(rgb)
    red, green, blue = cv2.split(cv2.absdiff(rgb, np.broadcast_to(border, rgb.shape)))
    foreground = cv2.max(cv2.max(red, green), blue) > 24
    ink = foreground if foreground.any() else np.ones_like(foreground)
    values = {
        "log_longest_side": np.log2(max(rgba.shape[:2])),
        "log_aspect": np.log2(rgba.shape[1] / rgba.shape[0]),
        "foreground_share": foreground.mean(),
        "border_uniformity": uniformity,
        **_transparency(small[..., 3]),
        **_colours(rgb, grey, ink),
        **_steps(grey, ink),
        **_parts(foreground),
        **_strokes(foreground),
        **_symmetry(foreground),
    }
    return np.array([values[name] for name in FEATURE_NAMES], np.float32)


def _border_colour(rgb: Pixels) -> tuple[Pixels, float]:
    frame = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    codes = _codes(frame)
    counts = np.bincount(codes, minlength=4096)
    commonest = codes == counts.argmax()
    return np.median(frame[commonest], axis=0).astype(np.uint8), float(commonest.mean())


def _codes(rgb: Pixels) -> npt.NDArray[np.uint16]:
    high = rgb.astype(np.uint16) >> 4
    return np.asarray((high[..., 0] << 8) | (high[..., 1] << 4) | high[..., 2], np.uint16)


def _transparency(alpha: Pixels) -> dict[str, float]:
    partial = ((alpha >= 5) & (alpha <= 250)).astype(np.uint8)
    return {
        "transparent_share": float((alpha < 5).mean()),
        "translucent_share": float(cv2.erode(partial, np.ones((3, 3), np.uint8)).mean()),
    }


def _colours(rgb: Pixels, grey: Pixels, ink: Mask) -> dict[str, float]:
    codes = _codes(rgb)
    borders = np.count_nonzero(codes[1:] != codes[:-1]) + np.count_nonzero(codes[:, 1:] != codes[:, :-1])
    counts = np.bincount(codes[ink], minlength=4096)
    shares = np.sort(counts[counts > 0] / counts.sum())[::-1]
    hue, saturation = (channel[ink] for channel in cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))[:2])
    vividness = np.bincount(hue, saturation / 255, minlength=180)
    weight = max(float(vividness.sum()), 1e-6)
    resultant = float(np.abs((vividness * np.exp(1j * np.pi / 90 * np.arange(180))).sum())) / weight
    mean, deviation = cv2.meanStdDev(grey, mask=ink.astype(np.uint8))
    return {
        "log_colours": np.log2(max(1, int((shares >= 0.001).sum()))),
        "colours_for_90": np.log2(1 + int(np.searchsorted(np.cumsum(shares), 0.9))),
        "palette_entropy": float(-(shares * np.log2(shares)).sum()),
        "log_borders": np.log2(1 + borders),
        "top_colour_share": float(shares[0]),
        "top_three_share": float(shares[:3].sum()),
        "mean_saturation": weight / len(hue),
        "grey_share": float((saturation < 25.5).mean()),
        "hue_spread": float(1 - min(1.0, resultant)) if weight > 1e-3 else 0.0,
        "mean_luminance": float(mean[0, 0]) / 255,
        "luminance_deviation": float(deviation[0, 0]) / 255,
    }


def _steps(grey: Pixels, ink: Mask) -> dict[str, float]:
    values = grey.astype(np.float32)
    dx, dy = cv2.Scharr(values, cv2.CV_32F, 1, 0) / 32, cv2.Scharr(values, cv2.CV_32F, 0, 1) / 32
    step = cv2.magnitude(dx, dy)
    edges = step > 24
    near_edges = cv2.dilate((step > 8).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    inner = ink & ~near_edges
    if not inner.any():
        inner = ink
    inside = step[inner]
    gx, gy = dx[inner], dy[inner]
    double = np.hypot((gx * gx - gy * gy).sum(), 2 * (gx * gy).sum())
    response = cv2.cornerHarris(grey, 2, 3, 0.04)
    peaks = (response == cv2.dilate(response, np.ones((5, 5), np.uint8))) & (response > 1e-4)
    return {
        "edge_density": float(edges.mean()),
        "flat_share": float((inside < 0.2).mean()),
        "smooth_share": float(((inside >= 0.2) & (inside <= 8)).mean()),
        "gradient_energy": float(np.minimum(inside, 16).mean()),
        "gradient_coherence": float(double / max(float((gx * gx + gy * gy).sum()), 1e-6)),
        "grain": float(cv2.absdiff(grey, cv2.medianBlur(grey, 3)).mean()),
        "corner_density": 1000 * float(peaks.mean()),
    }


def _parts(foreground: Mask) -> dict[str, float]:
    mask = foreground.astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    large = stats[1:, cv2.CC_STAT_AREA] >= 6
    areas = stats[1:, cv2.CC_STAT_AREA][large]
    heights = stats[1:, cv2.CC_STAT_HEIGHT][large] / mask.shape[0]
    rows = centres[1:, 1][large] / mask.shape[0]
    around = cv2.copyMakeBorder(1 - mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    holes = cv2.connectedComponents(around, connectivity=4)[0] - 2
    across = np.diff(mask, axis=1, prepend=0) == 1
    down = np.diff(mask, axis=0, prepend=0) == 1
    some = len(areas) > 0
    median = float(np.median(heights)) if some else 0.0
    aligned = [float((np.abs(rows - row) < 0.06).mean()) for row in np.linspace(0.05, 0.95, 19)] if some else [0.0]
    return {
        "log_parts": np.log2(1 + len(areas)),
        "log_holes": np.log2(1 + max(0, holes)),
        "largest_part_share": float(areas.max() / max(1, mask.sum())) if some else 0.0,
        "part_height": median,
        "part_height_spread": min(4.0, float(np.subtract(*np.percentile(heights, [75, 25])) / median)) if some else 0.0,
        "row_alignment": max(aligned) if len(areas) > 2 else 0.0,
        "runs_per_row": _mean_runs(across.sum(axis=1)),
        "runs_per_column": _mean_runs(down.sum(axis=0)),
    }


def _mean_runs(runs: npt.NDArray[np.int64]) -> float:
    used = runs[runs > 0]
    return float(np.log2(1 + used.mean())) if len(used) else 0.0


def _strokes(foreground: Mask) -> dict[str, float]:
    framed = cv2.copyMakeBorder(foreground.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 3)
    spine = depth[(depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 0)]
    if not len(spine):
        return {"stroke_width": 0.0, "stroke_spread": 0.0}
    return {
        "stroke_width": float(2 * spine.mean() / max(foreground.shape)),
        "stroke_spread": float(spine.std() / spine.mean()),
    }


def _symmetry(foreground: Mask) -> dict[str, float]:
    rows, columns = np.flatnonzero(foreground.any(axis=1)), np.flatnonzero(foreground.any(axis=0))
    if not len(rows):
        return {"mirror_symmetry": 1.0, "flip_symmetry": 1.0}
    box = foreground[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return {
        "mirror_symmetry": float((box == box[:, ::-1]).mean()),
        "flip_symmetry": float((box == box[::-1]).mean()),
    }
