"""
Detects and removes the noise of a picture.

A drawing is smooth between its edges: one colour, or one that changes slowly. JPEG, scanners and image generators leave
outlier pixels there, JPEG above all beside edges. That distinguishes noise: anti-aliasing is steep, and a gradient's
pixel is between its neighbours.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from svgai.array_types import Mask, Pixels
from svgai.decode.pixels import fit_within
from svgai.trace.colours.hidden_colours import OPAQUE_FROM, spread
from svgai.trace.regions.smooth_areas import steepest_steps
from svgai.trace.unmixing import EDGE_FROM, unmixed

_EVEN_UP_TO = 40  # largest step within 3 x 3 pixels, in levels
_REACH = 8  # pixels from an edge: JPEG codes blocks of so many
_STANDS_OUT = 2  # levels off the median of 3 x 3 pixels: rounding leaves one
_OF_STEPS = 1 / 3  # and the share of the steps there: where colours change fast, less is no noise
_NOISY_SHARE = 0.07  # of the even pixels beside edges; real logos: .02 at most
_LOOKED_AT = 1024  # longest side, in pixels
_LEAST_SHARE = 0.02  # of the picture, below which what lies beside edges says nothing
_LEAST_PIXELS = 200
_UNEXPLAINED = 95  # percentile of how far pixels stand out, which is called the noise
_REPEATS = 4
_WINDOW, _SPACE = 7, 2.0  # pixels: diameter and sigma of what is averaged
_PER_LEVEL, _LEAST_RANGE, _MOST_RANGE = 5.0, 15.0, 45.0
_FRINGED_PER_LEVEL, _FRINGED_MOST_RANGE = 3.0, 30.0  # edges are unmixed: pale ones need not be averaged away
_GRAIN = 0.5  # of the noise beside edges, which grain has away from them, too
_CUT_OFF = 0.4  # of the noise: the mean of half a Gaussian lies at .4 sigma, and what stands out is above that


@dataclass(frozen=True, eq=False)
class _Evenness:
    """By pixel (h, w) how far it lies off the median of 3 x 3, the largest step, whether even, whether beside edges."""

    off: Pixels
    steps: Pixels
    even: Mask
    beside: Mask

    @classmethod
    def of(cls, rgba: Pixels) -> "_Evenness":
        rgb = np.ascontiguousarray(rgba[..., :3])
        steps = steepest_steps(rgb)
        opaque = cv2.erode((rgba[..., 3] >= OPAQUE_FROM).astype(np.uint8), np.ones((3, 3), np.uint8))
        even = (opaque > 0) & (steps <= _EVEN_UP_TO)
        around = np.ones((2 * _REACH + 1, 2 * _REACH + 1), np.uint8)
        beside = even & (cv2.dilate((steps > EDGE_FROM).astype(np.uint8), around) > 0)
        return cls(cv2.absdiff(rgb, cv2.medianBlur(rgb, 3)).max(axis=2), steps, even, beside)

    def standing_out(self) -> tuple[Pixels, Pixels]:
        """How far even pixels (n,) lie off the median, and the largest step there: those beside edges, if any."""
        used = self.beside if self.beside.mean() >= _LEAST_SHARE else self.even
        return self.off[used], self.steps[used]

    def fringed(self) -> bool:
        """Whether noise lies along edges: where little of a picture lies away from them, it is taken for that, too."""
        away = self.even & ~self.beside
        if int(away.sum()) < _LEAST_PIXELS or not self.beside.any():
            return True
        return bool(self.off[away].mean() < _GRAIN * self.off[self.beside].mean())


def is_noisy(rgba: Pixels) -> bool:
    """Whether straight-alpha pixels (h, w, 4) stand out between edges, as no drawing's do. Few pixels tell nothing."""
    off, steps = _Evenness.of(fit_within(rgba, _LOOKED_AT)).standing_out()
    if len(off) < _LEAST_PIXELS:
        return False
    return bool(((off >= _STANDS_OUT) & (off >= _OF_STEPS * steps)).mean() >= _NOISY_SHARE)


def denoised(rgba: Pixels) -> Pixels:
    """
    Noisy straight-alpha pixels without their noise: averages of near pixels of near colours, edges as they were.

    The bilateral filter of Tomasi and Manduchi 1998, some times over, as they advise for drawings. How near colours are
    is for the noise to say. Where noise lies along edges alone, as JPEG's does, these are unmixed. Alpha stays.
    """
    evenness = _Evenness.of(rgba)
    off, _ = evenness.standing_out()
    level = float(np.percentile(off, _UNEXPLAINED)) if len(off) else 0.0
    if evenness.fringed():
        drawn = unmixed(rgba, _averaged(rgba, level, min(_FRINGED_PER_LEVEL * level, _FRINGED_MOST_RANGE)))
        if drawn is not None:
            return drawn
    return _averaged(rgba, level, min(_PER_LEVEL * level, _MOST_RANGE))


def _averaged(rgba: Pixels, level: float, colour_range: float) -> Pixels:
    colours, _ = spread(rgba)
    for _ in range(_REPEATS):
        colours = np.asarray(cv2.bilateralFilter(colours, _WINDOW, max(colour_range, _LEAST_RANGE), _SPACE), np.uint8)
    # Noise about black and white was cut off on one side: their averages lie within, where ssim sees a single level.
    reach = np.uint8(_CUT_OFF * level)
    colours[colours <= reach] = 0
    colours[colours >= 255 - reach] = 255
    return np.dstack([colours, rgba[..., 3]])
