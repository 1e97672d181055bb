"""ICC profiles made by hand, for images that bring one."""

import struct
from itertools import product

from svgai.decode.colour.simple_profiles import Curve, Primaries, grey_profile, rgb_profile, write_profile

D65, D50 = (0.3127, 0.3290), (0.3457, 0.3585)
ADOBE_RGB = rgb_profile(Primaries(D65, (0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), Curve(563 / 256))
PRO_PHOTO = rgb_profile(Primaries(D50, (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), Curve(1.8))
WHITE_POINT = struct.pack(">4sI3i", b"XYZ ", 0, 63190, 65536, 54061)
LINEAR_GREY = grey_profile(Curve(1))


def inks() -> bytes:
    """A CMYK profile by whose table cyan prints as dark red, and every ink more as darker."""
    corners = bytearray()
    for cyan, *others in product((0, 1), repeat=4):
        lightness = max(0, 100 - 40 * cyan - 30 * sum(others))
        corners += bytes((round(lightness * 2.55), 128 + 50 * cyan, 128 + 20 * cyan))
    header = struct.pack(">4sI4B", b"mft1", 0, 4, 3, 2, 0) + struct.pack(">9i", *[65536, 0, 0, 0] * 2, 65536)
    straight = bytes(range(256))
    table = header + straight * 4 + bytes(corners) + straight * 3
    return write_profile(b"CMYK", b"Lab ", {b"wtpt": WHITE_POINT, b"A2B0": table})
