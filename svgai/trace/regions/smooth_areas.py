"""
Finds the smooth areas of an image, and the colour model of each.

Only interior pixels are used, since blends along edges are not colours of the image. Areas that one colour explains
share a palette, in which colours that look alike are one; the others get gradients, or, where none fits, are cut into
bands of flat colours. All sizes are in source pixels, all colours sRGB levels 0-255.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from PIL import Image

from svgai.array_types import AreaLabels, Floats, Indices, Mask, Numbers, Pixels
from svgai.decode.pixels import fit_within
from svgai.trace.colours.colour_merging import merge_colours
from svgai.trace.colours.colour_models import ColourModel, fit, flat, residual
from svgai.trace.colours.even_slopes import even_slopes
from svgai.trace.colours.gradient_strips import Strips, strips

MAX_MODELS = 63
"""Most colour models of one image: a set of them is the bits of one 64-bit number."""

_RISES = (12, 4)  # largest step within 3 x 3 pixels of a smooth area: loose at first, strict where no model fitted
_SMALL, _SMALL_RISES = 64, (40, 72)  # longest side in pixels of an image that is steep where it is smooth, and steps
_FLAT_ERROR = 2.5
_EVEN_ERROR = 0.02  # of areas of one colour, but for rounding
_PACKED = np.array([1 << 16, 1 << 8, 1], np.int32)
_GRADIENT_ERROR = 5.0
_SAME_GRADIENT = 2.5
_LEAST_GRADIENT_AREA = 30
_MOST_AREAS, _MOST_FITS = 400, 40
_SAMPLE = 700
_BAND_SAMPLE, _MOST_BANDS = 4096, 16
_MANY_EDGE_PIXELS, _MOST_EDGE_PIXELS = 60_000, 160_000
_MOST_EDGE_SHARE = 0.225  # of the pixels: what has more is noise or a photograph
_FEW_COLOURS = 16
_STEEPEST = (28, 48)  # levels within 3 x 3 pixels of what is evenly steep; in a small image
_LEAST_SLOPES, _LEAST_STRIPS = (150, 24), (40, 12)  # pixels of such an area, and of a strip; in a small image
_MOST_GRADIENTS = 48  # of one image, from which no area becomes strips
_SAME_AS_STRIP, _BEYOND_STRIPS = 12.0, 4  # levels, and pixels around strips, of what belongs to them
_CUTS = 2  # times that an area is cut in two for gradients


@dataclass(frozen=True)
class RegionSettings:
    """Limits: flat colours, stops of a gradient (below 2: none), CIELAB distance up to which colours merge."""

    max_colours: int
    max_stops: int
    merge_distance: float


@dataclass(frozen=True, eq=False)
class Cores:
    """Colour models, and the (height, width) index of the model of each interior pixel; -1 at all other pixels."""

    models: tuple[ColourModel, ...]
    labels: AreaLabels


def calmed(rgba: Pixels) -> Pixels:
    """Noise and photographs blurred and reduced until their edges are no more than can be traced in bounded time."""
    while True:
        steepness = steepest_steps(rgba)
        edges = int((steepness > _RISES[0]).sum())
        if edges <= max(_MANY_EDGE_PIXELS, min(_MOST_EDGE_SHARE * steepness.size, _MOST_EDGE_PIXELS)):
            return rgba
        if len(np.unique(np.ascontiguousarray(rgba).view(np.uint32))) <= _FEW_COLOURS:
            return rgba  # thin lines drawn without anti-aliasing are edges all over, and would not outlive a median
        rgba = fit_within(np.asarray(cv2.medianBlur(rgba, 5), np.uint8), max(rgba.shape[:2]) * 3 // 4)


def steepest_steps(pixels: Pixels) -> Pixels:
    """The largest step of a channel (h, w, 3 or 4) within 3 x 3 pixels."""
    steps = cv2.morphologyEx(pixels, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.asarray(steps.max(axis=2), np.uint8)


def find_cores(rgb: Pixels, visible: Mask, settings: RegionSettings) -> Cores:
    """Find the smooth areas of (height, width, 3) pixels, of which only visible ones count, and their models."""
    finder = _Finder(rgb, visible, settings)
    for rise in _RISES:
        finder.take(rise)
    if finder.small:
        for rise in _SMALL_RISES:
            finder.take(rise, least_area=int(visible.sum()) // 2)
    finder.take_slopes()
    finder.take_rest(max(_RISES))
    return finder.cores()


class _Finder:
    """Areas found so far: flat ones by their mean colour, gradients by their model."""

    def __init__(self, rgb: Pixels, visible: Mask, settings: RegionSettings) -> None:
        self.rgb = rgb
        self.settings = settings
        self.levels = rgb.astype(np.float32)
        window = np.ones((3, 3), np.uint8)
        self.rise = steepest_steps(rgb)
        self.visible = visible
        self.small = int(max(rgb.shape[:2]) <= _SMALL)
        self.open = cv2.erode(visible.astype(np.uint8), window).astype(bool)
        self.flat_colours: list[Floats] = []
        self.flat_areas: list[int] = []
        self.gradients: list[ColourModel] = []
        self.fits_left = _MOST_FITS if settings.max_stops >= 2 else 0
        # Flat areas are numbered from 1, gradients from -1 down; 0 is undecided.
        self.index = np.zeros(rgb.shape[:2], np.int32)

    def take(self, rise: int, least_area: int = 0) -> None:
        """Decide the areas, of some pixels at least, within which neighbouring pixels differ by at most `rise`."""
        mask = self.open & (self.rise <= rise)
        count, components, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
        areas = np.asarray(components, np.int32)
        sizes = stats[:, cv2.CC_STAT_AREA]
        means, errors = self._spread(areas, count)
        even = errors <= _FLAT_ERROR
        even[0] = False
        numbers = np.zeros(count, np.int32)
        largest = np.argsort(-sizes)
        largest = largest[sizes[largest] >= least_area]
        for area in largest[even[largest]][:_MOST_AREAS]:
            colour = self._commonest(areas == area, means[area]) if errors[area] > _EVEN_ERROR else means[area]
            numbers[area] = self._add_flat(colour, int(sizes[area]))
        decided = numbers[areas]
        self.index += decided
        self.open &= decided == 0
        uneven = largest[~even[largest] & (largest > 0)]
        for area in uneven[sizes[uneven] >= _LEAST_GRADIENT_AREA]:
            if self.fits_left <= 0:
                break
            self._take_uneven(areas, int(area), np.asarray(stats[area], np.int32))

    def take_slopes(self) -> None:
        """Decide the areas that are steep, but evenly so."""
        least = _LEAST_SLOPES[self.small]
        steep = self.open & (self.rise <= _STEEPEST[self.small])
        if self.settings.max_stops < 2 or np.count_nonzero(steep) < least:
            return
        for area in even_slopes(self.levels, steep, least):
            rows, columns = np.nonzero(area & self.open)
            if len(rows) >= least and self.fits_left > 0:
                self._take_whole(rows, columns)

    def _take_whole(self, rows: Indices, columns: Indices) -> None:
        """Give an area to one gradient or to strips."""
        number = self._explain(rows, columns)
        if number:
            self.index[rows, columns] = number
            self.open[rows, columns] = False
        else:
            self._take_strips(rows, columns, (len(self.flat_colours), len(self.gradients)))

    def take_rest(self, rise: int) -> None:
        """Cut the smooth pixels that no model explained into bands of flat colours."""
        rest = self.open & (self.rise <= rise)
        inner = self.rgb[rest]
        if len(inner) < 16:
            return
        sample = inner[:: -(-len(inner) // _BAND_SAMPLE)]
        most = min(_MOST_BANDS, self.settings.max_colours)
        quantized = Image.fromarray(sample[None]).quantize(most, Image.Quantize.MEDIANCUT, kmeans=1)
        palette = np.array(quantized.getpalette(), np.float32).reshape(-1, 3)[: len(quantized.getcolors() or ())]
        bands = ((palette**2).sum(axis=1) - 2 * inner.astype(np.float32) @ palette.T).argmin(axis=1)
        counts = np.bincount(bands)
        numbers = np.zeros(len(counts), np.int32)
        for band in np.flatnonzero(counts):
            numbers[band] = self._add_flat(inner[bands == band].mean(axis=0).astype(np.float32), int(counts[band]))
        self.index[rest] = numbers[bands]

    def cores(self) -> Cores:
        limit = min(self.settings.max_colours, MAX_MODELS - len(self.gradients))
        colours, place = merge_colours(self.flat_colours, self.flat_areas, self.settings.merge_distance, limit)
        models = (*(flat(colour) for colour in colours), *self.gradients)
        # Laid out so that index 0 (undecided), 1.. (flat areas) and -1.. (gradients, from the end) all look up.
        gradients = np.arange(len(colours), len(models), dtype=np.int16)
        table = np.concatenate([np.array([-1], np.int16), place.astype(np.int16), gradients[::-1]])
        return Cores(models, table[self.index])

    def _spread(self, areas: Numbers, count: int) -> tuple[Floats, Floats]:
        """Mean colours (count, 3) and root mean square residuals (count,) of labelled areas."""
        names = areas.ravel()
        pixels = np.maximum(np.bincount(names, minlength=count), 1)
        means = np.empty((count, 3), np.float32)
        squares = np.zeros(count)
        for channel in range(3):
            values = self.levels[..., channel].ravel()
            means[:, channel] = np.bincount(names, values, count) / pixels
            squares += np.bincount(names, values * values, count) / pixels - means[:, channel].astype(np.float64) ** 2
        return means, np.sqrt(np.maximum(squares / 3, 0)).astype(np.float32)

    def _commonest(self, area: Mask, mean: Floats) -> Floats:
        """The colour that most pixels of an area have, if any, else the mean: a faint halo does not tint its ground."""
        colours = self.rgb[area]
        _, first, counts = np.unique(colours @ _PACKED, return_index=True, return_counts=True)
        most = int(counts.argmax())
        return colours[first[most]].astype(np.float32) if 2 * counts[most] > len(colours) else mean

    def _add_flat(self, colour: Floats, area: int) -> int:
        self.flat_colours.append(colour)
        self.flat_areas.append(area)
        return len(self.flat_colours)

    def _take_uneven(self, areas: Numbers, area: int, stat: Numbers) -> None:
        """Give the pixels of an area that is not flat to gradients, cutting it in two where one does not fit."""
        left, top, width, height = (int(value) for value in stat[:4])
        rows, columns = np.nonzero(areas[top : top + height, left : left + width] == area)
        rows, columns = rows + top, columns + left
        pieces = [(rows, columns, _CUTS)]
        known = len(self.flat_colours), len(self.gradients)
        while pieces and self.fits_left > 0:
            some, beside, cuts = pieces.pop()
            number = self._explain(some, beside)
            if number:
                self.index[some, beside] = number
                self.open[some, beside] = False
            elif cuts and len(some) >= 4 * _LEAST_GRADIENT_AREA:
                first = self._halve(some, beside)
                pieces += [(some[half], beside[half], cuts - 1) for half in (first, ~first)]
        if not self.small and self.open[rows, columns].any():
            self._take_strips(rows, columns, known)

    def _take_strips(self, rows: Indices, columns: Indices, known: tuple[int, int]) -> None:
        """Give an area to strips, and forget what it was found to be since so many flat areas and gradients."""
        flats, gradients = known
        x, y = (columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32)
        most = min(_MOST_GRADIENTS - gradients, len(rows) // _LEAST_STRIPS[self.small])
        found = strips(x, y, self.levels[rows, columns], max_stops=self.settings.max_stops, most=most)
        if found is None:
            return
        del self.flat_colours[flats:], self.flat_areas[flats:], self.gradients[gradients:]
        self.gradients += found.models
        self.index[rows, columns] = -1 - gradients - found.places(x, y)
        self.open[rows, columns] = False
        self._carry_on(found, -1 - gradients, rows, columns)

    def _carry_on(self, found: Strips, number: int, rows: Indices, columns: Indices) -> None:
        """Give strips, numbered from `number` down, what is left of them between and beside what lies on them."""
        top, left = max(rows.min() - _BEYOND_STRIPS, 0), max(columns.min() - _BEYOND_STRIPS, 0)
        box = slice(top, rows.max() + 1 + _BEYOND_STRIPS), slice(left, columns.max() + 1 + _BEYOND_STRIPS)
        down, across = np.nonzero(self.visible[box] & (self.index[box] == 0))
        down, across = down + top, across + left
        x, y = (across + 0.5).astype(np.float32), (down + 0.5).astype(np.float32)
        alike = found.off(x, y, self.levels[down, across]) <= _SAME_AS_STRIP
        down, across = down[alike], across[alike]
        self.index[down, across] = number - found.places(x[alike], y[alike])
        self.open[down, across] = False

    def _explain(self, rows: Indices, columns: Indices) -> int:
        """The number of the model that explains pixels within tolerance; 0 where none does."""
        step = -(-len(rows) // _SAMPLE)
        some = rows[::step], columns[::step]
        x, y = (some[1] + 0.5).astype(np.float32), (some[0] + 0.5).astype(np.float32)
        colours = self.levels[some]
        for index, model in enumerate(self.gradients):
            if residual(model, x, y, colours) <= _SAME_GRADIENT:
                return -1 - index
        self.fits_left -= 1
        if len(self.gradients) >= MAX_MODELS - 1:
            return 0  # flat areas need a model
        slopes = np.stack([slope[some] for slope in self.slopes], axis=1)
        model, error = fit(x, y, colours, slopes, area=len(rows), max_stops=self.settings.max_stops)
        if error > _GRADIENT_ERROR:
            return 0
        if model.is_flat:
            return self._add_flat(model.colours[0], len(rows))
        self.gradients.append(model)
        return -len(self.gradients)

    @cached_property
    def slopes(self) -> tuple[Floats, Floats]:
        """Horizontal and vertical colour slopes (height, width, 3), in levels a pixel."""
        across, down = (cv2.Sobel(self.levels, cv2.CV_32F, 1 - axis, axis, scale=1 / 8) for axis in (0, 1))
        return np.asarray(across, np.float32), np.asarray(down, np.float32)

    def _halve(self, rows: Indices, columns: Indices) -> Mask:
        """Which pixels belong to the first of two groups alike in place and colour."""
        features = np.column_stack([rows, columns, self.levels[rows, columns]]).astype(np.float32)
        features /= features.std(axis=0).clip(1e-3)
        step = -(-len(rows) // _SAMPLE)
        criteria = (cv2.TERM_CRITERIA_MAX_ITER, 10, 0.0)
        start = (features[::step, 0] > np.median(features[::step, 0])).astype(np.int32)
        _, _, centres = cv2.kmeans(features[::step], 2, start[:, None], criteria, 1, cv2.KMEANS_USE_INITIAL_LABELS)
        gaps = ((features[:, None] - centres) ** 2).sum(axis=2)
        return np.asarray(gaps[:, 0] <= gaps[:, 1])
