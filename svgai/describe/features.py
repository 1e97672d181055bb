"""
One image as a feature vector, the optimizer's input; computed identically in training and serving.

Everything but `log_longest_side` is measured on the image laid on white (black where it is a light one on
transparency) with its longest side brought down to 256 pixels.
The foreground is what differs from the colour of the image's border. Shares are of pixels, between 0 and 1.
"""

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import Indices, Pixels
from svgai.decode.pixels import composite, contrasting_ground, edge_pixels, fit_within, median_colour
from svgai.describe.silhouette_features import shape_features

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
"""The meaning of each feature, by name, in the order of the vector."""

FEATURE_NAMES = tuple(FEATURES)

FEATURES_SIDE = 256
"""Longest side, in pixels, of the image that features are computed from."""

_HUES = np.exp(1j * np.pi / 90 * np.arange(180))
_SQUARE = np.ones((3, 3), np.uint8)


def extract_features(rgba: Pixels) -> npt.NDArray[np.float32]:
    """The features of (height, width, 4) straight-alpha pixels: (len(FEATURE_NAMES),) float32, all finite."""
    return features_of_shrunk(fit_within(rgba, FEATURES_SIDE), rgba.shape[1], rgba.shape[0])


def features_of_shrunk(small: Pixels, width: int, height: int) -> npt.NDArray[np.float32]:
    """The same for an image of this original size, already reduced to a longest side of FEATURES_SIDE."""
    rgb = composite(small, contrasting_ground(small))
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    border, uniformity = _border_colour(rgb)
    foreground = _unlike(rgb, border)
    ink = foreground if foreground.any() else np.full_like(foreground, 255)
    values = {
        "log_longest_side": np.log2(max(width, height)),
        "log_aspect": np.log2(width / height),
        "foreground_share": cv2.countNonZero(foreground) / foreground.size,
        "border_uniformity": uniformity,
        **_transparency(small),
        **_colours(rgb, ink),
        **_luminance(grey, ink),
        **_steps(grey, ink),
        **shape_features(foreground),
    }
    return np.array([values[name] for name in FEATURE_NAMES], np.float32)


def _border_colour(rgb: Pixels) -> tuple[Pixels, float]:
    frame = edge_pixels(rgb)
    codes = _codes(frame)
    commonest = codes == np.bincount(codes).argmax()
    return median_colour(frame[commonest]), np.count_nonzero(commonest) / len(frame)


def _codes(colours: Pixels) -> npt.NDArray[np.uint16]:
    """The 12-bit colours of (n, 3 or more) colours."""
    high = colours.astype(np.uint16) >> 4
    return np.asarray((high[:, 0] << 8) | (high[:, 1] << 4) | high[:, 2], np.uint16)


def _unlike(rgb: Pixels, colour: Pixels) -> Pixels:
    """What differs from a colour by more than 24 levels in any channel."""
    middle = colour.astype(np.int16)
    alike = cv2.inRange(rgb, np.clip(middle - 24, 0, 255), np.clip(middle + 24, 0, 255))
    return np.asarray(cv2.bitwise_not(alike), np.uint8)


def _transparency(rgba: Pixels) -> dict[str, float]:
    alpha = cv2.extractChannel(rgba, 3)
    partial = (alpha >= 5) & (alpha <= 250)
    return {
        "transparent_share": np.count_nonzero(alpha < 5) / alpha.size,
        "translucent_share": cv2.countNonZero(cv2.erode(partial.view(np.uint8), _SQUARE)) / alpha.size,
    }


def _colours(rgb: Pixels, ink: Pixels) -> dict[str, float]:
    packed = cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA).view(np.uint32)[..., 0]
    coarse = packed & 0xF0F0F0F0
    borders = np.count_nonzero(coarse[1:] != coarse[:-1]) + np.count_nonzero(coarse[:, 1:] != coarse[:, :-1])
    colours, lengths = _colour_runs(packed, ink)
    pixels = lengths.sum()
    counts = np.bincount(_codes(colours), lengths)
    shares = np.sort(counts[counts > 0] / pixels)[::-1]
    hue, saturation = cv2.cvtColor(colours[None], cv2.COLOR_RGB2HSV)[0, :, :2].T
    vividness = np.bincount(hue, saturation / 255 * lengths, minlength=180)
    weight = max(float(vividness.sum()), 1e-6)
    resultant = float(np.abs((vividness * _HUES).sum())) / weight
    return {
        "log_colours": np.log2(max(1, int((shares >= 0.001).sum()))),
        "colours_for_90": np.log2(1 + int(np.searchsorted(np.cumsum(shares), 0.9))),
        "palette_entropy": float(-(shares * np.log2(shares)).sum()),
        "log_borders": np.log2(1 + borders),
        "top_colour_share": float(shares[0]),
        "top_three_share": float(shares[:3].sum()),
        "mean_saturation": float(weight / pixels),
        "grey_share": float(lengths[saturation < 25.5].sum() / pixels),
        "hue_spread": float(1 - min(1.0, resultant)) if weight > 1e-3 else 0.0,
    }


def _colour_runs(packed: npt.NDArray[np.uint32], ink: Pixels) -> tuple[Pixels, Indices]:
    """
    The colours (n, 4) of the ink's runs of equal pixels, row after row, and how many pixels each run has.

    A logo has far fewer runs than pixels. A colour is ink everywhere or nowhere, so that a run is as its first pixel.
    """
    pixels = packed.ravel()
    starts = np.append(0, 1 + np.flatnonzero(pixels[1:] != pixels[:-1]))
    lengths = np.diff(starts, append=pixels.size)
    inked = ink.ravel()[starts] > 0
    return pixels[starts[inked]].view(np.uint8).reshape(-1, 4), lengths[inked]


def _luminance(grey: Pixels, ink: Pixels) -> dict[str, float]:
    mean, deviation = cv2.meanStdDev(grey, mask=ink)
    return {"mean_luminance": float(mean[0, 0]) / 255, "luminance_deviation": float(deviation[0, 0]) / 255}


def _steps(grey: Pixels, ink: Pixels) -> dict[str, float]:
    dx = cv2.Scharr(grey, cv2.CV_32F, 1, 0, scale=1 / 32)
    dy = cv2.Scharr(grey, cv2.CV_32F, 0, 1, scale=1 / 32)
    xx, yy = dx * dx, dy * dy
    # Not cv2.magnitude: its last digit depends on where in memory the result lies, and a training with it.
    step = np.sqrt(xx + yy)
    near_edges = cv2.dilate((step > 8).view(np.uint8), _SQUARE)
    inner = ink.astype(bool) & (near_edges == 0)
    if not inner.any():
        inner = ink.astype(bool)
    inside, xx, yy = step[inner], xx[inner], yy[inner]
    double = np.hypot((xx - yy).sum(), 2 * (dx[inner] * dy[inner]).sum())
    level, smooth = np.count_nonzero(inside < 0.2), np.count_nonzero(inside <= 8)
    response = cv2.cornerHarris(grey, 2, 3, 0.04)
    peaks = (response == cv2.dilate(response, np.ones((5, 5), np.uint8))) & (response > 1e-4)
    return {
        "edge_density": np.count_nonzero(step > 24) / step.size,
        "flat_share": level / len(inside),
        "smooth_share": (smooth - level) / len(inside),
        "gradient_energy": float(np.minimum(inside, 16).mean()),
        "gradient_coherence": float(double / max(float((xx + yy).sum()), 1e-6)),
        "grain": cv2.norm(grey, cv2.medianBlur(grey, 3), cv2.NORM_L1) / grey.size,
        "corner_density": 1000 * (np.count_nonzero(peaks) / peaks.size),
    }
