"""Vector outlines as arrays of cubic control points in the complex plane (y points down, as in SVG).

Covers building, transforming and writing outlines. Colour and stacking belong to
`training.data.synthetic.drawing.painted_outlines`.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Contour = npt.NDArray[np.complex128]
Bounds = tuple[float, float, float, float]

_CIRCLE = 0.5522847498  # control length of a quarter circle of radius one


@dataclass(frozen=True)
class Outline:
    """Contours of 1+3n control points each: a start, then (control, control, end) per cubic."""

    contours: tuple[Contour, ...]
    closed: bool = True

    def __add__(self, other: Outline) -> Outline:
        return replace(self, contours=self.contours + other.contours)

    def placed(self, scale: complex = 1.0, shift: complex = 0.0) -> Outline:
        """Scale and rotate about the origin (a complex factor does both), then shift."""
        return self.mapped(lambda z: z * scale + shift)

    def rotated(self, degrees: float) -> Outline:
        """Rotate about the origin; positive is clockwise on screen."""
        return self.placed(cmath.rect(1.0, math.radians(degrees)))

    def stretched(self, x: float, y: float) -> Outline:
        """Scale each axis on its own; a negative factor mirrors."""
        return self.mapped(lambda z: z.real * x + 1j * (z.imag * y))

    def skewed(self, amount: float) -> Outline:
        """Lean to the right by `amount` per unit of height."""
        return self.mapped(lambda z: z - amount * z.imag)

    def mapped(self, function: Callable[[Contour], Contour]) -> Outline:
        """Apply a function of control points to every contour."""
        return replace(self, contours=tuple(function(contour) for contour in self.contours))

    def bounds(self) -> Bounds:
        """Left, top, right, bottom of the curve (sampled, so off by a hair on tight bends)."""
        points = np.concatenate([_on_curve(contour) for contour in self.contours])
        return (
            float(points.real.min()),
            float(points.imag.min()),
            float(points.real.max()),
            float(points.imag.max()),
        )

    def data(self) -> str:
        """The `d` attribute of an SVG path."""
        end = "Z" if self.closed else ""
        return "".join(_contour_data(contour) + end for contour in self.contours)


def _on_curve(contour: Contour) -> Contour:
    starts, first, second, ends = contour[:-1:3], contour[1::3], contour[2::3], contour[3::3]
    samples = [contour[::3]]
    for t in (0.25, 0.5, 0.75):
        u = 1 - t
        samples.append(u**3 * starts + 3 * u * u * t * first + 3 * u * t * t * second + t**3 * ends)
    return np.concatenate(samples)


def _contour_data(contour: Contour) -> str:
    points: list[complex] = contour.tolist()
    start = points[0]
    parts = [f"M{start.real:.2f} {start.imag:.2f}"]
    for index in range(1, len(points), 3):
        first, second, end = points[index : index + 3]
        if first == points[index - 1] and second == end:
            parts.append(f"L{end.real:.2f} {end.imag:.2f}")
        else:
            parts.append(
                f"C{first.real:.2f} {first.imag:.2f} {second.real:.2f} {second.imag:.2f} {end.real:.2f} {end.imag:.2f}"
            )
    return "".join(parts)


def from_cubics(contours: Iterable[Sequence[complex]], closed: bool = True) -> Outline:
    """Outline of ready control points."""
    return Outline(tuple(np.array(contour, dtype=np.complex128) for contour in contours), closed)


def polygon(points: Sequence[complex], radius: float = 0.0, closed: bool = True) -> Outline:
    """Straight edges with corners rounded by up to `radius`, as far as the edges are long enough."""
    count = len(points)
    if radius <= 0:
        ring = [*points, points[0]] if closed else list(points)
        control: list[complex] = [ring[0]]
        for before, after in pairwise(ring):
            control += [before, after, after]
        return from_cubics([control], closed)
    control = []
    for index, corner in enumerate(points):
        if not closed and index in (0, count - 1):
            entry = leave = corner
        else:
            before, after = points[index - 1], points[(index + 1) % count]
            entry = _towards(corner, before, radius, closed or index > 1)
            leave = _towards(corner, after, radius, closed or index < count - 2)
        if control:
            control += [control[-1], entry, entry]
        else:
            control = [entry]
        if entry != leave:
            control += [entry + (corner - entry) * _CIRCLE, leave + (corner - leave) * _CIRCLE, leave]
    if closed:
        control += [control[-1], control[0], control[0]]
    return from_cubics([control], closed)


def _towards(corner: complex, other: complex, radius: float, shared: bool) -> complex:
    length = abs(other - corner)
    if length == 0:
        return corner
    room = length / 2 if shared else length
    return corner + (other - corner) * (min(radius, room) / length)


def smooth(points: Sequence[complex], tension: float = 0.5, closed: bool = True) -> Outline:
    """A smooth curve through the points (Catmull-Rom); a higher tension bulges more."""
    count = len(points)
    last = count if closed else count - 1
    control: list[complex] = [points[0]]
    for index in range(last):
        here, there = points[index], points[(index + 1) % count]
        before = points[index - 1] if closed or index else here
        after = points[(index + 2) % count] if closed or index + 2 < count else there
        control += [here + (there - before) * tension / 3, there - (after - here) * tension / 3, there]
    return from_cubics([control], closed)


def ellipse(center: complex, width: float, height: float) -> Outline:
    """Ellipse with these half axes."""
    control: list[complex] = [1 + 0j]
    for turn in (1, 1j, -1, -1j):
        control += [turn * (1 + _CIRCLE * 1j), turn * (_CIRCLE + 1j), turn * 1j]
    return from_cubics([control]).stretched(width, height).placed(1, center)


def circle(center: complex, radius: float) -> Outline:
    """Full circle."""
    return ellipse(center, radius, radius)


def ring(center: complex, outer: float, inner: float) -> Outline:
    """Two circles; fill with the even-odd rule."""
    return circle(center, outer) + circle(center, inner)


def rectangle(center: complex, width: float, height: float, radius: float = 0.0) -> Outline:
    """Rectangle of full width and height with rounded corners."""
    x, y = width / 2, height / 2
    corners = [complex(-x, -y), complex(x, -y), complex(x, y), complex(-x, y)]
    return polygon([center + corner for corner in corners], radius)


def regular(sides: int, radius: float, phase: float = -90.0, rounding: float = 0.0) -> Outline:
    """Regular polygon about the origin with its first corner at `phase` degrees."""
    corners = [cmath.rect(radius, math.radians(phase + 360 * k / sides)) for k in range(sides)]
    return polygon(corners, rounding)


def star(points: int, outer: float, inner: float, phase: float = -90.0, rounding: float = 0.0) -> Outline:
    """Star about the origin with its first tip at `phase` degrees."""
    corners = [cmath.rect(inner if k % 2 else outer, math.radians(phase + 180 * k / points)) for k in range(2 * points)]
    return polygon(corners, rounding)


def arc(center: complex, radius: float, start: float, sweep: float) -> Outline:
    """Open arc from `start` over `sweep` degrees."""
    pieces = max(1, math.ceil(abs(sweep) / 90))
    step = math.radians(sweep / pieces)
    reach = 4 / 3 * math.tan(step / 4)
    control: list[complex] = []
    for k in range(pieces):
        here = cmath.rect(1, math.radians(start) + k * step)
        there = cmath.rect(1, math.radians(start) + (k + 1) * step)
        if not control:
            control = [here]
        control += [here * (1 + 1j * reach), there * (1 - 1j * reach), there]
    return from_cubics([control], closed=False).placed(radius, center)


def sector(center: complex, outer: float, inner: float, start: float, sweep: float) -> Outline:
    """Closed piece of a ring, or of a disc where `inner` is zero."""
    far = arc(center, outer, start, sweep).contours[0].tolist()
    if inner <= 0:
        control = [*far, far[-1], center, center, center, far[0], far[0]]
    else:
        near = arc(center, inner, start + sweep, -sweep).contours[0].tolist()
        control = [*far, far[-1], near[0], near[0], *near[1:], near[-1], far[0], far[0]]
    return from_cubics([control])
