"""The colour information of a PNG file, as an equivalent ICC profile."""

import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from svgai.decode.colour.colour_profiles import MAX_PROFILE_BYTES
from svgai.decode.colour.simple_profiles import (
    DISPLAY_P3_PRIMARIES,
    SRGB_CURVE,
    SRGB_PRIMARIES,
    Curve,
    Primaries,
    grey_profile,
    rgb_profile,
)
from svgai.decode.formats.png_chunks import PngChunks

_D65 = SRGB_PRIMARIES.white
_BT709_CURVE = Curve(1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)
_LINEAR = Curve(1)

# The code points of ITU-T H.273, of which cICP consists.
_CICP_PRIMARIES = {
    1: SRGB_PRIMARIES,
    5: Primaries(_D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: Primaries(_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    9: Primaries(_D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    12: DISPLAY_P3_PRIMARIES,
}
_CICP_CURVES: Mapping[int, Curve | None] = {
    1: _BT709_CURVE,
    4: Curve(2.2),
    5: Curve(2.8),
    6: _BT709_CURVE,
    8: _LINEAR,
    13: SRGB_CURVE,
    14: _BT709_CURVE,
    15: _BT709_CURVE,
    16: None,
    18: None,
}
"""None for PQ and HLG: there is no standard conversion to an ordinary screen, so their pixels are kept."""

_GREY_TYPES = (0, 4)
_SAME_GAMMA = 0.05
"""How far a gamma may be from that of sRGB, as a part of it, before libpng corrects it."""
_SAME_CHROMATICITY = 0.005
_GAMMAS = (0.1, 10.0)


def png_profile(chunks: PngChunks) -> bytes | None:
    """
    The profile of a file's samples; None for sRGB, and for unknown ones.

    As in browsers, cICP takes precedence over iCCP, then sRGB, then gAMA with cHRM; invalid chunks are ignored.
    """
    told, is_grey = chunks.colours, chunks.colour_type in _GREY_TYPES
    if (cicp := told.get(b"cICP", b""))[2:] == b"\0\1" and cicp[0] in _CICP_PRIMARIES and cicp[1] in _CICP_CURVES:
        return _profile(_CICP_PRIMARIES[cicp[0]], _CICP_CURVES[cicp[1]], is_grey=is_grey)
    embedded = _embedded(told.get(b"iCCP", b""))
    if embedded is not None and embedded[16:20] == (b"GRAY" if is_grey else b"RGB "):
        return embedded
    if b"sRGB" in told or len(told.get(b"gAMA", b"")) != 4:
        return None
    return _profile_of_gamma(int.from_bytes(told[b"gAMA"]) / 100_000, told.get(b"cHRM", b""), is_grey=is_grey)


def _embedded(contents: bytes) -> bytes | None:
    """The profile of an iCCP chunk: a name, a zero, the method 0, and the profile compressed with zlib."""
    _name, _zero, rest = contents.partition(b"\0")
    if not rest or rest[0] != 0:
        return None
    try:
        return zlib.decompressobj().decompress(rest[1:], MAX_PROFILE_BYTES + 1)
    except zlib.error:
        return None


def _profile_of_gamma(gamma: float, corners: bytes, *, is_grey: bool) -> bytes | None:
    if not _GAMMAS[0] <= gamma <= _GAMMAS[1]:
        return None
    usual = SRGB_CURVE if abs(gamma * 2.2 - 1) < _SAME_GAMMA else Curve(1 / gamma)
    primaries = _chromaticities(corners)
    if not is_grey and not _are_alike(primaries, SRGB_PRIMARIES):
        with suppress(ValueError):
            return rgb_profile(primaries, Curve(1 / gamma))
    return _profile(SRGB_PRIMARIES, usual, is_grey=is_grey)


def _chromaticities(contents: bytes) -> Primaries:
    if len(contents) != 32:
        return SRGB_PRIMARIES
    places = [number / 100_000 for number in struct.unpack(">8I", contents)]
    white, red, green, blue = zip(places[::2], places[1::2], strict=True)
    return Primaries(white, red, green, blue)


def _profile(primaries: Primaries, curve: Curve | None, *, is_grey: bool) -> bytes | None:
    if curve is None or (curve == SRGB_CURVE and (is_grey or primaries == SRGB_PRIMARIES)):
        return None
    return grey_profile(curve) if is_grey else rgb_profile(primaries, curve)


def _are_alike(one: Primaries, other: Primaries) -> bool:
    places = [np.array([each.white, each.red, each.green, each.blue]) for each in (one, other)]
    return bool(np.abs(places[0] - places[1]).max() <= _SAME_CHROMATICITY)
