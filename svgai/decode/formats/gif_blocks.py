"""The blocks of a GIF file in front of its first picture."""

from svgai.errors import InvalidImage

GIF_STARTS = (b"GIF87a", b"GIF89a")

MOST_BLOCKS = 2_000
"""Before the picture are a comment, a profile, a loop count; Pillow reads each block in Python."""

_SCREEN_END = 13
_EXTENSION, _PICTURE = 0x21, 0x2C


def check_gif(data: bytes) -> None:
    """
    Count the blocks before the first picture of a file that begins with one of GIF_STARTS.

    Raises:
        InvalidImage: they have more blocks than a picture needs.
    """
    if len(data) < _SCREEN_END:
        return
    flags = data[10]
    place, blocks = _SCREEN_END + (3 << (flags & 7) + 1 if flags & 0x80 else 0), 0
    while place < len(data) and data[place] != _PICTURE:
        is_extension = data[place] == _EXTENSION
        place += 2 if is_extension else 1
        blocks += 1
        while is_extension and place < len(data) and data[place]:
            place += data[place] + 1
            blocks += 1
            if blocks > MOST_BLOCKS:
                break
        place += is_extension
        if blocks > MOST_BLOCKS:
            raise InvalidImage(f"the GIF has more than {MOST_BLOCKS:,} blocks before its picture; save it anew")
