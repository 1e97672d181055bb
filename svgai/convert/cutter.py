"""Parts for cutters, nowhere narrower than what can be cut and weeded."""

import re
from dataclasses import dataclass

from svgai.convert.real_units import Units, pixels_in
from svgai.decode.image_resolution import Resolution
from svgai.trace.parameters import Strokes, TracingParameters

CUTTER_FORM = r"^[0-9]{1,3}(\.[0-9]{1,3})?(px|mm|in)$"
"""The least width of a part: a number and its unit. 0: no limit."""

TOO_WIDE = "nothing of this image is as wide as cutter asks every part to be"


@dataclass(frozen=True)
class Cutter:
    """Parts to cut, nowhere narrower than `least` in `unit`."""

    least: float
    unit: Units

    def least_pixels(self, resolution: Resolution | None) -> float:
        """The least width in pixels of an image of this resolution."""
        return pixels_in(self.least, self.unit, resolution)


def cutter_of(text: str) -> Cutter:
    """
    The cutter of a least width such as 1mm, 0.04in or 3px.

    Raises:
        ValueError: the text is not a width; the message names the form.
    """
    if not re.fullmatch(CUTTER_FORM, text):
        raise ValueError("give the least width of a part: 1mm, 0.04in, 3px, or 0mm for any")
    return Cutter(float(text[:-2]), "mm" if text.endswith("mm") else "in" if text.endswith("in") else "px")


def require_fills(strokes: Strokes, parameters: TracingParameters | None) -> None:
    """
    Check that the other options leave areas to cut.

    Raises:
        ValueError: they do not; the message says why.
    """
    if strokes == "only":
        raise ValueError("parts to cut are fills, and strokes is only")
    if parameters and parameters.mode == "pixels":
        raise ValueError("parts to cut have outlines, and the mode of parameters is pixels")


def as_cut(parameters: TracingParameters) -> TracingParameters:
    """The same tracing in flat colours, since a foil has only one."""
    return parameters.model_copy(update={"colour_models": "flat"})
