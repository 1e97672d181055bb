"""Gradients as marks use them: colour ramps, ramps laid over a box, and flat drawings shaded part by part."""

import cmath
import math
from dataclasses import replace
from random import Random

from training.data.synthetic.drawing.outlines import Bounds
from training.data.synthetic.drawing.painted_outlines import Drawing, Linear, Paint, Radial, Shape, Stops
from training.data.synthetic.drawing.palettes import WHITE, brand, shifted


def ramp(rng: Random, base: str | None = None) -> Stops:
    """Colour stops: from hue to neighbouring hue, light to dark, or across several hues."""
    main = base or brand(rng)
    kind = rng.choices(("neighbour", "shade", "subtle", "pair", "many"), (32, 26, 8, 18, 16))[0]
    if kind == "neighbour":
        colours = [
            main,
            shifted(main, hue=rng.choice((-1, 1)) * rng.uniform(0.06, 0.16), light=rng.uniform(-0.1, 0.15)),
        ]
    elif kind == "shade":
        colours = [shifted(main, light=rng.uniform(0.12, 0.22)), shifted(main, light=-rng.uniform(0.08, 0.2))]
    elif kind == "subtle":
        colours = [shifted(main, light=0.06), shifted(main, light=-0.07)]
    elif kind == "pair":
        colours = [main, brand(rng)]
    else:
        turn = rng.choice((-1, 1)) * rng.uniform(0.08, 0.2)
        colours = [shifted(main, hue=turn * k) for k in range(rng.randint(3, 4))]
    if rng.random() < 0.5:
        colours.reverse()
    edge = rng.choice((0.0, 0.0, 0.1))
    last = len(colours) - 1
    return tuple((edge + (1 - 2 * edge) * k / last, colour, 1.0) for k, colour in enumerate(colours))


def across(rng: Random, bounds: Bounds, stops: Stops, angle: float | None = None) -> Paint:
    """A gradient over a whole box: mostly linear at a usual angle, sometimes radial."""
    left, top, right, bottom = bounds
    center = complex(left + right, top + bottom) / 2
    half = max(right - left, bottom - top) / 2
    if angle is None and rng.random() < 0.2:
        focus = center + cmath.rect(half * rng.uniform(0, 0.7), rng.uniform(0, 2 * math.pi))
        return Radial(focus, half * rng.uniform(1.1, 1.7), stops)
    turn = math.radians(angle if angle is not None else rng.choice((0, 45, 45, 60, 90, 90, 120, 135, -45)))
    reach = cmath.rect(half * rng.uniform(0.85, 1.15), turn)
    return Linear(center - reach, center + reach, stops)


def shaded(rng: Random, drawing: Drawing, spread: float = 0.16) -> Drawing:
    """Every flat fill becomes a gradient of its own over its shape."""
    angle = rng.choice((0, 45, 90, 135))

    def shade(shape: Shape) -> Shape:
        def paint(flat: Paint | None) -> Paint | None:
            if not isinstance(flat, str) or flat == WHITE:
                return flat
            hue = rng.uniform(-0.06, 0.06)
            stops = ((0.0, shifted(flat, light=spread, hue=hue), 1.0), (1.0, shifted(flat, light=-spread * 0.8), 1.0))
            return across(rng, shape.bounds(), stops, angle + rng.choice((0, 0, 0, 180)))

        return replace(shape, fill=paint(shape.fill), stroke=paint(shape.stroke))

    return Drawing(tuple(shade(shape) for shape in drawing.shapes))
