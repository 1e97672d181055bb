"""Which PNG files are so plain that their header proves what they cost."""

import pytest

from loadtests.faults.hostile_images import HOSTILE, png
from svgai.decode.formats.plain_png import is_plain_png


@pytest.mark.parametrize("colour_type", [0, 2, 4, 6])
def test_small_pictures_of_eight_bits_are_plain(colour_type: int) -> None:
    """With and without colour and alpha, up to 512 x 512 pixels."""
    assert is_plain_png(png(512, 512, 8, colour_type))
    assert is_plain_png(png(256, 256, 8, colour_type, (b"gAMA", b"\0\0\xb1\x8f"), (b"pHYs", bytes(9))))


@pytest.mark.parametrize(
    "data",
    [
        png(513, 512, 8, 0),
        png(8, 8, 16, 0),
        png(8, 8, 1, 0),
        png(8, 8, 8, 0, (b"eXIf", b"II*\0")),
        png(8, 8, 8, 0, (b"iCCP", b"x\0\0")),
        png(8, 8, 8, 0, (b"iTXt", b"XML:com.adobe.xmp\0")),
        png(8, 8, 8, 0, *[(b"tIME", bytes(7))] * 100),
        png(8, 8, 8, 0)[:-4],
        png(8, 8, 8, 0)[:40],
        png(8, 8, 8, 0, (b"IDAT", bytes(400_000))),
        b"\x89PNG\r\n\x1a\n",
        b"",
    ],
)
def test_whatever_else_there_is_makes_it_none(data: bytes) -> None:
    """Pixels, depth, profiles, EXIF, text, many chunks, many bytes, a missing end."""
    assert not is_plain_png(data)


@pytest.mark.slow
def test_nothing_that_is_made_to_harm_is_plain() -> None:
    """Of all kinds that are tried."""
    assert not [kind for kind, make in HOSTILE.items() if is_plain_png(make())]
