"""
Beliefs about the outcomes of all tracings of one image, and their update by a measurement of one.

The surrogate's errors on one image are correlated: an image that is harder than predicted is so for all tracings, most
of all for similar ones. Their covariance on held-out images makes the belief a normal distribution over the outcomes of
all tracings, which a measurement conditions (Rasmussen and Williams 2006, Gaussian Processes, equation A.6).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from svgai.measure.outcome_scales import BELIEVED, SIZE, Scaled, ssim_to_scale
from svgai.measure.promise import Promise

_JITTER = 1e-3
"""Variance that is added to a measurement: keeps fully correlated tracings apart by this much."""


@dataclass(frozen=True, eq=False)
class Belief:
    """`mean` (m, BELIEVED) and `covariance` (m * BELIEVED, m * BELIEVED), both on the scales, of m tracings."""

    mean: Scaled
    covariance: Scaled

    @property
    def deviation(self) -> Scaled:
        """Standard deviations (m, BELIEVED)."""
        variance = np.maximum(np.diagonal(self.covariance), 1e-9)
        return np.asarray(np.sqrt(variance).reshape(self.mean.shape))

    def measured(self, member: int, outcome: Scaled) -> "Belief":
        """The belief after `outcome` (BELIEVED,) was measured for one tracing."""
        own = slice(member * BELIEVED, (member + 1) * BELIEVED)
        known = self.covariance[own, own] + _JITTER * np.eye(BELIEVED)
        gain = np.linalg.solve(known, self.covariance[own]).T
        mean = self.mean + (gain @ (outcome - self.mean[member])).reshape(self.mean.shape)
        return Belief(mean, self.covariance - gain @ self.covariance[own])

    def chances(self, promise: Promise) -> Scaled:
        """The probability (m,) that each tracing reaches the ssim, worst and colour difference of a promise."""
        deviation = self.deviation
        above = (self.mean[:, 0] - ssim_to_scale(promise.target)) / deviation[:, 0]
        below = (np.log1p(promise.max_delta_e) - self.mean[:, 2]) / deviation[:, 2]
        chances = ndtr(above) * ndtr(below)
        if promise.min_worst:
            chances = chances * ndtr((self.mean[:, 1] - ssim_to_scale(promise.min_worst)) / deviation[:, 1])
        return np.asarray(chances)

    def savings(self, size: float) -> npt.NDArray[np.float64]:
        """
        What each tracing (m,) is expected to save of `size` bytes, in ln(bytes); a larger one saves nothing.

        This is expected improvement (Jones, Schonlau and Welch 1998, equation 15).
        """
        deviation = self.deviation[:, SIZE]
        ahead = np.log(size) - self.mean[:, SIZE]
        ratio = ahead / deviation
        return np.asarray(ahead * ndtr(ratio) + deviation * np.exp(-(ratio**2) / 2) / np.sqrt(2 * np.pi))
