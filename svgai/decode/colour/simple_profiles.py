"""ICC profiles from numbers: a tone curve, and for RGB the chromaticities of primaries and white."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Chromaticity = tuple[float, float]
"""The x and y of CIE 1931."""


@dataclass(frozen=True)
class Primaries:
    white: Chromaticity
    red: Chromaticity
    green: Chromaticity
    blue: Chromaticity


@dataclass(frozen=True)
class Curve:
    """From samples v to light, both 0-1: `slope` v below `knee`, (`scale` v + `offset`) to the `power` from there."""

    power: float
    scale: float = 1
    offset: float = 0
    slope: float = 0
    knee: float = 0


SRGB_CURVE: Final = Curve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)

_D65 = (0.3127, 0.3290)
SRGB_PRIMARIES: Final = Primaries(_D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
DISPLAY_P3_PRIMARIES: Final = Primaries(_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060))

# The profile connection space uses D50; Bradford's matrix adapts other white points to it.
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def rgb_profile(primaries: Primaries, curve: Curve) -> bytes:
    """
    An ICC profile of a monitor.

    Raises:
        ValueError: the primaries are invalid, or span no colours.
    """
    columns = _colorants(primaries)
    curve_tag = parametric_curve(curve)
    tags = {b"wtpt": _xyz(_D50)}
    for letter, column in zip("rgb", columns.T, strict=True):
        tags[f"{letter}XYZ".encode()] = _xyz(column)
        tags[f"{letter}TRC".encode()] = curve_tag
    return write_profile(b"RGB ", b"XYZ ", tags)


def grey_profile(curve: Curve) -> bytes:
    """An ICC profile of grey, from black to white."""
    return write_profile(b"GRAY", b"XYZ ", {b"wtpt": _xyz(_D50), b"kTRC": parametric_curve(curve)})


def parametric_curve(curve: Curve) -> bytes:
    """The tag of a curve."""
    numbers = (curve.power, curve.scale, curve.offset, curve.slope, curve.knee)
    return struct.pack(">4sIHH5i", b"para", 0, 3, 0, *(round(number * 65536) for number in numbers))


def write_profile(colour_space: bytes, connection_space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    """A profile file, version 4, of the tags' data by their signatures; the spaces are signatures of four letters."""
    place = 132 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name, place + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", place + len(body), b"", 0x04300000, b"mntr", colour_space, connection_space)
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp").ljust(44, b"\0") + _xyz(_D50)[8:]
    return header.ljust(128, b"\0") + table + body


def _colorants(primaries: Primaries) -> npt.NDArray[np.float64]:
    """The XYZ (3, 3) of red, green and blue, in columns, as they are seen under D50."""
    colours = np.array([_light(place) for place in (primaries.red, primaries.green, primaries.blue)]).T
    white = _light(primaries.white)
    try:
        columns = colours * np.linalg.solve(colours, white)
    except np.linalg.LinAlgError:
        raise ValueError("the primaries lie on one line") from None
    cones, cones_d50 = _BRADFORD @ white, _BRADFORD @ _D50
    with np.errstate(all="ignore"):
        columns = np.linalg.inv(_BRADFORD) @ np.diag(cones_d50 / cones) @ _BRADFORD @ columns
    if not np.isfinite(columns).all() or np.abs(columns).max() > 16:
        raise ValueError("the primaries span no colours")
    return np.asarray(columns)


def _light(place: Chromaticity) -> npt.NDArray[np.float64]:
    """The XYZ (3,) of a chromaticity, with Y = 1."""
    x, y = place
    if not (0 <= x <= 1 and 0 < y <= 1):
        raise ValueError("a chromaticity lies outside of 0-1")
    return np.array([x / y, 1, (1 - x - y) / y])


def _xyz(values: npt.NDArray[np.float64]) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *(round(float(value) * 65536) for value in values))
