"""
Reduces large images piece by piece, so that nothing but the decoded file itself is ever large.

The result equals that of `fit_within` and `contrasting_ground` on all pixels at once, but for the last bit of a level:
area averages, with colours weighted by alpha.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image
from scipy.sparse import csr_array

from svgai.array_types import Floats, Pixels
from svgai.decode.image_files import ONTO_SIDE, srgb_part, turn_of
from svgai.decode.pixels import Ground, VisibleColours

_PIECE_PIXELS = 262_144


class Size(NamedTuple):
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Upright pictures (h, w, 4) of one image, with their background and the size of the image itself."""

    pictures: tuple[Pixels, ...]
    ground: Ground
    size: Size


def size_within(size: Size, longest_side: int) -> Size:
    """The size to which `fit_within` reduces an image."""
    scale = min(1.0, longest_side / max(size))
    return Size(max(1, round(size.width * scale)), max(1, round(size.height * scale)))


def shrink_image(image: Image.Image, longest_sides: Sequence[int]) -> Shrunk:
    """
    Reduce an opened image to each of these longest sides.

    Raises:
        InvalidImage: samples are out of the range that is accepted; and Pillow's exceptions for damaged files.
    """
    image.load()
    lying = Size(*image.size)
    averages = [_Averages(lying, size_within(lying, side)) for side in longest_sides]
    visible = VisibleColours()
    for left, top, rgba in _pieces(image):
        visible.add(rgba)
        premultiplied = _premultiplied(rgba)
        for average in averages:
            average.add(left, top, premultiplied)
    turn = turn_of(image)
    pictures = [average.straight() for average in averages]
    if turn is not None:
        pictures = [np.asarray(Image.fromarray(picture).transpose(turn)) for picture in pictures]
    size = Size(lying.height, lying.width) if turn in ONTO_SIDE else lying
    return Shrunk(tuple(pictures), visible.contrasting_ground(), size)


def _pieces(image: Image.Image) -> Iterator[tuple[int, int, Pixels]]:
    """The pixels of an image, piece by piece, with the place of each."""
    columns = min(image.width, _PIECE_PIXELS)
    rows = max(1, _PIECE_PIXELS // columns)
    for top in range(0, image.height, rows):
        for left in range(0, image.width, columns):
            box = (left, top, min(left + columns, image.width), min(top + rows, image.height))
            piece = srgb_part(image.crop(box), image)
            yield left, top, np.asarray(piece if piece.mode == "RGBA" else piece.convert("RGBA"))


def _premultiplied(rgba: Pixels) -> Floats:
    """Colours times opacity, and opacity 0-1, (h, w, 4)."""
    *colours, alpha = cv2.split(rgba)
    weight = alpha.astype(np.float32) / 255
    return np.asarray(cv2.merge([*(colour * weight for colour in colours), weight]), np.float32)


class _Averages:
    """The means of the areas of an image that the pixels of a smaller one cover."""

    def __init__(self, size: Size, smaller: Size) -> None:
        self._size = size
        self._smaller = smaller
        self._sums = np.zeros((smaller.height, smaller.width, 4), np.float32)

    def add(self, left: int, top: int, premultiplied: Floats) -> None:
        """Add a piece (h, w, 4) that lies there."""
        height, width = premultiplied.shape[:2]
        first_row, rows = _shares(top, height, self._size.height, self._smaller.height)
        first_column, columns = _shares(left, width, self._size.width, self._smaller.width)
        narrow = np.asarray(rows @ premultiplied.reshape(height, -1)).reshape(-1, width, 4)
        beside = np.ascontiguousarray(narrow.transpose(1, 0, 2)).reshape(width, -1)
        small = np.asarray(columns @ beside).reshape(-1, len(narrow), 4).transpose(1, 0, 2)
        self._sums[first_row : first_row + small.shape[0], first_column : first_column + small.shape[1]] += small

    def straight(self) -> Pixels:
        """The smaller image, with straight alpha."""
        coverage = self._sums[..., 3:]
        straight = np.concatenate([self._sums[..., :3] / np.maximum(coverage, 1e-4), coverage * 255], axis=2)
        return np.asarray(cv2.convertScaleAbs(np.maximum(straight, 0)), np.uint8)


@lru_cache(maxsize=8)
def _shares(start: int, count: int, length: int, smaller: int) -> tuple[int, csr_array]:
    """
    What share of each of `smaller` equal parts of a line of `length` lies in each of `count` pixels from `start` on.

    Gives the first part that is touched, and the shares (parts touched, count).
    """
    scale = length / smaller
    first = math.floor(start / scale)
    first += (first + 1) * scale <= start
    last = min(smaller - 1, math.ceil((start + count) / scale) - 1)
    last -= last * scale >= start + count
    parts = np.arange(first, last + 1)
    begin, end = np.maximum(parts * scale, start), np.minimum((parts + 1) * scale, start + count)
    end[-1] = min(start + count, length) if last == smaller - 1 else end[-1]
    # A part lies in a run of pixels, of which only the outer two may be cut.
    from_pixel, to_pixel = np.floor(begin).astype(np.int64), np.ceil(end).astype(np.int64)
    runs = np.concatenate([[0], np.cumsum(to_pixel - from_pixel)])
    pixels = np.arange(runs[-1]) - np.repeat(runs[:-1] - from_pixel + start, np.diff(runs))
    values = np.full(runs[-1], 1 / scale, np.float32)
    values[runs[:-1]] = (np.minimum(end, from_pixel + 1) - begin) / scale
    values[runs[1:] - 1] = (end - np.maximum(begin, to_pixel - 1)) / scale
    return first, csr_array((values, pixels, runs), shape=(len(parts), count))
