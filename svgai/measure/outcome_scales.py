"""
The scales of predictions and beliefs about tracings.

Errors are about even along them: `ssim` as -ln(1 - ssim + 0.002), which stretches the top, where targets lie, and so
`worst` and `edge_ssim`; `delta_e` and `seconds` as ln(1 + x); `bytes` as ln(bytes).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from svgai.measure.quality import Quality

Scaled = npt.NDArray[np.float64]

SCALES = ("ssim", "worst", "delta_e", "bytes", "edge_ssim", "seconds")
"""The columns of a prediction; the first BELIEVED of them decide which tracing is tried."""

BELIEVED = 4

SIZE = SCALES.index("bytes")
"""The column of ln(bytes)."""

_OFFSET = 0.002


def ssim_to_scale(ssim: npt.ArrayLike) -> Scaled:
    """The scale of ssim, worst and edge_ssim."""
    return -np.log(1 - np.asarray(ssim, np.float64) + _OFFSET)


def scale_to_ssim(scale: npt.ArrayLike) -> Scaled:
    """The inverse of ssim_to_scale, at most 1."""
    return np.minimum(1.0, 1 + _OFFSET - np.exp(-np.asarray(scale, np.float64)))


def to_scales(measures: Mapping[str, npt.ArrayLike]) -> Scaled:
    """Measures (n,) by name as columns (n, len(SCALES))."""
    return np.stack([_ENDS[name][0](np.asarray(measures[name], np.float64)) for name in SCALES], axis=-1)


def from_scales(scaled: npt.NDArray[np.floating]) -> dict[str, Scaled]:
    """The inverse of to_scales for (..., len(SCALES)): measures by name, each within its possible range."""
    columns = np.moveaxis(np.asarray(scaled, np.float64), -1, 0)
    return {name: _ENDS[name][1](column) for name, column in zip(SCALES, columns, strict=True)}


def believed_scales(quality: Quality) -> Scaled:
    """The measurements of one SVG, as the first BELIEVED columns: (BELIEVED,)."""
    return to_scales({**asdict(quality), "seconds": 0.0})[:BELIEVED]


def _root(values: Scaled) -> Scaled:
    return np.maximum(0, np.expm1(values))


_ENDS: Mapping[str, tuple[Callable[[Scaled], Scaled], Callable[[Scaled], Scaled]]] = {
    "ssim": (ssim_to_scale, scale_to_ssim),
    "worst": (ssim_to_scale, scale_to_ssim),
    "delta_e": (np.log1p, _root),
    "bytes": (np.log, lambda values: np.maximum(1, np.exp(values))),
    "edge_ssim": (ssim_to_scale, scale_to_ssim),
    "seconds": (np.log1p, _root),
}
"""To the scale of each measure, and back."""
