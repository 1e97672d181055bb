"""Painted outlines stacked into a drawing, and the drawing written as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from training.data.synthetic.drawing.outlines import Bounds, Outline, rectangle

Stops = tuple[tuple[float, str, float], ...]


@dataclass(frozen=True)
class Linear:
    """Linear gradient between two points; stops are (offset 0-1, colour, opacity 0-1)."""

    start: complex
    end: complex
    stops: Stops


@dataclass(frozen=True)
class Radial:
    """Radial gradient; stops as in `Linear`."""

    center: complex
    radius: float
    stops: Stops


Paint = str | Linear | Radial


@dataclass(frozen=True)
class Shape:
    """One painted outline. Without `fill` or `stroke` that part is not painted."""

    outline: Outline
    fill: Paint | None = None
    stroke: Paint | None = None
    width: float = 0.0
    round_joins: bool = True
    round_caps: bool = True
    opacity: float = 1.0
    clip: Outline | None = None
    even_odd: bool = True

    def bounds(self) -> Bounds:
        """Painted extent, without what the clip cuts off."""
        left, top, right, bottom = self.outline.bounds()
        margin = self.width / 2 if self.stroke is not None else 0.0
        left, top, right, bottom = left - margin, top - margin, right + margin, bottom + margin
        if self.clip is not None:
            clip = self.clip.bounds()
            left, top, right, bottom = max(left, clip[0]), max(top, clip[1]), min(right, clip[2]), min(bottom, clip[3])
        return left, top, max(left, right), max(top, bottom)


@dataclass(frozen=True)
class Drawing:
    """Shapes from the bottom up."""

    shapes: tuple[Shape, ...]

    def __add__(self, other: Drawing) -> Drawing:
        return Drawing(self.shapes + other.shapes)

    def bounds(self) -> Bounds:
        """Union of the shapes' extents."""
        boxes = [shape.bounds() for shape in self.shapes]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    def placed(self, scale: float = 1.0, shift: complex = 0.0) -> Drawing:
        """Scale about the origin, then shift; strokes and gradients follow."""
        return Drawing(tuple(_place(shape, scale, shift) for shape in self.shapes))

    def fitted(self, box: Bounds) -> Drawing:
        """Scaled, its proportions kept, and centred into the box."""
        left, top, right, bottom = self.bounds()
        scale = min((box[2] - box[0]) / max(right - left, 1e-6), (box[3] - box[1]) / max(bottom - top, 1e-6))
        center = complex(left + right, top + bottom) / 2
        return self.placed(scale, complex(box[0] + box[2], box[1] + box[3]) / 2 - center * scale)

    def painted(self, function: Callable[[Paint], Paint]) -> Drawing:
        """Every paint replaced by what the function makes of it."""
        return Drawing(
            tuple(
                replace(
                    shape,
                    fill=None if shape.fill is None else function(shape.fill),
                    stroke=None if shape.stroke is None else function(shape.stroke),
                )
                for shape in self.shapes
            )
        )

    def to_svg(self, padding: float = 0.0, background: str | None = None, longest: float = 512.0) -> str:
        """SVG text with its longest side at `longest`; padding is a share of the drawing's longest side,
        and never more than half its shortest.
        """
        left, top, right, bottom = self.bounds()
        width, height = max(right - left, 1e-3), max(bottom - top, 1e-3)
        margin = min(padding * max(width, height), 0.5 * min(width, height))
        scale = longest / (max(width, height) + 2 * margin)
        width, height = (width + 2 * margin) * scale, (height + 2 * margin) * scale
        drawing = self.placed(scale, complex(margin - left, margin - top) * scale)
        if background is not None:
            field = rectangle(complex(width, height) / 2, width + 1, height + 1)
            drawing = Drawing((Shape(field, background), *drawing.shapes))
        return _svg(drawing.shapes, width, height)


def stack(*parts: Shape | Drawing | Iterable[Shape]) -> Drawing:
    """Parts put on top of each other, the first at the bottom."""
    shapes: list[Shape] = []
    for part in parts:
        if isinstance(part, Shape):
            shapes.append(part)
        else:
            shapes.extend(part.shapes if isinstance(part, Drawing) else part)
    return Drawing(tuple(shapes))


def _place(shape: Shape, scale: float, shift: complex) -> Shape:
    return replace(
        shape,
        outline=shape.outline.placed(scale, shift),
        fill=_place_paint(shape.fill, scale, shift),
        stroke=_place_paint(shape.stroke, scale, shift),
        width=shape.width * scale,
        clip=None if shape.clip is None else shape.clip.placed(scale, shift),
    )


def _place_paint(paint: Paint | None, scale: float, shift: complex) -> Paint | None:
    if isinstance(paint, Linear):
        return replace(paint, start=paint.start * scale + shift, end=paint.end * scale + shift)
    if isinstance(paint, Radial):
        return replace(paint, center=paint.center * scale + shift, radius=paint.radius * scale)
    return paint


def _svg(shapes: tuple[Shape, ...], width: float, height: float) -> str:
    definitions: dict[str, str] = {}
    body = "".join(_element(shape, definitions) for shape in shapes)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{height:.2f}"'
        f' viewBox="0 0 {width:.2f} {height:.2f}">'
    )
    defs = ""
    if definitions:
        defs = "<defs>" + "".join(text.format(id=name) for text, name in definitions.items()) + "</defs>"
    return f"{head}{defs}{body}</svg>"


def _element(shape: Shape, definitions: dict[str, str]) -> str:
    attributes = [f'd="{shape.outline.data()}"']
    if shape.fill is None:
        attributes.append('fill="none"')
    else:
        attributes.append(f'fill="{_paint(shape.fill, definitions)}"')
        if shape.even_odd:
            attributes.append('fill-rule="evenodd"')
    if shape.stroke is not None and shape.width > 0:
        join = "round" if shape.round_joins else "miter"
        cap = "round" if shape.round_caps else "butt"
        attributes.append(
            f'stroke="{_paint(shape.stroke, definitions)}" stroke-width="{shape.width:.2f}"'
            f' stroke-linejoin="{join}" stroke-linecap="{cap}"'
        )
    if shape.opacity < 1:
        attributes.append(f'fill-opacity="{shape.opacity:.2f}" stroke-opacity="{shape.opacity:.2f}"')
    if shape.clip is not None:
        text = f'<clipPath id="{{id}}"><path d="{shape.clip.data()}" clip-rule="evenodd"/></clipPath>'
        attributes.append(f'clip-path="url(#{_defined(text, definitions)})"')
    return f"<path {' '.join(attributes)}/>"


def _paint(paint: Paint, definitions: dict[str, str]) -> str:
    if isinstance(paint, str):
        return paint
    stops = "".join(
        f'<stop offset="{offset:.3f}" stop-color="{colour}"'
        + (f' stop-opacity="{opacity:.2f}"/>' if opacity < 1 else "/>")
        for offset, colour, opacity in paint.stops
    )
    if isinstance(paint, Linear):
        start, end = paint.start, paint.end
        place = f'x1="{start.real:.2f}" y1="{start.imag:.2f}" x2="{end.real:.2f}" y2="{end.imag:.2f}"'
        name = "linearGradient"
    else:
        place = f'cx="{paint.center.real:.2f}" cy="{paint.center.imag:.2f}" r="{paint.radius:.2f}"'
        name = "radialGradient"
    text = f'<{name} id="{{id}}" gradientUnits="userSpaceOnUse" {place}>{stops}</{name}>'
    return f"url(#{_defined(text, definitions)})"


def _defined(text: str, definitions: dict[str, str]) -> str:
    return definitions.setdefault(text, f"d{len(definitions)}")
