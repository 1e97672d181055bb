"""
Colour models: one flat colour, or a linear or radial gradient of several stops, fitted to the pixels of one area.

Every model is a colour profile along one axis, `t`: constant, the distance along a direction, or the distance from a
centre. Positions are in source pixels, the centre of the first pixel at (0.5, 0.5); colours are sRGB levels 0-255.
Which model explains an area best is a question of bits: those saved on the residual against those the stops cost.
"""

from dataclasses import dataclass, replace

import numpy as np

from svgai.array_types import Doubles, Floats

_BINS = 64
_NOISE = 1.5  # levels: what rounding to 8 bits and resampling leave, below which a closer fit explains nothing
_PIXELS_PER_SAMPLE = 6.0  # neighbouring pixels agree: so many together count as one independent observation
_STOP_BITS = 8 * 38.0
_GRADIENT_BITS = 8 * 90.0
_ELLIPSE_BITS = 8 * 125.0
_REFINEMENTS = 2


@dataclass(frozen=True, eq=False)
class ColourModel:
    """
    `axis` is () for a flat colour, (x, y) for a unit direction, (x, y, 1) for a centre, or (x, y, a, b, d) for a centre
    with elliptic distance, the root of a dx^2 + 2 b dx dy + d dy^2. `knots` (s,) rise along t, `colours` (s, 3) are
    the levels there, or (s, 4) colours times alpha, and alpha. Before the first and after the last knot they stay.
    """

    axis: tuple[float, ...]
    knots: Floats
    colours: Floats

    @property
    def is_flat(self) -> bool:
        return not self.axis

    def at(self, x: Floats, y: Floats) -> Floats:
        """Colours (n, c) at positions (n,)."""
        if self.is_flat:
            return np.broadcast_to(self.colours[0], (len(x), self.colours.shape[1]))
        t = along(self.axis, x, y)
        return np.stack([np.interp(t, self.knots, channel) for channel in self.colours.T], axis=1).astype(np.float32)

    def moved(self, dx: float, dy: float) -> "ColourModel":
        """The same model of an area that was moved."""
        if self.is_flat:
            return self
        if len(self.axis) == 2:
            return replace(self, knots=self.knots + np.float32(self.axis[0] * dx + self.axis[1] * dy))
        return replace(self, axis=(self.axis[0] + dx, self.axis[1] + dy, *self.axis[2:]))


CLEAR = ColourModel((), np.zeros(1, np.float32), np.zeros((1, 3), np.float32))
"""The model of what is not painted: the only one that is not opaque."""


def flat(colour: Floats) -> ColourModel:
    """The model of one colour, (c,)."""
    return ColourModel((), np.zeros(1, np.float32), np.asarray(colour, np.float32).reshape(1, -1))


def along(axis: tuple[float, ...], x: Floats, y: Floats) -> Floats:
    """The coordinate t of positions along a direction or from a centre."""
    if len(axis) == 2:
        return np.asarray(axis[0] * x + axis[1] * y, np.float32)
    dx, dy = x - axis[0], y - axis[1]
    if len(axis) == 3:
        return np.asarray(np.hypot(dx, dy), np.float32)
    _, _, a, b, d = axis
    return np.asarray(np.sqrt(np.maximum(a * dx * dx + 2 * b * dx * dy + d * dy * dy, 0)), np.float32)


def fit(
    x: Floats, y: Floats, colours: Floats, slopes: Floats, *, area: int, max_stops: int
) -> tuple[ColourModel, float]:
    """
    The model that explains an area in the fewest bits, and its root mean square residual in levels.

    Args:
        x: positions (n,) of a sample of the area's pixels, across.
        y: the same, down.
        colours: their levels (n, c).
        slopes: their horizontal and vertical colour slopes (n, 2, c), in levels a pixel.
        area: pixels of the area, of which n are the sample.
        max_stops: most stops of a gradient; below 2 only the flat colour is fitted.
    """
    best = flat(colours.mean(axis=0))
    error = float(((colours - best.colours) ** 2).mean())
    best_bits = _bits(error, area, 0.0)
    if max_stops >= 2 and len(x) >= 12 and error > _NOISE**2 / 2:
        for rough in _axes(x, y, colours, slopes):
            axis = _refined(rough, x, y, colours, max_stops)
            for model, model_error in _profiles(axis, x, y, colours, max_stops):
                cost = (_ELLIPSE_BITS if len(axis) == 5 else _GRADIENT_BITS) + _STOP_BITS * (len(model.knots) - 2)
                bits = _bits(model_error, area, cost)
                if bits < best_bits:
                    best, error, best_bits = model, model_error, bits
    return best, error**0.5


def residual(model: ColourModel, x: Floats, y: Floats, colours: Floats) -> float:
    """Root mean square residual, in levels, of a model over pixels."""
    return float(np.sqrt(((colours - model.at(x, y)) ** 2).mean()))


def _bits(mean_square: float, area: int, cost: float) -> float:
    return area / _PIXELS_PER_SAMPLE * 1.5 * float(np.log2(mean_square + _NOISE**2)) + cost


def _axes(x: Floats, y: Floats, colours: Floats, slopes: Floats) -> list[tuple[float, ...]]:
    """Directions and centres worth trying: from the plane through the colours, and from the slopes."""
    found: list[tuple[float, ...]] = []
    design = np.stack([np.ones_like(x), x - x.mean(), y - y.mean()], axis=1)
    normal = design.T @ design + np.eye(3, dtype=np.float32) * 1e-3
    plane = np.linalg.solve(normal, design.T @ colours)[1:]
    directions = [plane @ plane.T, np.einsum("nic,njc->ij", slopes, slopes)]
    for tensor in directions:
        values, vectors = np.linalg.eigh(tensor.astype(np.float64))
        if values[1] > 0:
            found.append((float(vectors[0, 1]), float(vectors[1, 1])))
    return found + _centres(x.astype(np.float64), y.astype(np.float64), slopes.astype(np.float64))


def _centres(x: Doubles, y: Doubles, slopes: Doubles) -> list[tuple[float, ...]]:
    """Centres, and centres with elliptic distances, to which the slopes at (x, y) point best."""
    across, down = slopes[:, 0], slopes[:, 1]
    xx, xy, yy = (across * across).sum(axis=1), (across * down).sum(axis=1), (down * down).sum(axis=1)
    angle = np.arctan2(2 * xy, xx - yy) / 2
    weight = np.sqrt(xx + yy)
    nx, ny = np.cos(angle) * weight, np.sin(angle) * weight
    mx, my = x.mean(), y.mean()
    x, y = x - mx, y - my
    size = max(float(np.hypot(x, y).mean()), 1.0)
    # A circle: every line through a pixel along its slope passes the centre.
    found: list[tuple[float, ...]] = []
    lines = np.stack([ny, -nx], axis=1)
    matrix = lines.T @ lines
    if np.linalg.det(matrix) > 1e-3 * np.trace(matrix) ** 2:
        cx, cy = np.linalg.solve(matrix, lines.T @ (ny * x - nx * y))
        found.append((float(cx + mx), float(cy + my), 1.0))
    # An ellipse: the slope is across the form's own, a x + b y - e and b x + d y - f.
    x, y = x / size, y / size
    rows = np.stack([-ny * x, nx * x - ny * y, nx * y, ny, -nx], axis=1)
    a, b, d, e, f = np.linalg.eigh(rows.T @ rows)[1][:, 0]
    determinant = a * d - b * b
    if determinant <= 1e-3 * (a + d) ** 2:
        return found
    cx, cy = (d * e - b * f) / determinant * size, (a * f - b * e) / determinant * size
    unit = np.sign(a) * np.sqrt(determinant)
    found.append((float(cx + mx), float(cy + my), float(a / unit), float(b / unit), float(d / unit)))
    return found


def _refined(axis: tuple[float, ...], x: Floats, y: Floats, colours: Floats, max_stops: int) -> tuple[float, ...]:
    """
    Gauss-Newton steps on the axis with the best profile held fixed.

    Lines through noisy slopes meet too near the middle of the area: the colours themselves place the axis better.
    """
    for _ in range(_REFINEMENTS):
        profiles = _profiles(axis, x, y, colours, max_stops)
        if not profiles:
            return axis
        model, error = profiles[-1]
        t = along(axis, x, y)
        rise = np.diff(model.colours, axis=0) / np.diff(model.knots)[:, None]
        steepness = rise[np.clip(np.searchsorted(model.knots, t) - 1, 0, len(rise) - 1)]
        columns = []
        for index in range(2 if len(axis) == 3 else len(axis)):
            step = 0.5 if len(axis) > 2 and index < 2 else 1e-3
            moved = tuple(value + step * (place == index) for place, value in enumerate(axis))
            columns.append((steepness * ((along(moved, x, y) - t) / step)[:, None]).ravel())
        jacobian = np.stack(columns, axis=1).astype(np.float64)
        normal = jacobian.T @ jacobian
        normal += np.diag(np.diag(normal) * 1e-3 + 1e-9)
        change = np.linalg.solve(normal, jacobian.T @ (colours - model.at(x, y)).ravel())
        better = _normal([value + step for value, step in zip(axis, [*change, 0.0], strict=False)])
        tried = _profiles(better, x, y, colours, max_stops) if better else []
        if not tried or tried[-1][1] >= error:
            return axis
        axis = better
    return axis


def _normal(axis: list[float]) -> tuple[float, ...]:
    """An axis of unit length or of unit determinant; () where there is none."""
    if len(axis) == 2:
        length = float(np.hypot(axis[0], axis[1]))
        return (axis[0] / length, axis[1] / length) if length > 0 else ()
    if len(axis) == 3:
        return tuple(axis)
    x, y, a, b, d = axis
    determinant = a * d - b * b
    if a <= 0 or determinant <= 1e-3 * (a + d) ** 2:
        return ()
    unit = determinant**0.5
    return x, y, a / unit, b / unit, d / unit


def _profiles(
    axis: tuple[float, ...], x: Floats, y: Floats, colours: Floats, max_stops: int
) -> list[tuple[ColourModel, float]]:
    """Piecewise linear profiles along one axis, of two and more stops, with their mean square residuals."""
    t = along(axis, x, y)
    low, high = float(t.min()) - 1.0, float(t.max()) + 1.0
    if len(axis) > 2:
        low = max(low, 0.0)
    if high - low < 4:
        return []
    edges = np.linspace(low, high, _BINS + 1).astype(np.float32)
    bins = np.minimum(((t - low) / (high - low) * _BINS).astype(np.intp), _BINS - 1)
    counts = np.bincount(bins, minlength=_BINS)
    filled = counts > 0
    middles: Floats = ((edges[:-1] + edges[1:]) / 2)[filled].astype(np.float32)
    sums = np.stack([np.bincount(bins, channel, _BINS) for channel in colours.T], axis=1)
    means = (sums[filled] / counts[filled, None]).astype(np.float32)
    weights = np.sqrt(counts[filled]).astype(np.float32)
    spread = float(((colours - (sums / np.maximum(counts, 1)[:, None])[bins]) ** 2).mean())
    knots: Floats = np.array([low, high], np.float32)
    found: list[tuple[ColourModel, float]] = []
    while True:
        basis = _hats(middles, knots)
        weighted = basis * weights[:, None]
        ridge = np.eye(len(knots), dtype=np.float32) * 1e-3
        levels = np.linalg.solve(weighted.T @ weighted + ridge, weighted.T @ (means * weights[:, None]))
        misfit = means - basis @ levels
        error = spread + float((misfit**2 * (weights**2)[:, None]).sum() / (weights**2).sum() / colours.shape[1])
        model = ColourModel(axis, knots, np.clip(levels, 0, 255).astype(np.float32))
        found.append((model, error))
        if len(knots) >= max_stops:
            return found
        free = middles[np.abs(middles[:, None] - knots).min(axis=1) >= (high - low) / 40]
        if (misfit**2).sum(axis=1).max() < 1 or not len(free):
            return found
        knots = np.sort(np.append(knots, _best_knot(free, middles, weighted, misfit * weights[:, None])))


def _best_knot(tried: Floats, t: Floats, basis: Floats, misfit: Floats) -> np.float32:
    """
    Of the knots tried the one that would leave least of a misfit (n, c) at t (n,) to a basis (n, s), both weighted.

    A knot more is one function more, a bend there: what it takes from the misfit is that on its part across the basis
    (orthogonal least squares: Chen, Billings and Luo 1989).
    """
    weights = basis.sum(axis=1)
    bends = np.maximum(t[:, None] - tried, 0) * weights[:, None]
    known = np.linalg.qr(basis)[0]
    across = bends - known @ (known.T @ bends)
    taken = ((across.T @ misfit) ** 2).sum(axis=1) / np.maximum((across**2).sum(axis=0), 1e-6)
    return np.float32(tried[taken.argmax()])


def _hats(t: Floats, knots: Floats) -> Floats:
    """The basis (n, s) of piecewise linear functions over knots."""
    right = np.clip(np.searchsorted(knots, t, side="right"), 1, len(knots) - 1)
    share = np.clip((t - knots[right - 1]) / (knots[right] - knots[right - 1]), 0, 1)
    basis = np.zeros((len(t), len(knots)), np.float32)
    rows = np.arange(len(t))
    basis[rows, right - 1] = 1 - share
    basis[rows, right] += share
    return basis
