"""
The judge: compares an SVG with the drawing that its source image was rendered from, at four times the image's size.

The purpose of an SVG is to be enlarged, and the source image does not show how it should look then; the designer's file
does. Both are rendered on white. Three metrics, none of which is used to tune tracing:

    ssim           as svgai.measure.quality defines it, at the enlarged size
    butteraugli    the worst visible difference anywhere, by Google's program of that name: its max norm
    edge_distance  distance between edges, in pixels of the source image

Edges are Canny's (1986, A computational approach to edge detection), of the channel with the steepest gradient, with a
white margin around the picture, so that shapes at its border have an edge there. Each edge pixel of one picture has a
distance to the nearest edge of the other; the larger of the 99.9th percentiles of both directions is a partial
Hausdorff distance (Huttenlocher, Klanderman and Rucklidge 1993, Comparing images using the Hausdorff distance): a
thousandth of the edge pixels may lie anywhere. The other picture's edges are taken at a third of the contrast, so that
an edge just above the threshold in one and just below it in the other is not an error.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import numpy.typing as npt

from evaluation.judge.outside_programs import output_of
from svgai.array_types import Pixels
from svgai.decode.pixels import composite, encode_png
from svgai.errors import ProgramFailed
from svgai.measure.quality import ssim_between
from svgai.measure.rendering import render

ENLARGED = 4
"""The judge's enlargement of the source image."""

_WHITE = (255, 255, 255)
_SEEN, _COUNTERPART = 60, 20
"""
Minimum step of an edge in levels of 255: of an edge that needs a match in the other picture, and of the match.

At 24 instead of 60 invisible gradients and hairlines between abutting shapes have the largest distances.
"""

_MARGIN = 2 * ENLARGED
_LEAST_SIDE = 16  # butteraugli works in blocks of 8 pixels, and fails on less or reports it as equal
_RANK = 99.9

Edges = npt.NDArray[np.uint8]
"""1 at edge pixels, (height, width)."""


@dataclass(frozen=True)
class Judgement:
    """ssim and butteraugli's max norm at the enlarged size, and distance of edges in source pixels."""

    ssim: float
    butteraugli: float | None
    edge_distance: float


class Judge:
    """The designer's SVG of a source image of width x height pixels; `butteraugli` is the path of that program."""

    def __init__(self, original: str, width: int, height: int, butteraugli: str | None = None) -> None:
        """
        Render the designer's SVG.

        Raises:
            RenderingFailed: it cannot be rendered.
        """
        self._size = width * ENLARGED, height * ENLARGED
        self._program = butteraugli
        self._original = self._drawn(original)
        self._edges = _Edges(self._original)

    def judge(self, svg: str) -> Judgement:
        """
        Compare an SVG with the designer's.

        Raises:
            RenderingFailed: it cannot be rendered.
            ProgramFailed: butteraugli failed, or wrote something else than one number.
        """
        drawn = self._drawn(svg)
        return Judgement(
            ssim=ssim_between(self._original, drawn),
            butteraugli=_butteraugli(self._program, self._original, drawn) if self._program else None,
            edge_distance=self._edges.distance(_Edges(drawn)) / ENLARGED,
        )

    def _drawn(self, svg: str) -> Pixels:
        return composite(render(svg, *self._size), 255)


class _Edges:
    """Edges of (height, width, 3) pixels: `seen` must have a match in the other picture, among its `counterpart`."""

    def __init__(self, rgb: Pixels) -> None:
        framed = cv2.copyMakeBorder(rgb, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=_WHITE)
        self.seen = _canny(np.asarray(framed, np.uint8), _SEEN)
        self.counterpart = _canny(np.asarray(framed, np.uint8), _COUNTERPART)

    def distance(self, other: "_Edges") -> float:
        return max(_farthest(self.seen, other.counterpart), _farthest(other.seen, self.counterpart))


def _farthest(edges: Edges, others: Edges) -> float:
    """The 99.9th percentile of distances between edges; without edges, the picture's diagonal."""
    if not edges.any():
        return 0.0
    if not others.any():
        return float(np.hypot(*(side - 2 * _MARGIN for side in edges.shape)))
    away = cv2.distanceTransform(1 - others, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float(np.percentile(away[edges > 0], _RANK))


def _canny(rgb: Pixels, step: float) -> Edges:
    # Sobel's kernel scales one level to four; hysteresis follows an edge down to half of its step.
    edges = cv2.Canny(rgb, 2 * step, 4 * step, apertureSize=3, L2gradient=True)
    return np.asarray(edges > 0, np.uint8)


def _butteraugli(program: str, original: Pixels, drawn: Pixels) -> float:
    short = [max(0, _LEAST_SIDE - side) for side in original.shape[:2]]
    with TemporaryDirectory(prefix="judge-") as folder:
        files = [Path(folder) / f"{name}.png" for name in ("original", "drawn")]
        for file, rgb in zip(files, (original, drawn), strict=True):
            large = cv2.copyMakeBorder(rgb, 0, short[0], 0, short[1], cv2.BORDER_CONSTANT, value=_WHITE)
            file.write_bytes(encode_png(np.asarray(large, np.uint8)))
        said = output_of([program, *map(str, files)])
    try:
        return float(said)
    except ValueError as fault:
        raise ProgramFailed(f"{program} wrote {said.strip()!r} instead of one number") from fault
