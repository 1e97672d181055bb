"""An image to a map of regions: the colour model of each pixel of the enlarged image, with a confidence."""

from dataclasses import dataclass

import numpy as np

from svgai.array_types import Alpha, Floats, Map, Mask, Pixels
from svgai.trace.colours.colour_models import CLEAR, ColourModel
from svgai.trace.colours.hidden_colours import CLEAR_TO
from svgai.trace.parameters import TracingParameters
from svgai.trace.regions.page_border import MARGIN, MapExtent
from svgai.trace.regions.pixel_assignment import assign
from svgai.trace.regions.smooth_areas import MAX_MODELS, Cores, RegionSettings, find_cores

HALF_OPAQUE = 127.5
"""Alpha from which a pixel of a cut-out image counts as visible."""

_BEYOND = np.int16(-2)
_EVERYWHERE_SURE = 200.0
_SAME_COLOUR = 10.0  # levels off a model of what belongs to it beyond the border


@dataclass(frozen=True, eq=False)
class Source:
    """
    An image with its margin, made ready for tracing: `rgb` (h, w, 3) with a colour everywhere, `trusted` (h, w) where
    that is the image's own, `levels` (h, w, 3), or (h, w, 4) where something is clear, and `enlarged`, the same of the
    enlarged image: colours times alpha, and alpha. `veil`: the colours are an alpha channel, which no palette limits.
    """

    rgb: Pixels
    trusted: Mask
    levels: Floats
    enlarged: Floats
    veil: bool = False

    @property
    def times(self) -> int:
        return int(self.enlarged.shape[0] // self.rgb.shape[0])

    @property
    def page(self) -> MapExtent:
        """The picture within the margin."""
        height, width = self.rgb.shape[:2]
        return MapExtent(width - 2 * MARGIN, height - 2 * MARGIN, MARGIN)


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
    page: MapExtent


def region_map(source: Source, parameters: TracingParameters) -> RegionMap:
    """Find the colour models of an image and assign each pixel to one."""
    settings = RegionSettings(
        max_colours=MAX_MODELS if source.veil else parameters.palette_size or MAX_MODELS,
        max_stops=parameters.gradient_stops if parameters.colour_models == "gradient" else 0,
        merge_distance=parameters.merge_distance,
    )
    found = assign(source.levels, source.enlarged, _cores(source, settings), thin_strokes=parameters.thin_strokes)
    clear = next((number for number, model in enumerate(found.models) if model is CLEAR), None)
    return RegionMap(found.models, found.indices, found.margins, clear, source.times, source.page)


def _cores(source: Source, settings: RegionSettings) -> Cores:
    """The cores of the picture and of what is clear: the margin is only what may lie beyond."""
    inner = slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN)
    found = find_cores(np.ascontiguousarray(source.rgb[inner]), source.trusted[inner], settings)
    models = tuple(model.moved(MARGIN, MARGIN) for model in found.models)
    labels = np.pad(found.labels, MARGIN, constant_values=_BEYOND)
    if source.levels.shape[2] == 4:
        clear = source.levels[..., 3] <= CLEAR_TO
        labels = np.where(clear, np.int16(len(models)), labels)
        models = (*models, CLEAR)
    rows, columns = np.nonzero(labels == _BEYOND)
    if len(rows) and models:
        x, y = (columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32)
        colours = source.levels[rows, columns]
        opaque = colours[:, -1] == 255 if colours.shape[1] == 4 else np.ones(len(rows), bool)
        off = np.stack([np.abs(colours[:, :3] - model.at(x, y)).max(axis=1) for model in models], axis=1)
        if models[-1] is CLEAR:
            off[:, -1] = np.inf
        labels[rows, columns] = np.where(opaque & (off.min(axis=1) <= _SAME_COLOUR), off.argmin(axis=1), -1)
    return Cores(models, np.maximum(labels, -1))


def alpha_margins(alpha: Alpha) -> Floats:
    """How sure it is that pixels of an alpha channel are on their side of one half, in levels."""
    return np.asarray(np.abs(alpha.astype(np.float32) - HALF_OPAQUE) * (_EVERYWHERE_SURE / HALF_OPAQUE), np.float32)
