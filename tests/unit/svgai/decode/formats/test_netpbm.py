"""PBM, PGM and PPM files: all kinds are read, but none for long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.decode.formats.netpbm import check_netpbm
from svgai.decode.image_files import decode_image
from svgai.errors import InvalidImage, TooLarge, UnsupportedMediaType


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"P1\n# black, white\n2 1\n1 0\n", [(0, 0, 0), (255, 255, 255)]),
        (b"P4 2 1\n\x80", [(0, 0, 0), (255, 255, 255)]),
        (b"P2 2 1 100\n0 100\n", [(0, 0, 0), (255, 255, 255)]),
        (b"P5 2 1 255\n\x07\xff", [(7, 7, 7), (255, 255, 255)]),
        (b"P5 2 1 65535\n\x12\x34\xff\xff", [(18, 18, 18), (255, 255, 255)]),
        (b"P3 2 1 255\n1 2 3 4 5 6\n", [(1, 2, 3), (4, 5, 6)]),
        (b"P6 2 1 255\n\1\2\3\4\5\6", [(1, 2, 3), (4, 5, 6)]),
    ],
)
def test_every_kind_gives_its_pixels(data: bytes, expected: list[tuple[int, ...]]) -> None:
    """As text and as bytes, of one bit, grey and colour, at any range."""
    raster = decode_image(data)
    assert raster.format == "PPM"
    assert raster.rgba[0].tolist() == [[*pixel, 255] for pixel in expected]


@pytest.mark.parametrize(
    "header", [b"P3 1000 1000 255\n", b"P2 2000 1000 255\n", b"P6 1000 1000 254\n", b"P5 2000 1000 9\n"]
)
def test_large_files_of_slow_kinds_are_refused(header: bytes) -> None:
    """Text and odd ranges take a second for each million of samples or two."""
    with pytest.raises(UnsupportedMediaType, match="samples"):
        check_netpbm(header)


@pytest.mark.parametrize("header", [b"P6 9000 9000 255\n", b"P4 9000 9000\n"])
def test_too_many_pixels_are_refused(header: bytes) -> None:
    """By the header, before any is read."""
    with pytest.raises(TooLarge):
        decode_image(header + bytes(100))


@pytest.mark.parametrize(
    "data", [b"P6", b"P6 2", b"P6 -2 1 255\n", b"P6 2 1 255", b"P5 #" + b"x" * 9000, b"P2 1 1 255\nx"]
)
def test_damaged_files_are_refused(data: bytes) -> None:
    """Without a header in the first bytes, or pixels, there is no image."""
    with pytest.raises(InvalidImage):
        decode_image(data)


@given(st.lists(st.sampled_from((b"1", b"22", b" ", b"\n", b"#", b"\t", b"255", b"x", b"\xff")), max_size=3000))
@settings(max_examples=100, deadline=1000)
def test_no_header_takes_long(parts: list[bytes]) -> None:
    """Whatever it is made of, it is looked through in a moment."""
    try:
        check_netpbm(b"P6" + b"".join(parts))
    except (InvalidImage, UnsupportedMediaType):
        return
