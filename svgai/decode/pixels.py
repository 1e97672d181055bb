"""Straight-alpha sRGB pixels: written as PNG, composited on a background, resampled."""

import io
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from svgai.array_types import Pixels

Ground = Literal[0, 255]
"""The grey level that transparent images are composited on: black or white."""


def encode_png(rgba: Pixels) -> bytes:
    """Write (height, width, 3 or 4) uint8 pixels as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(rgba).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def is_opaque(rgba: Pixels) -> bool:
    """Whether no pixel is transparent."""
    return int(cv2.extractChannel(rgba, 3).min()) == 255


def composite(rgba: Pixels, ground: Ground) -> Pixels:
    """Lay straight-alpha (height, width, 4) pixels on black or white; gives (height, width, 3) uint8."""
    colour = np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)
    alpha = cv2.extractChannel(rgba, 3)
    if alpha.min() == 255:
        return colour
    weight = cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGB)
    # Halves cannot occur with 255 as divisor, so this rounds like exact arithmetic.
    on_black = cv2.multiply(colour, weight, scale=1 / 255)
    return np.asarray(on_black if ground == 0 else cv2.add(on_black, cv2.bitwise_not(weight)), np.uint8)


def contrasting_ground(rgba: Pixels) -> Ground:
    """The background to compare an image on: white, or black if a transparent image is itself nearly white."""
    visible = VisibleColours()
    visible.add(rgba)
    return visible.contrasting_ground()


class VisibleColours:
    """The mean colour of the visible parts of an image, whose pixels (h, w, 4) may be added piece by piece."""

    def __init__(self) -> None:
        self._pixels = self._seen = 0
        self._sums = np.zeros(3)

    def add(self, rgba: Pixels) -> None:
        visible = cv2.threshold(cv2.extractChannel(rgba, 3), 127, 255, cv2.THRESH_BINARY)[1]
        self._pixels += visible.size
        self._seen += cv2.countNonZero(visible)
        self._sums += cv2.sumElems(cv2.copyTo(rgba, visible))[:3]

    def contrasting_ground(self) -> Ground:
        """See the function of this name."""
        if self._seen in (0, self._pixels):
            return 255
        return 0 if sum(float(total) * (1 / self._seen) for total in self._sums) / 3 > 215 else 255


def edge_pixels(rgb: Pixels) -> Pixels:
    """The colours (n, 3) of the pixels along the four edges; corners count twice."""
    return np.asarray(np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]), np.uint8)


def median_colour(colours: Pixels) -> Pixels:
    """The median (3,) of colours (n, 3), channel by channel, rounded down."""
    ordered = np.sort(colours, axis=0).astype(np.uint16)
    middles = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]
    return np.asarray(middles // 2, np.uint8)


def resize(rgba: Pixels, width: int, height: int) -> Pixels:
    """
    Resample straight-alpha pixels: area averages when shrinking, Lanczos when growing.

    Colours are weighted by alpha, so that hidden colours of transparent pixels never bleed into visible ones.
    """
    if rgba.shape[:2] == (height, width):
        return rgba
    shrinking = width * height < rgba.shape[0] * rgba.shape[1]
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LANCZOS4
    if is_opaque(rgba):
        return np.asarray(cv2.resize(rgba, (width, height), interpolation=method), np.uint8)
    *colours, alpha = cv2.split(rgba)
    weight = alpha.astype(np.float32) / 255
    premultiplied = cv2.merge([*(colour * weight for colour in colours), weight])
    *colours, coverage = cv2.split(cv2.resize(premultiplied, (width, height), interpolation=method))
    # Lanczos overshoots alpha and colour alike: their ratio gives the colour only before alpha is clipped to 0-1.
    divisor = np.maximum(coverage, 1e-4)
    straight = cv2.merge([*(colour / divisor for colour in colours), coverage * 255])
    return np.asarray(cv2.convertScaleAbs(np.maximum(straight, 0)), np.uint8)


def premultiplied(rgba: Pixels) -> npt.NDArray[np.float32]:
    """Straight-alpha pixels (h, w, 4) as premultiplied levels, which blend linearly: colours times alpha, and alpha."""
    levels = rgba.astype(np.float32)
    levels[..., :3] *= levels[..., 3:] / 255
    return levels


def fit_within(rgba: Pixels, longest_side: int) -> Pixels:
    """Shrink pixels so that the longest side has at most `longest_side` pixels; smaller images stay as they are."""
    height, width = rgba.shape[:2]
    scale = longest_side / max(height, width)
    if scale >= 1:
        return rgba
    return resize(rgba, max(1, round(width * scale)), max(1, round(height * scale)))
