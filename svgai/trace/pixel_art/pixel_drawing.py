"""Squares of one colour each to an SVG that shows just these, a step of its grid for each square."""

import numpy as np
import numpy.typing as npt

from svgai.errors import TracingFailed
from svgai.trace.pixel_art.pixel_layers import stacked
from svgai.trace.pixel_art.pixel_outlines import outline_data
from svgai.trace.pixel_art.recognition import FEW_SQUARES, MOST_SQUARES, Squares
from svgai.trace.svg.gradients import short_colour
from svgai.trace.svg.grid_geometry import GridPoint
from svgai.trace.svg.writer import document


def pixel_svg(squares: Squares, size: GridPoint) -> str:
    """
    The SVG of `size` pixels (width, height), one path for each colour.

    Renderers are asked for crisp edges: where a square's border lies within a pixel, they would blend both sides with
    what is beneath.

    Raises:
        TracingFailed: there are more squares, or more colours, than an SVG should hold.
    """
    rows, columns = squares.rgba.shape[:2]
    if squares.count > MOST_SQUARES or squares.colours > FEW_SQUARES:
        raise TracingFailed(f"{columns} x {rows} squares of {squares.colours} colours are too many to draw one by one")
    numbers, first, inverse, counts = np.unique(
        squares.numbers, return_index=True, return_inverse=True, return_counts=True
    )
    colours = squares.rgba.reshape(-1, 4)[first]
    shown = np.flatnonzero(colours[:, 3])
    order = shown[np.lexsort((-counts[shown], colours[shown, 3] < 255))]
    levels = np.full(len(numbers), -1)
    levels[order] = np.arange(len(order))
    areas = stacked(levels[inverse.reshape(rows, columns)], opaque=int((colours[order, 3] == 255).sum()))
    paths = [
        f'<path{_fill(colour)} d="{outline_data(area)}"/>' for colour, area in zip(colours[order], areas, strict=True)
    ]
    return document("".join(paths), size, (columns, rows), crisp=True)


def _fill(colour: npt.NDArray[np.uint8]) -> str:
    red, green, blue, alpha = colour.tolist()
    paint = short_colour(f"#{red:02x}{green:02x}{blue:02x}")
    fill = "" if paint == "#000" else f' fill="{paint}"'
    return fill if alpha == 255 else f'{fill} fill-opacity="{_share(alpha)}"'


def _share(alpha: int) -> str:
    """The shortest decimal that is this level of 255."""
    return next(text for digits in (1, 2, 3) if round(float(text := f"{alpha / 255:.{digits}f}"[1:]) * 255) == alpha)
