"""
The scales on which tracings are predicted and believed.

Errors are about even along them: `ssim` as -ln(1 - ssim + 0.002), which stretches the top, where targets lie; `delta_e`
and `seconds` as ln(1 + x); `bytes` as ln(bytes).
"""

import numpy as np
import numpy.typing as npt

from svgai.quality import Quality

Scaled = npt.NDArray[np.float64]

SCALES = ("ssim", "delta_e", "bytes", "edge_ssim", "seconds")
"""The columns of a prediction; the first BELIEVED of them decide which tracing is tried."""

BELIEVED = 3

_OFFSET = 0.002


def ssim_to_scale(ssim: npt.ArrayLike) -> Scaled:
    """The scale of ssim and edge_ssim."""
    return -np.log(1 - np.asarray(ssim, np.float64) + _OFFSET)


def scale_to_ssim(scale: npt.ArrayLike) -> Scaled:
    """The inverse of ssim_to_scale, at most 1."""
    return np.minimum(1.0, 1 + _OFFSET - np.exp(-np.asarray(scale, np.float64)))


def to_scales(
    ssim: npt.ArrayLike, delta_e: npt.ArrayLike, size: npt.ArrayLike, edge_ssim: npt.ArrayLike, seconds: npt.ArrayLike
) -> Scaled:
    """Measures (n,) as columns (n, len(SCALES))."""
    columns = [ssim_to_scale(ssim), np.log1p(delta_e), np.log(size), ssim_to_scale(edge_ssim), np.log1p(seconds)]
    return np.stack(columns, axis=-1)


def from_scales(scaled: npt.NDArray[np.floating]) -> dict[str, Scaled]:
    """The inverse of to_scales for (..., len(SCALES)): measures by name, each within what can be."""
    ssim, delta_e, size, edge_ssim, seconds = np.moveaxis(np.asarray(scaled, np.float64), -1, 0)
    return {
        "ssim": scale_to_ssim(ssim),
        "delta_e": np.maximum(0, np.expm1(delta_e)),
        "bytes": np.maximum(1, np.exp(size)),
        "edge_ssim": scale_to_ssim(edge_ssim),
        "seconds": np.maximum(0, np.expm1(seconds)),
    }


def believed_scales(quality: Quality) -> Scaled:
    """What was measured of one SVG, as the first BELIEVED columns: (BELIEVED,)."""
    return to_scales(quality.ssim, quality.delta_e, quality.bytes, quality.edge_ssim, 0)[:BELIEVED]
