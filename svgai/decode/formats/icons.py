"""The largest picture of a Windows icon, as a file that Pillow decodes safely."""

import struct

from svgai.decode.formats.png_chunks import SIGNATURE
from svgai.errors import InvalidImage, UnsupportedMediaType

ICON_START = b"\0\0\1\0"

_DIRECTORY_START = 6
_ENTRY = struct.Struct("<BBBBHHII")
_BITMAP_HEADER = 40
_MAX_SIDE = 256


def largest_picture(data: bytes) -> bytes:
    """
    The picture of most pixels, then of most bits, of a file that begins with ICON_START.

    It is a PNG file, or an icon with this bitmap only. Pillow decodes an icon while it opens it, and trusts the
    bitmap's own header: both sizes are made equal here, and small.

    Raises:
        InvalidImage: there is no picture, or not where the directory says.
        UnsupportedMediaType: the bitmap is larger than an icon's directory can declare.
    """
    count = int.from_bytes(data[4:6], "little")
    directory = data[_DIRECTORY_START : _DIRECTORY_START + count * _ENTRY.size]
    if not count or len(directory) < count * _ENTRY.size:
        raise InvalidImage("the icon has no pictures, or is cut off")
    # A side of 256 is written as 0.
    *_, bits, size, start = max(
        _ENTRY.iter_unpack(directory), key=lambda entry: ((entry[0] or 256) * (entry[1] or 256), entry[5])
    )
    picture = data[start : start + size]
    if picture.startswith(SIGNATURE):
        return picture
    if len(picture) < _BITMAP_HEADER or len(picture) < size:
        raise InvalidImage("the picture of the icon is cut off")
    return _icon_of(picture, bits)


def _icon_of(bitmap: bytes, bits: int) -> bytes:
    width, double_height, _planes, own_bits = struct.unpack_from("<iiHH", bitmap, 4)
    height = double_height // 2
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise UnsupportedMediaType(f"an icon with a bitmap of {width} x {height} pixels is not accepted; send a PNG")
    bits = own_bits or bits
    pixels_end = _BITMAP_HEADER + width * height * 4
    if bits == 32 and not any(bitmap[_BITMAP_HEADER + 3 : pixels_end : 4]) and len(bitmap) > pixels_end:
        # Programs older than Windows XP leave alpha empty; with fewer bits Pillow uses the mask instead.
        bits = 24
    entry = _ENTRY.pack(width % 256, height % 256, 0, 0, 1, bits, len(bitmap), _DIRECTORY_START + _ENTRY.size)
    return ICON_START + b"\1\0" + entry + bitmap
