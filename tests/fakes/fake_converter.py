"""A converter that says what it was given, and does what the image tells it to; can be sent to other processes."""

import os
from dataclasses import dataclass

from commands.folders.converters import Converted
from svgai.errors import InvalidImage
from svgai.measure.quality import Quality


def converted(svg: str, worst: float = 0.9) -> Converted:
    """An SVG with figures."""
    quality = Quality(ssim=0.99, worst=worst, edge_ssim=0.9, delta_e=0.2, bytes=len(svg), paths=1)
    return Converted(svg, "simple", quality, 0.95, () if worst >= 0.8 else ("worst",), 1, 64, "models-1")


@dataclass(frozen=True)
class FakeConverter:
    """Of b"bad..." an InvalidImage, of b"odd..." a fault that nobody foresaw, of b"die..." the end of the process."""

    recipe: str = "recipe-1"
    as_drawing: bool = False

    def convert(self, image: bytes) -> Converted:
        if image.startswith(b"bad"):
            raise InvalidImage("the data is not an image")
        if image.startswith(b"odd"):
            raise LookupError("odd")
        if image.startswith(b"die"):
            os._exit(7)
        if self.as_drawing:
            return converted('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="m0 0h9v9z"/></svg>')
        return converted(f"<svg>{image.decode()} by {self.recipe}</svg>", 0.5 if image.startswith(b"poor") else 0.9)
