"""An image to a map of regions: which colour model each pixel of the enlarged image belongs to, and how surely."""

from dataclasses import dataclass

import cv2
import numpy as np

from svgai.assignment import assign
from svgai.colour_models import ColourModel, Floats
from svgai.colour_spreading import Alpha
from svgai.contours import Page
from svgai.images import Pixels
from svgai.layers import Map, Mask
from svgai.page_border import MARGIN
from svgai.regions import MAX_MODELS, Cores, RegionSettings, find_cores
from svgai.tracing_parameters import TracingParameters

HALF_OPAQUE = 127.5
"""Alpha from which a pixel of a cut-out image counts as visible."""

_EVERYWHERE_SURE = 200.0
_SAME_COLOUR = 10.0  # levels off a model of what belongs to it beyond the border


@dataclass(frozen=True, eq=False)
class Source:
    """
    An image with its margin, made ready for tracing: `rgb` (h, w, 3) with a colour everywhere, `trusted` (h, w) where
    that is the image's own, `enlarged` (h * n, w * n, 3), and the enlarged alpha of a cut-out image, else None.
    `levels` where the colours are levels of alpha, which no palette limits.
    """

    rgb: Pixels
    trusted: Mask
    enlarged: Pixels
    alpha: Alpha | None = None
    levels: bool = False

    @property
    def times(self) -> int:
        return int(self.enlarged.shape[0] // self.rgb.shape[0])

    @property
    def page(self) -> Page:
        """The picture within the margin."""
        height, width = self.rgb.shape[:2]
        return Page(width - 2 * MARGIN, height - 2 * MARGIN, MARGIN)

    @property
    def hidden(self) -> Mask | None:
        """Pixels of the source too far outside of a cut-out image to touch a visible one."""
        if self.alpha is None:
            return None
        height, width = self.rgb.shape[:2]
        seen = self.alpha.reshape(height, self.times, width, self.times).max(axis=(1, 3)) >= HALF_OPAQUE
        return np.asarray(cv2.dilate(seen.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0)


@dataclass(frozen=True, eq=False)
class RegionMap:
    """
    What each pixel of an enlarged image belongs to: `indices` of `models`, or `clear` where nothing is painted, and by
    how many levels the pixel is surer of that than of the next model.
    """

    models: tuple[ColourModel, ...]
    indices: Map
    margins: Floats
    clear: int | None
    times: int
    page: Page


def region_map(source: Source, parameters: TracingParameters) -> RegionMap:
    """Find the colour models of an image and give each pixel to one."""
    settings = RegionSettings(
        max_colours=MAX_MODELS if source.levels else parameters.palette_size or MAX_MODELS,
        max_stops=parameters.gradient_stops if parameters.colour_models == "gradient" else 0,
        merge_distance=parameters.merge_distance,
    )
    cores = _cores(source, settings)
    found = assign(source.rgb, source.enlarged, cores, source.hidden, thin_strokes=parameters.thin_strokes)
    indices, margins, clear = found.indices, found.margins, None
    if source.alpha is not None:
        clear = len(found.models)
        indices = np.where(source.alpha < HALF_OPAQUE, np.uint8(clear), indices)
        margins = np.minimum(margins, alpha_margins(source.alpha))
    return RegionMap(found.models, indices, margins, clear, source.times, source.page)


def _cores(source: Source, settings: RegionSettings) -> Cores:
    """The cores of the picture: the margin is only what may lie beyond it."""
    inner = slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN)
    found = find_cores(np.ascontiguousarray(source.rgb[inner]), source.trusted[inner], settings)
    labels = np.pad(found.labels, MARGIN, constant_values=-2)
    rows, columns = np.nonzero(labels == -2)
    models = tuple(model.moved(MARGIN, MARGIN) for model in found.models)
    x, y = (columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32)
    colours = source.rgb[rows, columns].astype(np.float32)
    off = np.stack([np.abs(colours - model.at(x, y)).max(axis=1) for model in models], axis=1)
    labels[rows, columns] = np.where(off.min(axis=1) <= _SAME_COLOUR, off.argmin(axis=1), -1)
    return Cores(models, labels)


def alpha_margins(alpha: Alpha) -> Floats:
    """How sure it is that pixels of an alpha channel are on their side of one half, in levels."""
    return np.asarray(np.abs(alpha.astype(np.float32) - HALF_OPAQUE) * (_EVERYWHERE_SURE / HALF_OPAQUE), np.float32)
