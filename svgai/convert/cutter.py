"""What cutters are asked for: parts that nowhere are finer than a blade, or a hand that weeds them, can do."""

import re
from dataclasses import dataclass

from svgai.convert.real_units import Units, pixels_in
from svgai.decode.image_resolution import Resolution
from svgai.trace.parameters import Strokes, TracingParameters

CUTTER_FORM = r"^[0-9]{1,3}(\.[0-9]{1,3})?(px|mm|in)$"
"""The least width of a part: a number and its unit. 0 asks for none."""

TOO_WIDE = "nothing of this image is as wide as cutter asks every part to be"


@dataclass(frozen=True)
class Cutter:
    """Asks for parts to cut, nowhere narrower than `least` in `unit`."""

    least: float
    unit: Units

    def least_pixels(self, resolution: Resolution | None) -> float:
        """The least width in pixels of an image of this resolution."""
        return pixels_in(self.least, self.unit, resolution)


def cutter_of(text: str) -> Cutter:
    """
    The cutter of a least width such as 1mm, 0.04in or 3px.

    Raises:
        ValueError: it is none; the message says what is.
    """
    if not re.fullmatch(CUTTER_FORM, text):
        raise ValueError("give the least width of a part: 1mm, 0.04in, 3px, or 0mm for any")
    return Cutter(float(text[:-2]), "mm" if text.endswith("mm") else "in" if text.endswith("in") else "px")


def require_fills(strokes: Strokes, parameters: TracingParameters | None) -> None:
    """
    See that what else is asked for leaves areas to cut.

    Raises:
        ValueError: it does not; the message says why.
    """
    if strokes == "only":
        raise ValueError("parts to cut are fills, and strokes is only")
    if parameters and parameters.mode == "pixels":
        raise ValueError("parts to cut have outlines, and the mode of parameters is pixels")


def as_cut(parameters: TracingParameters) -> TracingParameters:
    """The same tracing in flat colours: a foil has one."""
    return parameters.model_copy(update={"colour_models": "flat"})
