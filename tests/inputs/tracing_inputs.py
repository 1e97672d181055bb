"""Pictures and closed outlines of known shape, which tests of the tracing start from."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from svgai.array_types import Doubles, Pixels, Points
from svgai.decode.pixels import premultiplied, resize
from svgai.trace.colours.hidden_colours import spread
from svgai.trace.fitting.splines import Segments
from svgai.trace.parameters import TracingParameters
from svgai.trace.region_drawing import RegionDrawing
from svgai.trace.regions.page_border import with_margin
from svgai.trace.regions.region_map import Source, region_map

RED, WHITE, BLACK = (200, 30, 40), (255, 255, 255), (0, 0, 0)

Colour = tuple[int, int, int]
Shares = npt.NDArray[np.float64]
"""How much of each pixel (h, w) something covers, 0-1."""

_SPACES = 200  # between the points of an outline that `cut_rings` cuts


def opaque(rgb: Pixels) -> Pixels:
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def enlarged(rgb: Pixels, times: int) -> Pixels:
    """The pixels (height, width, 3) enlarged as a tracing enlarges them."""
    return np.ascontiguousarray(resize(opaque(rgb), rgb.shape[1] * times, rgb.shape[0] * times)[..., :3])


def coverage(side: int, radius: float) -> Pixels:
    """How much of each pixel a disc in the middle covers, 0-255."""
    y, x = np.mgrid[:side, :side] + 0.5
    share = np.clip(radius + 0.5 - np.hypot(x - side / 2, y - side / 2), 0, 1)
    return np.asarray(np.rint(share * 255), np.uint8)


def disc(side: int, radius: float, inside: Colour, outside: Colour) -> Pixels:
    """A disc (side, side, 3) with soft edges on a ground."""
    share = coverage(side, radius)[..., None] / 255
    return np.asarray(np.rint(np.array(inside) * share + np.array(outside) * (1 - share)), np.uint8)


def painted(share: Shares, ground: str) -> Pixels:
    """Red that covers such shares (h, w) of the pixels of a white or a clear page."""
    if ground == "clear":
        return np.dstack([np.full((*share.shape, 3), RED, np.uint8), np.rint(share * 255).astype(np.uint8)])
    return opaque(np.rint(np.array(RED) * share[..., None] + 255 * (1 - share[..., None])).astype(np.uint8))


def round_shares(side: int, radius: float) -> Shares:
    """How much of each pixel (side, side) a disc in the middle covers, counted on a fine grid."""
    y, x = (np.mgrid[: side * 16, : side * 16] + 0.5) / 16
    inside = np.hypot(x - side / 2, y - side / 2) <= radius
    return np.asarray(inside.reshape(side, 16, side, 16).mean(axis=(1, 3)))


def polygon(corners: Sequence[tuple[float, float]]) -> Points:
    """A closed polygon, (n, 2) with the last point equal to the first."""
    return np.array([*corners, corners[0]], np.float64)


def ellipse(centre: tuple[float, float], rx: float, ry: float, *, clockwise: bool = True) -> Points:
    """A closed ellipse of many points; clockwise as seen on a screen, whose y runs down."""
    angle = np.linspace(0, 2 * np.pi, 361) * (1 if clockwise else -1)
    around = np.column_stack([rx * np.cos(angle), ry * np.sin(angle)])
    around[-1] = around[0]
    return np.asarray(around + centre)


def rounded(left: float, top: float, width: float, height: float, radius: float) -> Points:
    """A closed rectangle, clockwise, its corners rounded by quarters of a circle."""
    turn = np.linspace(0, np.pi / 2, 24)
    centres = [
        (left + width - radius, top + radius, -np.pi / 2),
        (left + width - radius, top + height - radius, 0.0),
        (left + radius, top + height - radius, np.pi / 2),
        (left + radius, top + radius, np.pi),
    ]
    parts = [
        np.column_stack([x + radius * np.cos(turn + start), y + radius * np.sin(turn + start)])
        for x, y, start in centres
    ]
    around = np.concatenate(parts)
    return np.concatenate([around, around[:1]])


def star(centre: tuple[float, float], outer: float, inner: float, tips: int) -> Points:
    """A closed star, clockwise, of straight sides."""
    angle = np.arange(2 * tips) * np.pi / tips
    reach = np.where(np.arange(2 * tips) % 2 == 0, outer, inner)
    around = np.column_stack([centre[0] + reach * np.cos(angle), centre[1] + reach * np.sin(angle)])
    return np.concatenate([around, around[:1]])


def signed_area(points: Points) -> float:
    """The area that a closed outline encloses, positive where it runs clockwise on a screen."""
    x, y = points.T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def distances(points: Points, outline: Points) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How far points (n, 2) lie from the nearest place of a closed polyline (m, 2), (n,)."""
    begin, side = outline[:-1], np.diff(outline, axis=0)
    gap = points[:, None] - begin
    share = np.clip((gap * side).sum(axis=2) / np.maximum((side * side).sum(axis=1), 1e-12), 0, 1)
    away: np.ndarray[tuple[int], np.dtype[np.float64]] = np.linalg.norm(gap - share[..., None] * side, axis=2).min(
        axis=1
    )
    return away


def source_of(rgba: Pixels, times: int = 2) -> Source:
    """Straight-alpha pixels made ready as a tracing makes them, margin and all; cut out where not all is opaque."""
    framed = with_margin(rgba)
    colours, trusted = spread(framed)
    if framed[..., 3].min() == 255:
        return Source(colours, trusted, colours.astype(np.float32), enlarged(colours, times).astype(np.float32))
    fine = resize(framed, framed.shape[1] * times, framed.shape[0] * times)
    return Source(colours, trusted, premultiplied(framed), premultiplied(fine))


def drawing_of(rgba: Pixels, parameters: TracingParameters | None = None) -> RegionDrawing:
    """The outlines of an image as a tracing draws them."""
    parameters = parameters or TracingParameters()
    return RegionDrawing(region_map(source_of(rgba), parameters), parameters)


def evenly_worth(contours: Sequence[Points], worth: float) -> list[Doubles]:
    """The worth of deviations of contours that is the same everywhere."""
    return [np.full(len(contour), worth) for contour in contours]


def cut_rings(*contours: Points, cuts: int, worth: float = 16.0, line: int | None = None) -> Segments:
    """Segments of closed outlines, each cut evenly; `line` is one that is straight."""
    points, first, begin, end, before, after, arc = [], [], [], [], [], [], []
    for number, contour in enumerate(contours):
        own = np.arange(cuts) + number * cuts
        joints = np.linspace(0, _SPACES, cuts + 1).astype(int) + number * (_SPACES + 1)
        points.append(contour[np.linspace(0, len(contour) - 1, _SPACES + 1).astype(int)])
        first.append(np.full(cuts, number * (_SPACES + 1)))
        begin.append(joints[:-1])
        end.append(joints[1:])
        before.append(np.roll(own, 1))
        after.append(np.roll(own, -1))
        lengths = np.hypot(*np.diff(contour, axis=0).T).sum()
        arc.append(np.full(cuts, lengths / cuts))
    count = cuts * len(contours)
    curved = np.arange(count) != line if line is not None else np.ones(count, bool)
    parts = [np.concatenate(one) for one in (first, begin, end, before, after, arc)]
    return Segments(
        points=np.concatenate(points),
        first=parts[0],
        spaces=np.full(count, _SPACES),
        begin=parts[1],
        end=parts[2],
        before=parts[3],
        after=parts[4],
        curved=curved,
        arc=parts[5],
        worth=np.full(count, worth),
    )


def shadowed(side: int, sigma: float, strength: float = 0.5) -> Pixels:
    """A red square in the middle of a clear page (side, side, 4), above a black shadow of itself, an eighth lower."""
    square = np.zeros((side, side), np.float32)
    square[side // 4 : -side // 4, side // 4 : -side // 4] = 1
    shadow = cv2.GaussianBlur(np.roll(square, side // 8, axis=0), (0, 0), sigma) * strength
    alpha = square + shadow * (1 - square)
    colours = square[..., None] * np.array(RED) / np.maximum(alpha, 1e-6)[..., None]
    return np.asarray(np.rint(np.dstack([colours, alpha * 255])), np.uint8)
