"""
The quality limits of a conversion, and the distance of an SVG from them.

A mean over the picture is not enough: most pixels of a logo are blank, and a lost letter hardly changes it. So three
limits apply together: `ssim` (mean similarity), `worst` (lowest local similarity) and `delta_e` (colours).
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from svgai.measure.outcome_scales import ssim_to_scale
from svgai.measure.quality import Quality

Measure = Literal["ssim", "worst", "delta_e", "bytes"]
"""Names of the limits, in the order of reports."""


@dataclass(frozen=True)
class Promise:
    """
    The limits of one conversion; each is inclusive.

    Attributes:
        target: Least `ssim`.
        min_worst: Least `worst`; 0: no limit, even for a negative `worst`.
        max_delta_e: Largest `delta_e`.
        max_bytes: Largest size; None: any.
    """

    target: float
    min_worst: float
    max_delta_e: float
    max_bytes: int | None = None

    def keeping_free(self, count: int) -> "Promise":
        """The same, with some bytes of the size reserved for later additions; at least 1 remains."""
        return self if self.max_bytes is None else replace(self, max_bytes=max(self.max_bytes - count, 1))

    def missed(self, quality: Quality) -> tuple[Measure, ...]:
        """The missed limits; none where the promise is kept."""
        kept: dict[Measure, bool] = {
            "ssim": quality.ssim >= self.target,
            "worst": self.min_worst == 0 or quality.worst >= self.min_worst,
            "delta_e": quality.delta_e <= self.max_delta_e,
            "bytes": self.fits(quality),
        }
        return tuple(measure for measure, held in kept.items() if not held)

    def met(self, quality: Quality) -> bool:
        """Whether nothing falls short."""
        return not self.missed(quality)

    def fits(self, quality: Quality) -> bool:
        """Whether the size is within its limit."""
        return self.max_bytes is None or quality.bytes <= self.max_bytes

    def shortfall(self, quality: Quality) -> float:
        """
        How far ssim, worst and delta_e lie from their limits together; 0 where all three hold. Size is left out.

        Each is taken on the scale on which tracings are predicted, where equal steps are about equally hard to gain:
        from .98 to .99 is about as far as from .60 to .80. Values beyond a limit compensate for nothing, and no measure
        takes precedence.
        """
        short = float(ssim_to_scale(self.target) - ssim_to_scale(quality.ssim))
        lost = float(ssim_to_scale(self.min_worst) - ssim_to_scale(quality.worst)) if self.min_worst else 0.0
        off = float(np.log1p(quality.delta_e) - np.log1p(self.max_delta_e))
        return max(0.0, short) + max(0.0, lost) + max(0.0, off)
