"""
Large pictures measured at their own size, tile by tile.

Measurements at a pixel depend on those within 17 px, so a tile with a frame of that width has the same values as the
whole. Tiles keep memory small; those of one colour in both pictures, most of a logo, have the values of one pixel; and
tiles that a redraw does not change keep theirs.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from svgai.array_types import Floats, Pixels
from svgai.decode.pixels import Ground, composite, fit_within, is_opaque, premultiplied
from svgai.measure.quality import BORDER, WHOLE_SIDE, GroundedImage, Inspection, Quality, Reference, draws
from svgai.measure.rendering import render
from svgai.stages import stage

MEASURED_SIDE = 2048
"""Longest side, in pixels, at which images are compared; smaller ones are compared at their own size."""

PAGE_SIDE = 1024
"""Longest side, in pixels, of the map of where a drawing of a large image falls short."""

_TILE = 192
_FRAME = 17  # pixels: 5 that the window of ssim looks far, 12 that the average for `worst` does


class TiledReference:
    """
    A large source image to be compared with SVGs, as Reference is for small ones.

    Args:
        rgba: straight-alpha pixels (height, width, 4) at the size at which they are compared.
    """

    def __init__(self, rgba: Pixels) -> None:
        self.rgba = rgba
        self.height, self.width = rgba.shape[:2]
        self.measured_px = max(self.height, self.width)
        self._levels: tuple[Ground, ...] = (255,) if is_opaque(rgba) else (255, 0)
        self._page = fit_within(rgba, PAGE_SIDE)
        self._draws = self._shows_something(self._page)
        self._tiles = [_Tile(*place, len(self._levels)) for place in _places(self.height, self.width)]
        self._rendered: Pixels | None = None
        self._local = np.zeros(rgba.shape[:2], np.float32)

    def measure(self, svg: str) -> Quality:
        """The quality of an SVG. Raises what `inspect` does."""
        return self.inspect(svg).quality

    @stage("score")
    def inspect(self, svg: str) -> Inspection:
        """
        What `Reference.inspect` gives; its map, the least of every part, and its pixels are of a page of PAGE_SIDE.

        Raises:
            RenderingFailed: the SVG cannot be rendered.
        """
        rendered, last = render(svg, self.width, self.height), self._rendered
        for tile in self._tiles:
            if last is None or not np.array_equal(rendered[tile.framed], last[tile.framed]):
                self._local[tile.place] = tile.measure(self.rgba, rendered, self._levels)
        self._rendered = rendered
        pixels = self.height * self.width
        inner = sum(tile.inner_area for tile in self._tiles)
        ssim = np.sum([tile.ssim for tile in self._tiles], axis=0) / inner
        edges = np.sum([tile.edges for tile in self._tiles], axis=0)
        edge_ssim = np.sum([tile.edge_ssim for tile in self._tiles], axis=0) / np.maximum(edges, 1)
        quality = Quality(
            ssim=float(ssim.min()),
            worst=float(self._local.min()),
            edge_ssim=float(np.where(edges > 0, edge_ssim, ssim).min()),
            delta_e=sum(tile.delta_e for tile in self._tiles) / pixels,
            bytes=len(svg.encode()),
            paths=svg.count("<path"),
        )
        shown = fit_within(rendered, PAGE_SIDE)
        return Inspection(quality, self._on_page(), shown, self._draws and not self._shows_something(shown))

    def beside_edges(self, inspection: Inspection) -> Floats:
        """The inspection's map: finding uniform areas at full size is expensive, and few pictures have any."""
        return inspection.local

    @property
    def levels(self) -> Floats:
        """The source (h, w, 4) on the page, as colours times alpha and alpha, in levels."""
        return premultiplied(self._page)

    def missing(self, rendered: Pixels) -> Floats:
        """What `Reference.missing` gives, of an inspection's pixels."""
        return self.levels - premultiplied(rendered)

    def _on_page(self) -> Floats:
        height, width = self._page.shape[:2]
        step = math.ceil(self.height / height) + 1
        least = cv2.erode(self._local, np.ones((step, step), np.uint8))
        return np.asarray(cv2.resize(least, (width, height), interpolation=cv2.INTER_NEAREST), np.float32)

    def _shows_something(self, rgba: Pixels) -> bool:
        return any(draws(composite(rgba, level)) for level in self._levels)


AnyReference = Reference | TiledReference


def reference_of(rgba: Pixels, longest_side: int = MEASURED_SIDE) -> AnyReference:
    """A source image prepared for comparison at its own size, or at `longest_side` if it is larger."""
    measured = fit_within(rgba, longest_side)
    return TiledReference(measured) if max(measured.shape[:2]) > WHOLE_SIDE else Reference(measured)


Slices = tuple[slice, slice]
_ALL = slice(None), slice(None)


@dataclass(eq=False)
class _Tile:
    """
    Where a tile lies in the picture, with its frame and without; within its frame; and what counts for the mean of it.

    Sums are over its pixels, for each ground.
    """

    framed: Slices
    place: Slices
    core: Slices
    inner: Slices
    grounds: int
    ssim: Floats = field(init=False)
    edge_ssim: Floats = field(init=False)
    edges: Floats = field(init=False)
    delta_e: float = 0.0

    @property
    def inner_area(self) -> int:
        return _area(self.inner)

    def measure(self, rgba: Pixels, rendered: Pixels, levels: tuple[Ground, ...]) -> Floats:
        """Fill in the sums, and return the map whose minimum is `worst`."""
        source, drawn = rgba[self.framed], rendered[self.framed]
        core, inner = self.core, self.inner
        if _flat(source) and _flat(drawn):
            source, drawn, core, inner = source[:1, :1], drawn[:1, :1], _ALL, _ALL
        ssim, edge_ssim, edges, local = [], [], [], []
        for level in levels:
            ground = GroundedImage(np.ascontiguousarray(source), level)
            similarity = ground.similarity(np.ascontiguousarray(drawn))
            there = ground.edges[core]
            ssim.append(similarity[inner].mean(dtype=np.float64) * self.inner_area if self.inner_area else 0.0)
            edge_ssim.append(similarity[core][there].mean(axis=1, dtype=np.float64).sum())
            edges.append(there.sum())
            local.append(ground.local(similarity)[core])
            if level == levels[0]:
                self.delta_e = float(ground.colour_differences(drawn)[core].mean(dtype=np.float64)) * _area(self.core)
        self.ssim, self.edge_ssim, self.edges = np.array(ssim), np.array(edge_ssim), np.array(edges)
        return np.asarray(np.min(local, axis=0))


def _places(height: int, width: int) -> Iterator[tuple[Slices, Slices, Slices, Slices]]:
    border = BORDER if min(height, width) > 2 * BORDER else 0
    for rows in _spans(height, border):
        for columns in _spans(width, border):
            framed, place, core, inner = zip(rows, columns, strict=True)
            yield framed, place, core, inner


def _spans(length: int, border: int) -> Iterator[tuple[slice, slice, slice, slice]]:
    for start in range(0, length, _TILE):
        stop = min(start + _TILE, length)
        first = max(start - _FRAME, 0)
        inside = max(start, border), min(stop, length - border)
        yield (
            slice(first, min(stop + _FRAME, length)),
            slice(start, stop),
            slice(start - first, stop - first),
            slice(inside[0] - first, max(inside[1], inside[0]) - first),
        )


def _area(slices: Slices) -> int:
    rows, columns = slices
    return int((rows.stop - rows.start) * (columns.stop - columns.start))


def _flat(rgba: Pixels) -> bool:
    return bool((rgba == rgba[0, 0]).all())
