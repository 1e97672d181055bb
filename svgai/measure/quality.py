"""
Similarity of an SVG to its source, measured by rendering it.

`ssim` is that of Wang et al. 2004 (Image quality assessment: from error visibility to structural similarity), with the
Gaussian window of sigma 1.5 (11 x 11), per RGB channel, population covariance, the mean taken over pixels and channels
as scikit-image takes it (5 px of border left out). `edge_ssim` is the mean of the same map near the edges of the
source. `worst` is the minimum of the map, including borders, after smoothing by a Gaussian of sigma 3: most pixels of a
logo are blank, so that a mean hides a lost letter. `delta_e` is the mean CIE76 distance in CIELAB (D65) after a
Gaussian blur of sigma 3.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import Floats, Pixels
from svgai.decode.pixels import Ground, composite, fit_within, premultiplied
from svgai.measure.rendering import render
from svgai.stages import stage

WHOLE_SIDE = 512
"""Longest side, in pixels, of images compared as a whole; larger ones are reduced to it, or compared in tiles."""

_LEAST_SIDE = 24  # longest side: smaller images are compared enlarged, every pixel a square, so that windows have room

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
BORDER = 5
"""Pixels along the border that are excluded from the mean of the map."""

_WINDOW = cv2.getGaussianKernel(11, 1.5, cv2.CV_32F)
_EDGE_CONTRAST = 24.0
_SEEN_APART = 8  # levels between the darkest and the lightest pixel of a picture that shows something
_SEEN_TOGETHER = (25, 25), 3.0  # kernel and sigma of the smoothing before `worst`
_EVEN = 4.0  # levels squared: the variance within the window of ssim, below which no edge is in it


# sRGB to CIELAB (IEC 61966-2-1 and CIE 15, white point D65): each step's curve as a table over 16 bits.
_STEPS = 65535
_RAMP = np.arange(_STEPS + 1) / _STEPS
_LINEAR = np.where(_RAMP <= 0.04045, _RAMP / 12.92, ((_RAMP + 0.055) / 1.055) ** 2.4).astype(np.float32)
_CUBE_ROOT = np.where(_RAMP > 216 / 24389, np.cbrt(_RAMP), (24389 / 27 * _RAMP + 16) / 116).astype(np.float32)
_RGB_TO_XYZ = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
_XYZ = (_RGB_TO_XYZ / np.array([[0.95047], [1.0], [1.08883]])).T.astype(np.float32)


@dataclass(frozen=True)
class Quality:
    """Measured quality of one SVG: ssim, worst, edge_ssim in [-1, 1], delta_e in CIELAB units, size in UTF-8 bytes."""

    ssim: float
    worst: float
    edge_ssim: float
    delta_e: float
    bytes: int
    paths: int


def ssim_between(first: Pixels, second: Pixels) -> float:
    """`ssim` of two opaque (height, width, 3) pictures at their own size, however large."""
    opaque = np.full((*first.shape[:2], 1), 255, np.uint8)
    return GroundedImage(np.dstack([first, opaque]), 255).compare(np.dstack([second, opaque])).ssim


class Reference:
    """A source image prepared for comparison with many SVGs."""

    def __init__(self, rgba: Pixels) -> None:
        self.rgba = fit_within(rgba, WHOLE_SIDE)
        self.height, self.width = self.rgba.shape[:2]
        self.measured_px = max(self.height, self.width)
        opaque = bool((self.rgba[..., 3] == 255).all())
        levels: tuple[Ground, ...] = (255,) if opaque else (255, 0)
        self._times = math.ceil(_LEAST_SIDE / max(self.width, self.height))
        self._grounds = tuple(GroundedImage(self._enlarged(self.rgba), level) for level in levels)
        self._draws = any(draws(ground.rgb) for ground in self._grounds)

    def measure(self, svg: str) -> Quality:
        """
        Render the SVG at the reference's size and compare.

        Raises:
            RenderingFailed: the SVG cannot be rendered.
        """
        return self.inspect(svg).quality

    @stage("score")
    def inspect(self, svg: str) -> "Inspection":
        """The same, with the map of where the SVG falls short. Raises what `measure` does."""
        rendered = render(svg, self.width, self.height)
        seen = self._enlarged(rendered)
        scores = [ground.compare(seen) for ground in self._grounds]
        local = self._poorest(np.min([score.local for score in scores], axis=0))
        quality = Quality(
            ssim=min(score.ssim for score in scores),
            worst=float(local.min()),
            edge_ssim=min(score.edge_ssim for score in scores),
            delta_e=self._grounds[0].delta_e(seen),
            bytes=len(svg.encode()),
            paths=svg.count("<path"),
        )
        empty = self._draws and not any(draws(composite(rendered, ground.level)) for ground in self._grounds)
        return Inspection(quality, local, rendered, empty)

    def _enlarged(self, pixels: Pixels) -> Pixels:
        return pixels if self._times == 1 else pixels.repeat(self._times, axis=0).repeat(self._times, axis=1)

    def _poorest(self, local: Floats) -> Floats:
        """The least value in each pixel (h, w) of an enlarged map."""
        squares = local.reshape(self.height, self._times, self.width, self._times)
        return np.asarray(squares.min(axis=(1, 3)), np.float32)

    def beside_edges(self, inspection: "Inspection") -> Floats:
        """The inspection's map (h, w) as if uniform areas were perfect: only errors that outlines can cause."""
        seen = self._enlarged(inspection.rendered)
        return self._poorest(np.min([ground.beside_edges(seen) for ground in self._grounds], axis=0))

    @property
    def levels(self) -> Floats:
        """The source (h, w, 4) as colours times alpha and alpha, in levels."""
        return premultiplied(self.rgba)

    def missing(self, rendered: Pixels) -> Floats:
        """The source less straight-alpha pixels of a drawing, (h, w, 4): colours times alpha and alpha, in levels."""
        return self.levels - premultiplied(rendered)


@dataclass(frozen=True, eq=False)
class Inspection:
    """
    A measured SVG: its quality, the map (h, w) whose minimum is `worst`, and its straight-alpha pixels.

    `empty`: it shows one colour, or nothing, where the source shows more.
    """

    quality: Quality
    local: Floats
    rendered: Pixels
    empty: bool


@dataclass(frozen=True, eq=False)
class _Score:
    ssim: float
    edge_ssim: float
    local: Floats


class GroundedImage:
    """The source on black or white, with the sums that every comparison needs."""

    def __init__(self, rgba: Pixels, level: Ground) -> None:
        self.level = level
        self.rgb = composite(rgba, level)
        self.x = self.rgb.astype(np.float32)
        self.mean = _blur(self.x)
        self.mean_squared = self.mean * self.mean
        self.variance = _blur(self.x * self.x) - self.mean_squared

    @cached_property
    def edges(self) -> npt.NDArray[np.bool_]:
        # Squares of whole numbers are exact; the last digit of cv2.magnitude depends on where in memory it is written.
        steps = [
            np.square(cv2.Sobel(c, cv2.CV_32F, 1, 0)) + np.square(cv2.Sobel(c, cv2.CV_32F, 0, 1))
            for c in cv2.split(self.x)
        ]
        strong = (np.max(steps, axis=0) > (4 * _EDGE_CONTRAST) ** 2).astype(np.uint8)
        return cv2.dilate(strong, np.ones((5, 5), np.uint8)).astype(bool)

    @cached_property
    def lab(self) -> Floats:
        return _blurred_lab(self.rgb)

    def compare(self, rendered: Pixels) -> _Score:
        """Scores of rendered straight-alpha pixels."""
        similarity = self.similarity(rendered)
        inner = similarity
        if min(similarity.shape[:2]) > 2 * BORDER:
            inner = similarity[BORDER:-BORDER, BORDER:-BORDER]
        ssim = float(inner.mean(dtype=np.float64))
        edge = float(similarity[self.edges].mean(dtype=np.float64)) if self.edges.any() else ssim
        return _Score(ssim, edge, self.local(similarity))

    def delta_e(self, rendered: Pixels) -> float:
        return float(self.colour_differences(rendered).mean(dtype=np.float64))

    def similarity(self, rendered: Pixels) -> Floats:
        """The map (h, w, 3) whose mean is `ssim`."""
        y = composite(rendered, self.level).astype(np.float32)
        mean = _blur(y)
        product = self.mean * mean
        mean_squared = mean * mean
        variance = _blur(y * y) - mean_squared
        covariance = _blur(self.x * y) - product
        similarity = ((2 * product + _C1) * (2 * covariance + _C2)) / (
            (self.mean_squared + mean_squared + _C1) * (self.variance + variance + _C2)
        )
        return np.asarray(similarity, np.float32)

    def beside_edges(self, rendered: Pixels) -> Floats:
        """The map that `local` gives, of what is similar but for windows without an edge in either picture."""
        y = composite(rendered, self.level).astype(np.float32)
        mean = _blur(y)
        uneven = np.maximum(self.variance, _blur(y * y) - mean * mean).max(axis=2) >= _EVEN
        return self.local(np.where(uneven[..., None], self.similarity(rendered), np.float32(1)))

    def local(self, similarity: Floats) -> Floats:
        """The map (h, w) whose minimum is `worst`."""
        averaged = cv2.GaussianBlur(similarity.mean(axis=2), *_SEEN_TOGETHER, borderType=cv2.BORDER_REFLECT)
        return np.asarray(averaged, np.float32)

    def colour_differences(self, rendered: Pixels) -> Floats:
        """The map (h, w) whose mean is `delta_e`."""
        difference = self.lab - _blurred_lab(composite(rendered, self.level))
        return np.asarray(np.sqrt((difference * difference).sum(axis=2)), np.float32)


def draws(rgb: Pixels) -> bool:
    """Whether an opaque picture (h, w, 3) shows more than one colour."""
    spans = (highest - lowest for lowest, highest, *_ in map(cv2.minMaxLoc, cv2.split(rgb)))
    return any(span > _SEEN_APART for span in spans)


def _blur(values: Floats) -> Floats:
    return np.asarray(cv2.sepFilter2D(values, cv2.CV_32F, _WINDOW, _WINDOW, borderType=cv2.BORDER_REFLECT), np.float32)


def _blurred_lab(rgb: Pixels) -> Floats:
    """Blurred (height, width, 3) sRGB to CIELAB, by tables: OpenCV's own conversion is off by up to 0.05."""
    soft = cv2.GaussianBlur(rgb.astype(np.float32), (25, 25), 3, borderType=cv2.BORDER_REFLECT)
    linear = _LINEAR[(soft * (_STEPS / 255) + 0.5).astype(np.uint16)]
    f = _CUBE_ROOT[(linear @ _XYZ * _STEPS + 0.5).astype(np.uint16)]
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=2)
