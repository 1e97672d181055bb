"""Whether bytes are a TGA file, which has no magic number."""

import struct

_HEADER = struct.Struct("<BBBHHBHHHHBB")

_PALETTE, _COLOUR, _GREY = 1, 2, 3
_RUN_LENGTHS = 8
_DEPTHS = {_PALETTE: (8,), _COLOUR: (16, 24, 32), _GREY: (8, 16)}
_PALETTE_DEPTHS = (16, 24, 32)
_MOST_COLOURS = 256
_FLAGS = tuple(alpha_bits | order for alpha_bits in (0, 1, 8) for order in (0x00, 0x10, 0x20, 0x30))
_LONGEST_RUN = 128


def is_targa(data: bytes) -> bool:
    """Whether every field of the header has a value that programs write, and the file is long enough for its pixels."""
    if len(data) <= _HEADER.size:
        return False
    name, palette, kind, first, colours, palette_bits, _x, _y, width, height, depth, flags = _HEADER.unpack_from(data)
    method = kind & ~_RUN_LENGTHS
    if depth not in _DEPTHS.get(method, ()) or flags not in _FLAGS or not width or not height:
        return False
    if palette != (method == _PALETTE) or (not palette and (first, colours, palette_bits) != (0, 0, 0)):
        return False
    if palette and (palette_bits not in _PALETTE_DEPTHS or not 0 < first + colours <= _MOST_COLOURS):
        return False
    pixel, pixels = depth // 8, width * height
    # Runs of the greatest length are the shortest encoding of all pixels.
    least = -(-pixels // _LONGEST_RUN) * (1 + pixel) if kind & _RUN_LENGTHS else pixels * pixel
    return bool(len(data) >= _HEADER.size + name + colours * palette_bits // 8 + least)
