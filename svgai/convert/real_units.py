"""An SVG's physical size: in millimetres or inches, by the resolution in its image file."""

import re
from dataclasses import dataclass
from typing import Literal

from svgai.decode.image_resolution import Resolution

Units = Literal["px", "mm", "in"]
"""The unit of an SVG's width and height."""

PIXELS_PER_INCH = 96.0
"""Resolution of files that name none: as in CSS, so that an SVG has the same size in all units."""

_PER_INCH, _DECIMALS = {"mm": 25.4, "in": 1.0}, {"mm": 3, "in": 4}
_SIZE = re.compile(r'(<svg [^>]*?)width="\d+" height="\d+"([^>]*)>')
_UNEVEN = 0.01  # share by which a pixel may be higher than wide and still count as square


def pixels_in(length: float, units: Units, resolution: Resolution | None) -> float:
    """Pixels of an image that a length takes; where they are not square, along their shorter side."""
    if units == "px":
        return length
    return length / _PER_INCH[units] * max(resolution or (PIXELS_PER_INCH, PIXELS_PER_INCH))


@dataclass(frozen=True)
class SizeOnPaper:
    """Gives SVGs of an image, `width` by `height` pixels, their size in `units`."""

    width: int
    height: int
    units: Units = "px"
    resolution: Resolution | None = None

    def of(self, svg: str) -> str:
        """An SVG of the image whose root element has its size in pixels, with that size in these units."""
        if self.units == "px":
            return svg
        across, down = self.resolution or (PIXELS_PER_INCH, PIXELS_PER_INCH)
        size = f'width="{self._length(self.width / across)}" height="{self._length(self.height / down)}"'
        if abs(across / down - 1) > _UNEVEN and " preserveAspectRatio=" not in svg:
            size += ' preserveAspectRatio="none"'
        return _SIZE.sub(rf"\g<1>{size}\g<2>>", svg, count=1)

    @property
    def more_bytes(self) -> int:
        """Most bytes that this adds to an SVG in pixels."""
        root = f'<svg width="{self.width}" height="{self.height}">'
        return len(self.of(root)) - len(root)

    def _length(self, inches: float) -> str:
        text = f"{inches * _PER_INCH[self.units]:.{_DECIMALS[self.units]}f}"
        return text.rstrip("0").rstrip(".") + self.units
